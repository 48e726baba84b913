"""Report of a push to the watch, in numbers and as sentences."""

from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from runningcoach.base.i18n import t

DAYS = 14
"""How many days ahead workouts are pushed."""
COUNTS = ("uploaded", "updated", "scheduled", "moved", "removed", "adopted", "restored", "deferred")


class BlockedWorkout(NamedTuple):
    """A workout that does not go to the watch, and the reason's key in the catalogue."""

    date: date
    title: str
    reason: str

    def __str__(self) -> str:
        reason = t(f"publish.blocked.{self.reason}")
        return t("publish.report.blocked", date=self.date, title=self.title, reason=reason)


class AdjustedWorkout(NamedTuple):
    """A workout that goes to the watch otherwise than planned: a sentence for each change."""

    date: date
    title: str
    changes: tuple[str, ...]

    def __str__(self) -> str:
        changes = " ".join(self.changes)
        return t("publish.report.adjusted", date=self.date, title=self.title, changes=changes)


class ForeignWorkout(NamedTuple):
    """A workout at Garmin that bears our words and is not ours: it is left alone."""

    id: int
    name: str

    def __str__(self) -> str:
        return t("publish.report.foreign", name=self.name, id=self.id)


@dataclass(slots=True)
class PushReport:
    """Counts of one push; `stopped` is why it ended early.

    `adopted`: the workout or its entry was at Garmin already though no answer had said so;
    `restored`: somebody had changed or deleted it there, and it was put back; `deferred`: to be
    tried again later.
    """

    requests: int = 0
    uploaded: int = 0
    updated: int = 0
    scheduled: int = 0
    moved: int = 0
    removed: int = 0
    adopted: int = 0
    restored: int = 0
    deferred: int = 0
    blocked: list[BlockedWorkout] = field(default_factory=list[BlockedWorkout])
    adjusted: list[AdjustedWorkout] = field(default_factory=list[AdjustedWorkout])
    foreign: list[ForeignWorkout] = field(default_factory=list[ForeignWorkout])
    stopped: str | None = None

    @property
    def is_whole(self) -> bool:
        """Whether Garmin's calendar holds what it should, but for what is blocked."""
        return self.stopped is None and not self.deferred

    def __str__(self) -> str:
        """Return the report in the reader's language."""
        counts = {name: getattr(self, name) for name in COUNTS}
        lines = [t("publish.report.counts", requests=self.requests, **counts)]
        if self.stopped:
            lines.append(t(f"publish.stopped.{self.stopped}"))
        rows = (*self.blocked, *self.adjusted, *self.foreign)
        return "\n".join([*lines, *map(str, rows)])
