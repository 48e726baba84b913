"""Report of a sync, in numbers and as a sentence."""

from dataclasses import dataclass, field
from datetime import date

from runningcoach.base.i18n import t


@dataclass(slots=True)
class SyncReport:
    """Counts of one run; `stopped` is why it ended early."""

    requests: int = 0
    new: int = 0
    changed: int = 0
    deleted: int = 0
    units: int = 0
    parked: int = 0
    left: int = 0
    days: set[date] = field(default_factory=set[date])
    stopped: str | None = None

    @property
    def is_whole(self) -> bool:
        """Whether everything requested arrived."""
        return self.stopped is None and not self.parked

    def __str__(self) -> str:
        """Return the report in the reader's language."""
        summary = t(
            "garmin.report.done",
            requests=self.requests,
            new=self.new,
            changed=self.changed,
            deleted=self.deleted,
            days=len(self.days),
        )
        if self.stopped:
            return f"{summary} {t(f'garmin.stopped.{self.stopped}')}"
        return (
            f"{summary} {t('garmin.report.parked', count=self.parked)}" if self.parked else summary
        )
