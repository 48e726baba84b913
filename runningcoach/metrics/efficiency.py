"""Speed per heartbeat, and how much it drifts."""

import numpy as np
from numpy.typing import ArrayLike

from runningcoach.metrics.windows import Floats

WARM_UP_S = 600
"""The first ten minutes, while heart rate catches up, are left out."""
USUAL_DAYS, USUAL_LEAST = 42, 3


def efficiency_factor(gap_mps: Floats, heart_rate_bpm: Floats) -> float | None:
    """Return metres on the flat per heartbeat x 1 min: 60 x mean GAP / mean heart rate.

    Unit m/min per bpm. Seconds where either is NaN are left out; None when none is left.
    """
    both = np.isfinite(gap_mps) & np.isfinite(heart_rate_bpm)
    if not both.any():
        return None
    return 60 * float(gap_mps[both].mean()) / float(heart_rate_bpm[both].mean())


def decoupling_pct(gap_mps: Floats, heart_rate_bpm: Floats) -> float | None:
    """Return how much efficiency fell from the first to the second half [%]; positive is drift.

    Halves by the seconds at which both are known (moving time). Friel: below 5 % is coupled.
    """
    both = np.flatnonzero(np.isfinite(gap_mps) & np.isfinite(heart_rate_bpm))
    half = len(both) // 2
    first = efficiency_factor(gap_mps[both[:half]], heart_rate_bpm[both[:half]])
    second = efficiency_factor(gap_mps[both[half:]], heart_rate_bpm[both[half:]])
    if first is None or second is None or first == 0:
        return None
    return 100 * (first - second) / first


def variation(means: Floats) -> float | None:
    """Return standard deviation over mean of 30 s means [1]; None when there are none."""
    mean = float(means.mean()) if len(means) else 0.0
    return float(means.std()) / mean if mean > 0 else None


def usual_efficiency(
    days: ArrayLike, factors: ArrayLike, over_days: int = USUAL_DAYS, least: int = USUAL_LEAST
) -> Floats:
    """Return for each run the median factor of the runs of the last six weeks, itself included.

    `days` are day numbers, oldest first; NaN below three runs.
    """
    day, factor = np.asarray(days), np.asarray(factors, np.float64)
    begin = np.searchsorted(day, day - over_days, side="right")
    spans = (factor[first : i + 1] for i, first in enumerate(begin))
    return np.array([np.median(span) if len(span) >= least else np.nan for span in spans])
