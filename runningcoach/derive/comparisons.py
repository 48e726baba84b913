"""Sums, means and changes of days and spans, as pages hold them against one another."""

from collections.abc import Iterable, Sequence
from datetime import date
from statistics import fmean

from runningcoach.model.fitness import DailyFitness


def change(value: float | None, before: float | None) -> float | None:
    """Return by how much a number moved; None where one of the two is not known."""
    return None if value is None or before is None else value - before


def percent_change(value: float, before: float) -> float | None:
    """Return by how much a number moved [%]; None from nothing."""
    return 100 * (value / before - 1) if before else None


def mean_of_known(values: Iterable[float | None], least: int = 1) -> float | None:
    """Return the mean of what is known; None below `least` values."""
    known = [value for value in values if value is not None]
    return fmean(known) if len(known) >= least else None


def rolling_sums(values: Sequence[float | None], days: int) -> list[float]:
    """Return for each day the sum of the `days` days that end on it; what is missing counts 0."""
    return [sum(v or 0.0 for v in values[max(0, i + 1 - days) : i + 1]) for i in range(len(values))]


def distance_m(days: Iterable[DailyFitness], first: date, last: date) -> float:
    """Return the distance run [m] from `first` to `last`, both included."""
    return sum(day.distance_m for day in days if first <= day.date <= last)


def fractions(values: Sequence[float]) -> list[float]:
    """Return each value as a share (0 to 1) of the highest; 0 of nothing."""
    return _over(values, max(values, default=0.0))


def shares_of_sum(values: Sequence[float]) -> list[float]:
    """Return each value as a share (0 to 1) of their sum; 0 of nothing."""
    return _over(values, sum(values))


def _over(values: Sequence[float], whole: float) -> list[float]:
    return [value / whole if whole else 0.0 for value in values]
