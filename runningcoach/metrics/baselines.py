"""What is usual for a runner: means, spreads and medians over windows of calendar days.

Daily values come one a day, oldest first, NaN for a day without one. Nothing after a day enters
what is said of it.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from runningcoach.metrics.windows import Floats

LONG_DAYS, LONG_LEAST = 60, 30
SHORT_DAYS, SHORT_LEAST = 28, 14
"""A baseline needs 30 of the 60 days before; until then 14 of the 28 days before will do."""


class Spread(NamedTuple):
    """How many values each window holds, their mean, and their sample standard deviation."""

    known: NDArray[np.int64]
    mean: Floats
    sd: Floats


def windows(daily: Floats, days: int, *, until_today: bool) -> Floats:
    """Return for each day the values of the `days` days that end on it, or on the day before.

    A row a day, NaN before the first day.
    """
    padded = np.concatenate((np.full(days, np.nan), daily))
    rows = np.lib.stride_tricks.sliding_window_view(padded, days)
    return rows[1:] if until_today else rows[:-1]


def spread(rows: Floats) -> Spread:
    """Return count, mean and sample deviation of each row; NaN where none, or one, is known."""
    known = np.isfinite(rows)
    count = known.sum(axis=1)
    mean = np.where(known, rows, 0.0).sum(axis=1) / np.where(count > 0, count, np.nan)
    away = np.where(known, rows - mean[:, None], 0.0)
    variance = (away**2).sum(axis=1) / np.where(count > 1, count - 1, np.nan)
    return Spread(count, mean, np.sqrt(variance))


def mean_of(daily: Floats, days: int, least: int = 1) -> Floats:
    """Return the mean of the last `days` days, today included; NaN below `least` values."""
    found = spread(windows(daily, days, until_today=True))
    return np.where(found.known >= least, found.mean, np.nan)


def baseline(daily: Floats) -> tuple[Floats, Floats]:
    """Return mean and deviation of the 60 days before each day, or of 28; NaN with too few."""
    long = spread(windows(daily, LONG_DAYS, until_today=False))
    short = spread(windows(daily, SHORT_DAYS, until_today=False))
    wide, enough = long.known >= LONG_LEAST, short.known >= SHORT_LEAST

    def chosen(over_long: Floats, over_short: Floats) -> Floats:
        return np.where(wide, over_long, np.where(enough, over_short, np.nan))

    return chosen(long.mean, short.mean), chosen(long.sd, short.sd)


def usual_range(daily: Floats) -> tuple[Floats, Floats]:
    """Return the usual range of each day: the baseline's mean less and plus one deviation."""
    mean, sd = baseline(daily)
    return mean - sd, mean + sd


def values_before(daily: Floats) -> Floats:
    """Return what is known of the 60 days before the last one, or of 28 where 60 hold too few."""
    before = daily[:-1]
    long, short = (days[np.isfinite(days)] for days in (before[-LONG_DAYS:], before[-SHORT_DAYS:]))
    return long if len(long) >= LONG_LEAST else short


def median_before(daily: Floats, days: int = LONG_DAYS, least: int = SHORT_LEAST) -> Floats:
    """Return the median of the `days` days before each day; NaN below `least` values."""
    ordered = np.sort(windows(daily, days, until_today=False), axis=1)  # NaN sorts last
    count = np.isfinite(ordered).sum(axis=1)
    row = np.arange(len(ordered))
    low, high = ordered[row, np.maximum(count - 1, 0) // 2], ordered[row, count // 2 % days]
    middle = np.where(count % 2 == 1, low, (low + high) / 2)
    return np.where(count >= least, middle, np.nan)
