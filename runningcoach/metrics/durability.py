"""What fatigue takes in long runs: heart rate against pace, and what speed is left late.

Decoupling ratio after Smyth, Maunder, Meyler, Hunter & Muniz-Pumares 2022, Sports Med
52:2283 (doi:10.1007/s40279-022-01680-5): the share of HRmax over the share of critical speed in
a segment, relative to km 5 to 10. HRmax and critical speed stand above and below and cancel, so
that heart rate over grade-adjusted speed is all that is needed.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from runningcoach.metrics.efforts import mean_max
from runningcoach.metrics.windows import Floats, Mask, prefix_sum, run_lengths

KM_M = 1000.0
BLOCK_KM = 5
REFERENCE_KM = 5
"""The reference is the 5 km from here on."""
SHORTEST_M = 25_000.0
ONSET_RATIO = 1.025
ONSET_WINDOWS = 3
"""So many windows in a row, a kilometre apart, make an onset: one odd kilometre does not."""
COVERED = 0.8
"""Share of a kilometre's moving seconds with heart rate and pace that it needs to count."""
LATE_AFTER_S = (3600, 5400, 7200)
LATE_OVER_S = (300, 1200)


class Durability(NamedTuple):
    """Decoupling ratio of the last whole 5 km, and where drift began [m]; None where unknown."""

    ratio: float | None
    onset_m: float | None


def covers(distance_m: Floats) -> bool:
    """Return whether a run is long enough: 25 km."""
    return len(distance_m) > 0 and bool(distance_m[-1] - distance_m[0] >= SHORTEST_M)


def durability(
    distance_m: Floats, gap_mps: Floats, heart_rate_bpm: Floats, moving: Mask
) -> Durability:
    """Return how far heart rate and pace came apart in a run of 25 km or more.

    All arrays on the 1 Hz grid. The onset is the middle of the first 5 km window after km 10,
    windows moving on by 1 km, whose ratio is above 1.025 and stays there in the two windows
    after it. Below 25 km, and where heart rate or pace is known for less than 80 % of the moving
    seconds of a window, both are None.
    """
    if not covers(distance_m):
        return Durability(None, None)
    cost = _cost(distance_m, gap_mps, heart_rate_bpm, moving)
    ratio = cost / cost[REFERENCE_KM]
    blocks = (len(cost) + BLOCK_KM - 1) // BLOCK_KM
    last = float(ratio[(blocks - 1) * BLOCK_KM])
    return Durability(last if np.isfinite(last) else None, _onset_m(ratio))


def _cost(distance_m: Floats, gap_mps: Floats, heart_rate_bpm: Floats, moving: Mask) -> Floats:
    """Return heart rate over GAP of the 5 km from each whole kilometre on; NaN: unknown."""
    known = moving & np.isfinite(gap_mps) & np.isfinite(heart_rate_bpm)
    km = ((distance_m - distance_m[0]) // KM_M).astype(np.int64)
    rate = _by_window(km[known], heart_rate_bpm[known], int(km[-1]))
    gap = _by_window(km[known], gap_mps[known], int(km[-1]))
    seconds = _by_window(km[known], None, int(km[-1]))
    covered = seconds >= COVERED * _by_window(km[moving], None, int(km[-1]))
    return np.where(covered & (gap > 0), rate, np.nan) / np.where(gap > 0, gap, 1.0)


def _by_window(km: NDArray[np.int64], weights: Floats | None, whole_km: int) -> Floats:
    """Return the sum of weights, or the seconds, in the 5 km from each whole kilometre on."""
    by_km = np.bincount(km, weights, minlength=whole_km + 1)[:whole_km]
    total = prefix_sum(by_km.astype(np.float64))
    return total[BLOCK_KM:] - total[:-BLOCK_KM]


def _onset_m(ratio: Floats) -> float | None:
    """Return the middle of the first of three windows in a row that drifted."""
    first = REFERENCE_KM + BLOCK_KM
    drifted = run_lengths(ratio[first:] > ONSET_RATIO)
    lasting = np.flatnonzero(drifted >= ONSET_WINDOWS)
    if not len(lasting):
        return None
    return KM_M * (first + int(lasting[0]) - ONSET_WINDOWS + 1 + BLOCK_KM / 2)


def late_gap_mps(gap_mps: Floats, moving: Mask) -> Floats:
    """Return the best grade-adjusted speed over 5 and 20 minutes late in a run [m/s].

    Six values: after 60, 90 and 120 minutes of moving, 5 before 20 minutes; NaN where none.
    """
    run = np.cumsum(moving)
    late = [gap_mps[run > after] for after in LATE_AFTER_S if run[-1:] > after]
    out = np.full((len(LATE_AFTER_S), len(LATE_OVER_S)), np.nan)
    for row, rest in enumerate(late):
        out[row] = [mean_max(rest, over) for over in LATE_OVER_S]
    return out.ravel()


def late_best_pct(late_mps: Floats, fresh_mps: tuple[float, float]) -> tuple[float | None, ...]:
    """Return what late speeds are of the fresh best over 5 and 20 minutes [%]; None: unknown.

    Of a best of 0 m/s nothing is a share.
    """
    fresh = np.array([speed if speed > 0 else np.nan for speed in fresh_mps])
    share = 100 * late_mps.reshape(-1, len(LATE_OVER_S)) / fresh
    return tuple(value if math.isfinite(value) else None for value in share.ravel().tolist())
