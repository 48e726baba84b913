"""Interpretation of form by the weeks before it."""

from collections.abc import Sequence
from typing import Literal

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


def rest_kind(days: Sequence[DailyFitness]) -> RestKind:
    """Return the cause of a high form: a taper (or recovery), or a longer pause."""
    share = share_of_highest_fitness(days)
    return "taper" if share is None or share >= TAPER_LEAST_SHARE else "pause"
