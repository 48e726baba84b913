"""Heart-rate variability: of beat-to-beat times, and of nights against one's own baseline."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

NEIGHBOUR_SHARE = 0.75
"""A beat shorter than 3/4, or longer than 4/3, of the one before it is an artefact (Runalyze)."""
ROLLING_DAYS, ROLLING_LEAST = 7, 3
BASELINE_DAYS, BASELINE_LEAST = 60, 30
RANGE_SD = 0.5


def without_artefacts(rr_ms: ArrayLike) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return the beat-to-beat times [ms] that lie near the one before."""
    rr = np.asarray(rr_ms, np.float64).ravel()
    rr = rr[np.isfinite(rr) & (rr > 0)]
    ratio = rr[1:] / rr[:-1]
    near = (ratio >= NEIGHBOUR_SHARE) & (ratio <= 1 / NEIGHBOUR_SHARE)
    return rr[np.append(True, near)[: len(rr)]]


def rmssd(rr_ms: ArrayLike) -> float | None:
    """Return the root mean square of successive differences [ms]; None below two beats."""
    step = np.diff(np.asarray(rr_ms, np.float64))
    return float(np.sqrt(np.mean(step**2))) if len(step) else None


def sdnn(rr_ms: ArrayLike) -> float | None:
    """Return the sample standard deviation of beat-to-beat times [ms]; None below two."""
    rr = np.asarray(rr_ms, np.float64)
    return float(rr.std(ddof=1)) if len(rr) > 1 else None


def pnn50(rr_ms: ArrayLike) -> float | None:
    """Return differences above 50 ms over the number of beats [0..1] (Runalyze); None below two."""
    rr = np.asarray(rr_ms, np.float64)
    return float(np.sum(np.abs(np.diff(rr)) > 50)) / len(rr) if len(rr) > 1 else None


class Baseline(NamedTuple):
    """The week's geometric mean and the normal range, all rMSSD [ms]."""

    week_ms: float
    low_ms: float
    high_ms: float


def baseline(
    rmssd_daily: ArrayLike,
    rolling_days: int = ROLLING_DAYS,
    baseline_days: int = BASELINE_DAYS,
    range_sd: float = RANGE_SD,
) -> Baseline | None:
    """Return how the last week lies against the 60 days before today (Plews 2013).

    One value a night, oldest first, NaN where none. Of logarithms; needs 3 nights of the week
    and 30 of the baseline, else None.
    """
    logs = np.log(np.asarray(rmssd_daily, np.float64))
    week = logs[-rolling_days:]
    before = logs[:-1][-baseline_days:]
    week, before = week[np.isfinite(week)], before[np.isfinite(before)]
    if len(week) < ROLLING_LEAST or len(before) < BASELINE_LEAST:
        return None
    mean, half = float(before.mean()), range_sd * float(before.std(ddof=1))
    return Baseline(*(float(np.exp(x)) for x in (week.mean(), mean - half, mean + half)))
