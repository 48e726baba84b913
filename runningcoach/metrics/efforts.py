"""The best of a run: mean-max curve over durations, fastest stretch over distances."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from runningcoach.metrics.windows import Floats, Mask, prefix_sum, spans

DURATIONS_S: tuple[int, ...] = (
    *(1, 2, 3, 5, 8, 10, 15, 20, 30, 45),
    *range(60, 601, 30),
    *range(660, 1801, 60),
    *range(2100, 3601, 300),
    *range(4500, 21601, 900),
)
"""The ladder of the mean-max curve."""

MILE_M, HALF_MARATHON_M, MARATHON_M = 1609.344, 21097.5, 42195.0

# World records as of 2025 (World Athletics; the faster of track and road), seconds. Nobody's
# watch is faster than these: a best effort that is, is a GPS error.
WORLD_RECORD_S = {
    400.0: 43.03,
    800.0: 100.91,
    1000.0: 131.96,
    MILE_M: 223.13,
    3000.0: 437.55,
    5000.0: 755.36,
    10_000.0: 1571.0,
    15_000.0: 2427.0,
    HALF_MARATHON_M: 3402.0,
    MARATHON_M: 7235.0,
}
DISTANCES_M = tuple(WORLD_RECORD_S)


class FastestStretch(NamedTuple):
    """The fastest stretch over a distance: how long it took and when it began.

    `moving_s` is the time of the fastest stretch by the clock of moving seconds, which need not
    be the same one; NaN where nobody asked for it.
    """

    distance_m: float
    elapsed_s: float
    start_s: float
    moving_s: float = float("nan")


def mean_max(values: Floats, duration_s: int) -> float:
    """Return the highest mean over `duration_s` seconds in a row; NaN when there is no window.

    A NaN in `values` breaks windows: none spans it.
    """
    return float(_curve(values, (duration_s,))[0])


def mean_max_curve(values: Floats, durations_s: tuple[int, ...] = DURATIONS_S) -> Floats:
    """Return the mean-max of each duration, never rising with duration; NaN where none fits.

    What was held for longer was held for shorter too, so a value never lies below the next.
    """
    curve = _curve(values, durations_s)
    return np.fmax.accumulate(curve[::-1])[::-1]


def _curve(values: Floats, durations_s: tuple[int, ...]) -> Floats:
    """Return the highest window of each duration, stretch by stretch between the holes."""
    good = np.isfinite(values)
    total = prefix_sum(np.where(good, values, 0.0))
    stretches = [total[begin : end + 1] for begin, end in spans(good)]
    best = [-np.inf] * len(durations_s)
    sums = np.empty(len(total))
    largest, subtract = np.maximum.reduce, np.subtract
    for part in stretches:
        n = len(part)
        for i, k in enumerate(durations_s):
            if n > k:
                best[i] = max(best[i], float(largest(subtract(part[k:], part[:-k], sums[: n - k]))))
    tops = np.array(best)
    return np.where(np.isfinite(tops), tops / np.array(durations_s), np.nan)


def best_curve(curves: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
    """Return the highest of several curves at every duration; NaN where none has a value."""
    return np.fmax.reduce(curves)


def best_efforts(
    distance_m: Floats,
    clock_s: Floats | None = None,
    distances_m: tuple[float, ...] = DISTANCES_M,
) -> tuple[FastestStretch, ...]:
    """Return the fastest stretch of each distance that was covered, faster-than-record ones out.

    Parameters
    ----------
    distance_m : cumulative distance at each second, growing; NaN or short gives no efforts
    clock_s : the clock at each second. None is the elapsed clock, pauses included, as in a
        race; a count of moving seconds gives moving efforts.

    Both ends are interpolated between samples.
    """
    if len(distance_m) < 2 or not np.isfinite(distance_m).all():
        return ()
    clock = np.arange(len(distance_m), dtype=np.float64) if clock_s is None else clock_s
    ahead, back = _Course(distance_m, clock), _Course(-distance_m[::-1], -clock[::-1])
    covered = float(distance_m[-1] - distance_m[0])
    efforts = (_fastest(ahead, back, length) for length in distances_m if length <= covered)
    return tuple(effort for effort in efforts if is_possible(effort))


def with_moving(
    efforts: tuple[FastestStretch, ...], distance_m: Floats, moving: Mask
) -> tuple[FastestStretch, ...]:
    """Return the efforts with their time by the clock that stands while the runner does.

    Only what is covered in moving seconds counts, so that a leap of position in a pause is no
    speed. Never longer than the elapsed time of the effort.
    """
    if not efforts or moving.all():
        return tuple(effort._replace(moving_s=effort.elapsed_s) for effort in efforts)
    step = np.diff(distance_m, prepend=distance_m[:1])[moving]
    lengths = tuple(effort.distance_m for effort in efforts)
    by_moving = best_efforts(prefix_sum(step), distances_m=lengths)
    fastest = {effort.distance_m: effort.elapsed_s for effort in by_moving}
    return tuple(
        e._replace(moving_s=min(e.elapsed_s, fastest.get(e.distance_m, e.elapsed_s)))
        for e in efforts
    )


def _fastest(ahead: "_Course", back: "_Course", length_m: float) -> FastestStretch:
    """Return the better of starts at samples and, run backwards, finishes at samples."""
    taken, begun = ahead.quickest(length_m)
    taken_back, ended = back.quickest(length_m)
    if taken_back < taken:
        return FastestStretch(length_m, taken_back, -ended - taken_back)
    return FastestStretch(length_m, taken, begun)


def is_possible(effort: FastestStretch) -> bool:
    """Return whether an effort is not faster than the world record of its distance.

    A bound by the next longer distance would be no test: repeats of 400 m are far faster than
    the 800 m with the jog between them, and are true.
    """
    return effort.elapsed_s >= WORLD_RECORD_S.get(effort.distance_m, effort.distance_m / 11)


class _Course:
    """The clock over the distance, read at first arrival."""

    def __init__(self, distance_m: Floats, clock_s: Floats) -> None:
        self.distance, self.clock = distance_m, clock_s
        arrives = np.append(True, distance_m[1:] > distance_m[:-1])
        self.arrival, self.arrival_clock = distance_m[arrives], clock_s[arrives]

    def quickest(self, length_m: float) -> tuple[float, float]:
        """Return the least time over a length among starts at samples, and when it began."""
        last = float(self.distance[-1]) - length_m
        starts = max(int(np.searchsorted(self.distance, last, side="right")), 1)
        goals = self.distance[:starts] + length_m
        ended = np.asarray(np.interp(goals, self.arrival, self.arrival_clock), np.float64)
        taken = ended - self.clock[:starts]
        best = int(np.argmin(taken))
        return float(taken[best]), float(self.clock[best])
