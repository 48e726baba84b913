"""The whole history in a page."""

from collections.abc import Mapping, Sequence
from datetime import date

from runningcoach.records import ActivityMetrics, Baseline, DailyFitness
from runningcoach.store.facts import Measured


def baseline(
    activities: Sequence[Measured],
    metrics: Mapping[int, ActivityMetrics],
    daily: Sequence[DailyFitness],
    on: date,
) -> Baseline | None:
    """Return the history up to a day in a page; None without a run."""
    return None
