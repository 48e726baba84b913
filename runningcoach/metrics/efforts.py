"""The best of a run: mean-max curve over durations, fastest stretch over distances."""

from typing import NamedTuple

import numpy as np

from runningcoach.metrics.windows import Floats, prefix_sum, run_lengths

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


class BestEffort(NamedTuple):
    """The fastest stretch over a distance: how long it took and when it began."""

    distance_m: float
    elapsed_s: float
    start_s: float


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
    out = np.full(len(durations_s), np.nan)
    good = np.isfinite(values)
    whole = bool(good.all())
    if not len(values) or not good.any():
        return out
    total = prefix_sum(values if whole else np.where(good, values, 0.0))
    run = run_lengths(good)
    longest = int(run.max())
    for i, k in enumerate(durations_s):
        if k > longest:
            continue
        sums = total[k:] - total[:-k]
        out[i] = (sums if whole else sums[run[k - 1 :] >= k]).max() / k
    return out


def best_efforts(
    distance_m: Floats,
    clock_s: Floats | None = None,
    distances_m: tuple[float, ...] = DISTANCES_M,
) -> tuple[BestEffort, ...]:
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
    axis = _Axis(distance_m, clock)
    efforts = (axis.fastest(d) for d in distances_m if d <= distance_m[-1] - distance_m[0])
    return tuple(effort for effort in efforts if is_possible(effort))


def is_possible(effort: BestEffort) -> bool:
    """Tell whether an effort is not faster than the world record of its distance."""
    return effort.elapsed_s >= WORLD_RECORD_S.get(effort.distance_m, effort.distance_m / 11)


class _Axis:
    """Clock over distance, for finishing lines (first arrival) and starting lines (last)."""

    def __init__(self, distance_m: Floats, clock_s: Floats) -> None:
        grows = np.diff(distance_m) > 0
        first, last = np.append(True, grows), np.append(grows, True)
        self.distance, self.clock = distance_m, clock_s
        self.finish_at, self.finish_clock = distance_m[first], clock_s[first]
        self.start_at, self.start_clock = distance_m[last], clock_s[last]

    def fastest(self, length_m: float) -> BestEffort:
        """Return the best over starts at samples, and over finishes at samples."""
        starts = int(np.searchsorted(self.distance, self.distance[-1] - length_m, side="right"))
        starts = max(starts, 1)
        begun = self.clock[:starts]
        ended = np.interp(self.distance[:starts] + length_m, self.finish_at, self.finish_clock)
        taken = ended - begun
        forward = int(np.argmin(taken))
        finishes = int(np.searchsorted(self.distance, self.distance[0] + length_m))
        finishes = min(finishes, len(self.distance) - 1)
        begun_b = np.interp(self.distance[finishes:] - length_m, self.start_at, self.start_clock)
        taken_b = self.clock[finishes:] - begun_b
        backward = int(np.argmin(taken_b))
        if taken_b[backward] < taken[forward]:
            return BestEffort(length_m, float(taken_b[backward]), float(begun_b[backward]))
        return BestEffort(length_m, float(taken[forward]), float(begun[forward]))
