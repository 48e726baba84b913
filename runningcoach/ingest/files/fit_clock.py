"""Select the believable times of a file, and correct a clock that was set during it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from runningcoach.base import periods
from runningcoach.fit.decode import Columns
from runningcoach.fit.problems import FitProblem, problem
from runningcoach.ingest.files.recordings import EARLIEST_S
from runningcoach.metrics.totals import LONGEST_S

type Times = NDArray[np.float64]
type Span = tuple[float, float]

_DAY_S = 86_400
_FAR_S = LONGEST_S / 2
"""What lies further from the middle of a file is not believed."""
_LONGEST_UNSEEN_S = 3600
_LONGEST_SHARED_S = 366 * _DAY_S
_LEAST_SHARE = 0.1
"""A group of records this small beside the largest is a slip, not an activity. Ours."""
NEW_ACTIVITY_AFTER_S = 4 * 3600
"""After a break of four hours another activity begins. Ours."""


@dataclass(frozen=True, slots=True)
class DeviceClock:
    """The believable span of time, and by how much times before a jump are late.

    `is_whole` is False where the file's one session also spans other activities, so that its
    totals are not those of this span.
    """

    earliest_s: float
    latest_s: float
    problems: tuple[FitProblem, ...] = ()
    jump_s: float = -np.inf
    shift_s: float = 0.0
    is_whole: bool = True

    def correct_time(self, time_s: float | None) -> float | None:
        """Return the corrected time; None when it is unknown or unbelievable."""
        if time_s is None:
            return None
        mended = time_s + self.shift_s if time_s < self.jump_s else time_s
        return mended if self.earliest_s <= mended <= self.latest_s else None

    def select_records(self, records: Columns) -> Columns:
        """Return the records whose time can be believed."""
        times = records.get("timestamp")
        if times is None or times.ndim != 1:
            return {}
        mended = np.where(times < self.jump_s, times + self.shift_s, times)
        believable = (mended >= self.earliest_s) & (mended <= self.latest_s)
        records = {**records, "timestamp": mended}
        return (
            records
            if believable.all()
            else {name: column[believable] for name, column in records.items()}
        )


def clocks_of(sessions: Sequence[Span], times: Times) -> list[DeviceClock]:
    """Return the clocks that correct a file's times: one for each activity in it.

    `sessions` are (start, elapsed seconds); `times` are the records'. None of them can be right
    where the list is empty.
    """
    latest = periods.now().timestamp() + _DAY_S
    known = times[np.isfinite(times)]
    if not len(known):
        known = np.array([start for start, _ in sessions if np.isfinite(start)])
    believable = known[(known >= EARLIEST_S) & (known <= latest)]
    if not len(believable):
        return []
    if believable.max() - believable.min() <= _FAR_S:
        return [_clock_around(believable, dropped=len(known))]
    set_on_the_way = _clock_set_during(sessions, known[known <= latest])
    if set_on_the_way:
        return [set_on_the_way]
    return _clocks_of_groups(sessions, np.sort(believable), len(known)) or [
        _clock_around(believable, dropped=len(known))
    ]


def _clock_around(times: Times, dropped: int) -> DeviceClock:
    """Return a clock that believes what is within two days of the middle record."""
    middle = float(np.sort(times)[len(times) // 2])
    near = np.abs(times - middle) <= _FAR_S
    return DeviceClock(
        middle - _FAR_S, middle + _FAR_S, _left_out_problems(dropped - int(near.sum()))
    )


def _left_out_problems(count: int) -> tuple[FitProblem, ...]:
    return (problem(0, "clock_jump", count=count),) if count else ()


def _clock_set_during(sessions: Sequence[Span], times: Times) -> DeviceClock | None:
    """Return a clock that closes a jump, if the one session's elapsed time says it was none.

    A watch that finds its satellites late corrects its date in the middle of a run. The times
    behind the jump are right; those before it move up to them.
    """
    steps = np.diff(times)
    if len(sessions) != 1 or not len(steps) or steps.max() <= _FAR_S:
        return None
    at = int(steps.argmax())
    start, elapsed = sessions[0]
    unseen = elapsed - (times[-1] - times[0] - steps[at])
    if not (start < times[at + 1] - _FAR_S and 0 <= unseen <= _LONGEST_UNSEEN_S):
        return None
    middle = float(times[-1])
    shift = float(steps[at] - unseen)
    clock_set = problem(0, "clock_set", count=at + 1)
    return DeviceClock(middle - _FAR_S, middle + _FAR_S, (clock_set,), float(times[at + 1]), shift)


# Several activities --------------------------------------------------------------------------


def _clocks_of_groups(sessions: Sequence[Span], times: Times, known: int) -> list[DeviceClock]:
    """Return a clock for each activity that the sessions, or many records, show; few: none."""
    groups = _group_times(times)
    shared = [s for s in sessions if LONGEST_S < s[1] <= _LONGEST_SHARED_S]
    activities = [g for g in groups if _is_activity(g, groups, sessions, shared)]
    if len(activities) < 2:
        return []
    dropped = known - sum(len(group) for group in activities)
    problems = _left_out_problems(dropped)
    clocks: list[DeviceClock] = []
    for number, group in enumerate(activities):
        before = activities[number - 1][-1] if number else -np.inf
        after = activities[number + 1][0] if number + 1 < len(activities) else np.inf
        first, last = float(group[0]), float(group[-1])
        clocks.append(
            DeviceClock(
                max(first - _FAR_S / 2, (before + first) / 2),
                min(last + _FAR_S / 2, (last + after) / 2),
                problems if number == 0 else (),
                is_whole=not any(_covers(session, group) for session in shared),
            )
        )
    return clocks


def _group_times(times: Times) -> list[Times]:
    """Return sorted times in groups: two days apart, or four hours in what is longer."""
    groups = np.split(times, np.flatnonzero(np.diff(times) > _FAR_S) + 1)
    return [
        part
        for group in groups
        for part in (
            np.split(group, np.flatnonzero(np.diff(group) > NEW_ACTIVITY_AFTER_S) + 1)
            if group[-1] - group[0] > LONGEST_S
            else [group]
        )
    ]


def _is_activity(
    group: Times,
    groups: Sequence[Times],
    sessions: Sequence[Span],
    shared: Sequence[Span],
) -> bool:
    """Return whether a group of times is an activity of its own, not a clock that went wrong."""
    is_large = len(group) > 1 and len(group) >= _LEAST_SHARE * max(map(len, groups))
    if any(_covers(session, group) for session in shared):
        return is_large
    begun = [g for g in groups if any(_begins(session, g) for session in sessions)]
    if len(begun) > 1:
        return len(group) > 1 and any(_begins(session, group) for session in sessions)
    is_near = abs(group[0] - np.median(np.concatenate(groups))) <= _LONGEST_SHARED_S
    return not sessions and is_near and is_large


def _covers(session: Span, group: Times) -> bool:
    start, elapsed = session
    return bool(start - _DAY_S <= group[0] and group[-1] <= start + elapsed + _DAY_S)


def _begins(session: Span, group: Times) -> bool:
    """Return whether a session begins within a group, or up to an hour before its first record."""
    return bool(group[0] - _LONGEST_UNSEEN_S <= session[0] <= group[-1])
