"""Heart-rate variability: of beat-to-beat times, and of nights against one's own baseline."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from runningcoach.metrics import baselines
from runningcoach.metrics.windows import Floats

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


class HrvBaseline(NamedTuple):
    """The week's geometric mean and the normal range, all rMSSD [ms]."""

    week_ms: float
    low_ms: float
    high_ms: float


def baseline(
    rmssd_daily: ArrayLike,
    rolling_days: int = ROLLING_DAYS,
    baseline_days: int = BASELINE_DAYS,
    range_sd: float = RANGE_SD,
    least: int = BASELINE_LEAST,
) -> HrvBaseline | None:
    """Return how the last week lies against the 60 days before today (Plews 2013).

    One value a night, oldest first, NaN where none. Of logarithms; needs 3 nights of the week
    and `least` of the baseline, else None.
    """
    logs = logarithms(np.asarray(rmssd_daily, np.float64))
    week = logs[-rolling_days:]
    before = logs[:-1][-baseline_days:]
    week, before = week[np.isfinite(week)], before[np.isfinite(before)]
    if len(week) < ROLLING_LEAST or len(before) < least:
        return None
    low, high = usual_range_ms(before.mean(), before.std(ddof=1), range_sd)
    return HrvBaseline(float(np.exp(week.mean())), float(low), float(high))


class Nights(NamedTuple):
    """Each night's week and baseline, of logarithms of rMSSD; NaN where too little is known.

    `week` is the mean of seven nights, `usual` and `sd` are those of the baseline before.
    """

    week: Floats
    usual: Floats
    sd: Floats
    cv_pct: Floats

    def range_ms(self, range_sd: float = RANGE_SD) -> tuple[Floats, Floats]:
        """Return the low and the high end of the usual range, rMSSD [ms]."""
        return usual_range_ms(self.usual, self.sd, range_sd)


def usual_range_ms(
    usual_log: ArrayLike, sd_log: ArrayLike, range_sd: float = RANGE_SD
) -> tuple[Floats, Floats]:
    """Return the low and the high end of the usual range, rMSSD [ms], of its logarithms.

    The one definition of what is usual: the mean of the nights before, less and plus half a
    standard deviation.
    """
    mean, half = np.asarray(usual_log, np.float64), range_sd * np.asarray(sd_log, np.float64)
    return np.exp(mean - half), np.exp(mean + half)


def usual_ms(low_ms: float | None, high_ms: float | None) -> float | None:
    """Return the middle of a usual range [ms], which is even on the scale of logarithms."""
    return None if low_ms is None or high_ms is None else float(np.sqrt(low_ms * high_ms))


def nights(rmssd_daily: Floats) -> Nights:
    """Return week and baseline of every night, as `baseline` does for the last.

    One value a night, oldest first, NaN where none. The week takes three nights (Plews 2014),
    the baseline 30 of the 60 nights before today, or else 14 of the 28 before. `cv_pct` is the
    week's deviation over its mean (Plews 2013).
    """
    logs = logarithms(rmssd_daily)
    week = baselines.spread(baselines.windows(logs, ROLLING_DAYS, until_today=True))
    enough = week.known >= ROLLING_LEAST
    mean, sd = baselines.baseline(logs)
    positive = enough & (week.mean > 0)
    cv_pct = 100 * week.sd / np.where(positive, week.mean, np.nan)
    return Nights(np.where(enough, week.mean, np.nan), mean, sd, cv_pct)


def logarithms(rmssd_ms: Floats) -> Floats:
    """Return logarithms; a value that is not above 0 is no measurement."""
    good = np.isfinite(rmssd_ms) & (rmssd_ms > 0)
    return np.where(good, np.log(np.where(good, rmssd_ms, 1.0)), np.nan)
