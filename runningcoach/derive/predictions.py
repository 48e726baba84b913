"""Race times that the history up to a day lets one expect."""

from collections.abc import Mapping, Sequence
from datetime import date

from runningcoach.derive.benchmarks import Estimated
from runningcoach.derive.timeline import Timeline
from runningcoach.records import ActivityMetrics, DailyFitness, RacePrediction
from runningcoach.store.facts import Measured


def predict(
    activities: Sequence[Measured],
    metrics: Mapping[int, ActivityMetrics],
    timeline: Timeline,
    estimated: Estimated,
    daily: Sequence[DailyFitness],
    on: date,
) -> list[RacePrediction]:
    """Return the times over 5 km, 10 km, half and whole marathon as of a day."""
    return []
