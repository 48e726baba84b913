"""Load, fitness, fatigue and form of every day from the first activity on."""

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np

from runningcoach.derive import evidence
from runningcoach.derive.benchmarks import Estimated, vo2max_trend
from runningcoach.metrics import fitness
from runningcoach.metrics.windows import Floats
from runningcoach.records import ActivityMetrics, DailyFitness, Preferences
from runningcoach.store.facts import Measured

ESTIMATED_DAYS = 42


def days(
    activities: Sequence[Measured],
    metrics: Mapping[int, ActivityMetrics],
    estimated: Estimated,
    preferences: Preferences,
    until: date,
) -> list[DailyFitness]:
    """Return one row a day from the first activity to `until`, or to the last activity."""
    if not activities:
        return []
    first = evidence.day_of(activities[0])
    length = max(until.toordinal(), evidence.day_of(activities[-1])) - first + 1
    columns = _columns(_Sums(activities, metrics, first, length))
    on_days = np.arange(first, first + length)
    columns["vo2max_trend"] = vo2max_trend(estimated.shown, estimated.races, on_days)
    values = {name: column.tolist() for name, column in columns.items()}
    return [
        DailyFitness.model_validate(
            {name: _known(column[i]) for name, column in values.items()}
            | {"date": date.fromordinal(first + i), "provisional": i < fitness.PROVISIONAL_DAYS}
        )
        for i in range(length)
    ]


class _Sums:
    """What the activities of each day add up to."""

    def __init__(
        self,
        activities: Sequence[Measured],
        metrics: Mapping[int, ActivityMetrics],
        first: int,
        length: int,
    ) -> None:
        self.day = np.array([evidence.day_of(a) - first for a in activities])
        self.length = length
        found = [metrics[a.activity_id] for a in activities]
        self.distance = self.sum([a.distance_m for a in activities])
        self.moving = self.sum([m.moving_s for m in found])
        self.load = self.sum([m.load for m in found])
        self.trimp = self.sum([m.trimp for m in found])
        self.count = self.sum([1.0] * len(found))
        self.with_trimp = self.sum([float(m.trimp is not None) for m in found])
        self.estimated = self.sum([float(_is_estimated(m)) for m in found])

    def sum(self, values: Sequence[float | None]) -> Floats:
        """Return the sum of each day; what is not known adds nothing."""
        known = np.array([value or 0.0 for value in values])
        return np.bincount(self.day, weights=known, minlength=self.length)


def _is_estimated(metrics: ActivityMetrics) -> bool:
    return metrics.load is None or metrics.load_source == "estimated_duration"


def _columns(sums: _Sums) -> dict[str, Floats]:
    """Return the columns of the daily table; NaN where a value is not known."""
    ctl, atl = fitness.ctl(sums.load), fitness.atl(sums.load)
    tsb = fitness.tsb(ctl, atl)
    monotony, strain = fitness.weekly_monotony(sums.load)
    active = (sums.count > 0).astype(np.float64)
    guessed = (sums.estimated > 0).astype(np.float64)
    return {
        "activities": sums.count,
        "distance_m": sums.distance,
        "moving_s": sums.moving,
        "load": sums.load,
        "trimp": np.where((sums.count > 0) & (sums.with_trimp == 0), np.nan, sums.trimp),
        "ctl": ctl,
        "atl": atl,
        "tsb": tsb,
        "form_pct": fitness.form_pct(tsb, ctl),
        "ramp_7d": fitness.ramp(ctl),
        "monotony": monotony,
        "strain": strain,
        "estimated_share": fitness.rolling_share(guessed, active, ESTIMATED_DAYS),
    }


def _known(value: float) -> float | None:
    return None if value != value else value  # NaN is the one number unequal to itself
