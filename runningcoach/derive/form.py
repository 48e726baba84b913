"""Interpretation of form by the weeks before it."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Literal, NamedTuple

from runningcoach.model.fitness import DailyFitness

type RestKind = Literal["taper", "pause"]

LOOK_BACK_DAYS = 42
TAPER_LEAST_SHARE = 0.8
"""Ours: after two weeks at half the load fitness is 86 % of what it was, after nine days of
rest 81 %: until there, high form is recovery or a taper, later a pause of training."""


def share_of_highest_fitness(days: Sequence[DailyFitness]) -> float | None:
    """Return fitness on the last day as a share of its highest in six weeks; None without any."""
    highest = max((day.ctl for day in days[-LOOK_BACK_DAYS:]), default=0.0)
    return days[-1].ctl / highest if highest > 0 else None


def kept_and_lost_pct(days: Sequence[DailyFitness]) -> tuple[int, int]:
    """Return how much of its highest fitness is left, and how much is gone, in whole percent."""
    kept = round(100 * (share_of_highest_fitness(days) or 0.0))
    return kept, 100 - kept


def rest_kind(days: Sequence[DailyFitness]) -> RestKind:
    """Return the cause of a high form: a taper (or recovery), or a longer pause."""
    share = share_of_highest_fitness(days)
    return "taper" if share is None or share >= TAPER_LEAST_SHARE else "pause"


class FormChanges(NamedTuple):
    """Changes of fitness, fatigue and form [load/day]; None where an end is not known."""

    ctl: float | None
    atl: float | None
    tsb: float | None


def changes_in_week(days: Sequence[DailyFitness]) -> FormChanges:
    """Return what changed from the day seven days before the last one; `days` are not empty."""
    last = days[-1]
    before = next((day for day in days if day.date == last.date - timedelta(days=7)), None)
    pairs = ((getattr(before, name, None), getattr(last, name)) for name in FormChanges._fields)
    return FormChanges(*(None if None in pair else pair[1] - pair[0] for pair in pairs))
