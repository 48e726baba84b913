"""Which of a file's times can be believed, and how a clock that was set on the way is mended."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from runningcoach import periods
from runningcoach.fit.decode import Columns
from runningcoach.fit.problems import Problem, problem
from runningcoach.ingest.recorded import EARLIEST_S
from runningcoach.metrics.totals import LONGEST_S

_DAY_S = 86_400
_FAR_S = LONGEST_S / 2
"""What lies further from the middle of a file is not believed."""
_LONGEST_UNSEEN_S = 3600


@dataclass(frozen=True, slots=True)
class Clock:
    """The believable span of time, and by how much times before a jump are late."""

    earliest_s: float
    latest_s: float
    problems: tuple[Problem, ...] = ()
    jump_s: float = -np.inf
    shift_s: float = 0.0

    def mended(self, time_s: float | None) -> float | None:
        """Return a time as it should have been; None when it is unknown or unbelievable."""
        if time_s is None:
            return None
        mended = time_s + self.shift_s if time_s < self.jump_s else time_s
        return mended if self.earliest_s <= mended <= self.latest_s else None

    def kept(self, records: Columns) -> Columns:
        """Return the records whose time can be believed."""
        times = records.get("timestamp")
        if times is None or times.ndim != 1:
            return {}
        mended = np.where(times < self.jump_s, times + self.shift_s, times)
        kept = (mended >= self.earliest_s) & (mended <= self.latest_s)
        records = {**records, "timestamp": mended}
        return records if kept.all() else {name: column[kept] for name, column in records.items()}


def clock_of(sessions: Sequence[tuple[float, float]], times: NDArray[np.float64]) -> Clock | None:
    """Return how to understand a file's times, or None when none of them can be right.

    `sessions` are (start, elapsed seconds); `times` are the records'.
    """
    latest = periods.now().timestamp() + _DAY_S
    known = times[np.isfinite(times)]
    if not len(known):
        known = np.array([start for start, _ in sessions if np.isfinite(start)])
    believable = known[(known >= EARLIEST_S) & (known <= latest)]
    if not len(believable):
        return None
    return _set_on_the_way(sessions, believable) or _around(believable, dropped=len(known))


def _around(times: NDArray[np.float64], dropped: int) -> Clock:
    """Return a clock that believes what is within two days of the middle record."""
    middle = float(np.sort(times)[len(times) // 2])
    near = np.abs(times - middle) <= _FAR_S
    left_out = dropped - int(near.sum())
    problems = (problem(0, "clock_jump", count=left_out),) if left_out else ()
    return Clock(middle - _FAR_S, middle + _FAR_S, problems)


def _set_on_the_way(
    sessions: Sequence[tuple[float, float]], times: NDArray[np.float64]
) -> Clock | None:
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
    return Clock(middle - _FAR_S, middle + _FAR_S, (clock_set,), float(times[at + 1]), shift)
