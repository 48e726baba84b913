"""Sessions of a FIT file: the legs of an event, when each began, and which laps are whose."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from runningcoach.fit.decode import Columns
from runningcoach.fit.names import SPORTS, SUB_SPORTS
from runningcoach.ingest.files.fit_clock import NEW_ACTIVITY_AFTER_S, DeviceClock
from runningcoach.ingest.files.fit_rows import MessageRow, rows
from runningcoach.ingest.files.recordings import is_believable_start
from runningcoach.ingest.files.sports import UNKNOWN, Sport, sport_of_name

type Times = NDArray[np.float64]
type Messages = Mapping[str, Columns]

_LONGEST_LEAD_S = 3600


@dataclass(frozen=True, slots=True)
class SessionLeg:
    """One session: its row (None when the file has none), when it began and the next begins.

    `event` is the number of the event that it belongs to, among those of its clock. `has_totals`
    is False where its session also spans other activities.
    """

    session: MessageRow | None
    sport: str
    sub_sport: str | None
    start_s: float
    until_s: float
    is_first: bool
    event: int = 0
    has_totals: bool = True

    def records(self, times: Times) -> NDArray[np.bool_]:
        """Return which times belong here; what comes before all legs belongs to the first."""
        return (times < self.until_s) & (self.is_first | (times >= self.start_s))


def legs_of(messages: Messages, times: Times, clock: DeviceClock) -> list[SessionLeg]:
    """Return the legs in the order of time; without any session all records are one leg."""
    begun = _sessions(messages, clock)
    if not begun:
        return _only_leg(messages, times, clock)
    starts = [start for start, _ in begun]
    if len(times):
        starts[0] = _begin(starts[0], times, begun[0][1].number("total_elapsed_time"))
    events = _events(begun)
    ends = [*starts[1:], np.inf]
    return [
        SessionLeg(row, *_sport(row), start, end, number == 0, events[number], clock.is_whole)
        for number, ((_, row), start, end) in enumerate(zip(begun, starts, ends, strict=True))
    ]


def _sessions(messages: Messages, clock: DeviceClock) -> list[tuple[float, MessageRow]]:
    """Return the sessions by their start, the shorter first; one that stands twice, once.

    Two sports may begin in one second, where the first of them took no time. A session of the
    same sport and start is an earlier state of it.
    """
    sessions: dict[tuple[float, float | None], MessageRow] = {}
    for row in rows(messages, "session"):
        start = clock.correct_time(row.number("start_time"))
        if start is not None:
            key = (start, row.number("sport"))
            if key not in sessions or _elapsed(row) > _elapsed(sessions[key]):
                sessions[key] = row
    return sorted(
        ((start, row) for (start, _), row in sessions.items()),
        key=lambda one: (one[0], _elapsed(one[1])),
    )


def _elapsed(row: MessageRow) -> float:
    return row.number("total_elapsed_time") or 0.0


def _events(begun: Sequence[tuple[float, MessageRow]]) -> list[int]:
    """Return the event of each session: a new one when hours lie between."""
    events = [0]
    for (before, row), (start, _) in pairwise(begun):
        elapsed = row.positive("total_elapsed_time")
        is_apart = elapsed is not None and start - before - elapsed > NEW_ACTIVITY_AFTER_S
        events.append(events[-1] + is_apart)
    return events


def _begin(stated_s: float, times: Times, elapsed_s: float | None) -> float:
    """Return when a session began: as stated, where its first record does not contradict."""
    first, earliest = float(times[0]), float(times.min())
    if 0 <= first - stated_s <= _LONGEST_LEAD_S:
        return min(stated_s, earliest)
    is_stated = is_believable_start(stated_s, earliest, float(times.max()), elapsed_s)
    return stated_s if is_stated else earliest


def _only_leg(messages: Messages, times: Times, clock: DeviceClock) -> list[SessionLeg]:
    """Return all records as one leg, for files whose sessions are missing or wrongly dated."""
    if not len(times):
        return []
    sessions, laps = rows(messages, "session"), rows(messages, "lap")
    hints = [*sessions, *rows(messages, "sport"), *laps]
    sport = _sport(hints[0]) if hints else UNKNOWN
    session = sessions[0] if sessions else None
    lap_starts = [clock.correct_time(lap.number("start_time")) for lap in laps]
    stated = min((start for start in lap_starts if start is not None), default=float(times.min()))
    start = _begin(stated, times, None)
    return [SessionLeg(session, *sport, start, np.inf, is_first=True, has_totals=clock.is_whole)]


def _sport(row: MessageRow) -> Sport:
    sport, sub_sport = row.number("sport"), row.number("sub_sport")
    known = SPORTS.get(int(sport), f"sport_{int(sport)}") if sport is not None else UNKNOWN[0]
    if known == UNKNOWN[0]:
        named = sport_of_name(row.text("sport_profile_name"), row.text("name"))
        if named != UNKNOWN:
            return named
    if sub_sport is None:
        return known, None
    return known, SUB_SPORTS.get(int(sub_sport), f"sub_sport_{int(sub_sport)}")


def laps_of(
    messages: Messages, legs: Sequence[SessionLeg], clock: DeviceClock
) -> list[list[tuple[float, MessageRow]]]:
    """Return start and row of each lap, by leg; one that stands twice, once."""
    mine: list[dict[tuple[float, float | None, float], tuple[float, MessageRow]]] = [
        {} for _ in legs
    ]
    starts = [leg.start_s for leg in legs]
    for row in rows(messages, "lap") if legs else []:
        start = clock.correct_time(row.number("start_time"))
        if start is not None:
            owner = mine[_owner(start, _elapsed(row), starts)]
            owner.setdefault((start, row.number("timestamp"), _elapsed(row)), (start, row))
    return [list(laps.values()) for laps in mine]


def _owner(start_s: float, elapsed_s: float, starts: Sequence[float]) -> int:
    """Return the leg of a lap; of two that begin together, the first takes what takes no time."""
    last = max(bisect_right(starts, start_s) - 1, 0)
    is_of_first = elapsed_s == 0 and last > 0 and starts[last - 1] == starts[last] == start_s
    return last - 1 if is_of_first else last
