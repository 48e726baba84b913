"""Load, fitness, fatigue and form of every day from the first activity on."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import numpy as np

from runningcoach.derive import estimation_inputs
from runningcoach.derive.benchmarks import BenchmarkEstimates, vo2max_trend
from runningcoach.derive.sport_totals import counted_s, sport_sums
from runningcoach.metrics import benchmarks, fitness, race
from runningcoach.metrics.windows import Floats
from runningcoach.model.activity import ActivityMetrics, SportSum
from runningcoach.model.fitness import DailyFitness
from runningcoach.model.user import Preferences
from runningcoach.store.facts import ActivityInput

MOSTLY_ESTIMATED = 0.2


def days(
    activities: Sequence[ActivityInput],
    metrics: Mapping[int, ActivityMetrics],
    estimated: BenchmarkEstimates,
    preferences: Preferences,
    until: date,
) -> list[DailyFitness]:
    """Return one row a day from the first activity to `until`, or to the last activity.

    Fitness and fatigue start on the day before the first activity, at 0 or, where the runner
    prefers so and the history allows, at the average of the first 28 days. Only then do
    later activities change earlier rows.
    """
    if not activities:
        return []
    first = estimation_inputs.day_of(activities[0])
    length = max(until.toordinal(), estimation_inputs.day_of(activities[-1])) - first + 1
    sums = _Sums(activities, metrics, first, length)
    seed = fitness.seed(sums.load, sums.count) if preferences.seeded else None
    columns = _columns(sums, preferences, seed or 0.0)
    columns |= _vo2max(activities, estimated, first, length)
    by_sport = _by_sport(activities, metrics, first)
    return list(_rows(columns, by_sport, first, seeded=seed is not None))


def _by_sport(
    activities: Sequence[ActivityInput], metrics: Mapping[int, ActivityMetrics], first: int
) -> dict[int, list[SportSum]]:
    """Return the sums of each sport by day, counted from the first; days of rest have none."""
    on: dict[int, list[ActivityInput]] = defaultdict(list)
    for activity in activities:
        on[estimation_inputs.day_of(activity) - first].append(activity)
    return {day: sport_sums(members, metrics) for day, members in on.items()}


class _Sums:
    """Daily sums of the activities: distance and time of runs, load of all sports."""

    def __init__(
        self,
        activities: Sequence[ActivityInput],
        metrics: Mapping[int, ActivityMetrics],
        first: int,
        length: int,
    ) -> None:
        self.day = np.array([estimation_inputs.day_of(a) - first for a in activities])
        self.length = length
        measures = [metrics[a.activity_id] for a in activities]
        self.distance = self.sum([a.distance_m if a.is_run else None for a in activities])
        self.moving = self.sum(
            [
                counted_s(a, m) if a.is_run else None
                for a, m in zip(activities, measures, strict=True)
            ]
        )
        self.load = self.sum([m.load for m in measures])
        self.trimp = self.sum([m.trimp for m in measures])
        self.count = self.sum([1.0] * len(measures))
        self.with_trimp = self.sum([float(m.trimp is not None) for m in measures])
        self.estimated = self.sum([float(_is_estimated(m)) for m in measures])

    def sum(self, values: Sequence[float | None]) -> Floats:
        """Return the sum of each day; None counts as 0."""
        weights = np.array([value or 0.0 for value in values])
        return np.bincount(self.day, weights=weights, minlength=self.length)


def _is_estimated(metrics: ActivityMetrics) -> bool:
    return metrics.load is None or metrics.load_source == "estimated_duration"


def _columns(sums: _Sums, preferences: Preferences, start: float) -> dict[str, Floats]:
    """Return what follows from load; NaN where a value is not known."""
    by = preferences.fitness_convention
    ctl, atl = fitness.ctl(sums.load, by, start), fitness.atl(sums.load, by, start)
    tsb = fitness.tsb(ctl, atl, preferences.form_of)
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
        "acwr": fitness.acwr_series(sums.load, "ewma"),
        "acwr_coupled": fitness.acwr_series(sums.load, "rac"),
        "acwr_uncoupled": fitness.acwr_series(sums.load, "rau"),
        "estimated_share": fitness.rolling_share(guessed, active, fitness.ESTIMATED_DAYS),
    }


def _vo2max(
    activities: Sequence[ActivityInput], estimated: BenchmarkEstimates, first: int, length: int
) -> dict[str, Floats]:
    """Return the trend of VO2max, its correction by races, and marathon shape."""
    on_days = np.arange(first, first + length)
    trend = vo2max_trend(estimated.vo2max, estimated.races, on_days)
    run_days, run_km = estimation_inputs.run_kilometres(activities)
    return {
        "vo2max_trend": trend,
        "vo2max_correction": benchmarks.corrections(estimated.races, on_days.tolist()),
        "marathon_shape_pct": race.marathon_shapes_pct(trend, run_days - first, run_km),
    }


# Why a value is missing: in the first days, and later.
_REASONS = {
    "trimp": "no_hr",
    "tsb": "first_days",
    "form_pct": "low_fitness",
    "ramp_7d": "first_days",
    "monotony": "first_days",
    "strain": "first_days",
    "acwr": "no_fitness",
    "acwr_coupled": "no_fitness",
    "acwr_uncoupled": "no_fitness",
    "vo2max_trend": "few_runs",
    "marathon_shape_pct": "few_runs",
}
_FIRST_DAYS = {
    "form_pct": 1,
    "acwr": fitness.CHRONIC_DAYS - 1,
    "acwr_coupled": fitness.CHRONIC_DAYS - 1,
    "acwr_uncoupled": fitness.CHRONIC_DAYS - 1,
}


def _rows(
    columns: Mapping[str, Floats],
    by_sport: Mapping[int, list[SportSum]],
    first: int,
    *,
    seeded: bool,
) -> Iterator[DailyFitness]:
    names = tuple(columns)
    for i, row in enumerate(zip(*(column.tolist() for column in columns.values()), strict=True)):
        present = {name: value for name, value in zip(names, row, strict=True) if value == value}
        provisional = i < fitness.PROVISIONAL_DAYS
        flags = {
            "seeded": seeded and provisional,
            "mostly_estimated": present["estimated_share"] > MOSTLY_ESTIMATED,
        }
        yield DailyFitness(
            date=date.fromordinal(first + i),
            provisional=provisional,
            flags=[name for name, raised in flags.items() if raised],
            by_sport=by_sport.get(i, []),
            reasons={name: _why_not(name, i) for name in _REASONS if name not in present},
            **present,
        )


def _why_not(name: str, index: int) -> str:
    return "first_days" if index < _FIRST_DAYS.get(name, 0) else _REASONS[name]
