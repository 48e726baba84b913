"""Prior history of each activity: from earlier days alone."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from runningcoach.derive import plausibility
from runningcoach.derive.benchmarks import BenchmarkEstimates, vo2max_trend
from runningcoach.metrics import training_effect
from runningcoach.metrics.activity import Athlete, PriorHistory
from runningcoach.metrics.efforts import DURATIONS_S
from runningcoach.metrics.epoc import epoc_ml_kg
from runningcoach.metrics.facts import STEADY_DECOUPLING
from runningcoach.metrics.missing import value_of
from runningcoach.model.benchmark_timeline import BenchmarkTimeline
from runningcoach.store.facts import ActivityInput

type Days = NDArray[np.int64]
type Table = NDArray[np.float64]

WINDOW_DAYS = 90
BASELINE_HRMAX = (0.65, 0.85)
BASELINE_LEAST_S = 1200
BASELINE_DRIFT_PCT = 10.0
BASELINE_RUNS = 3
"""The least number of runs for a baseline; our choice."""
_FRESH = [DURATIONS_S.index(300), DURATIONS_S.index(1200)]


def prior_histories(
    activities: Sequence[ActivityInput], timeline: BenchmarkTimeline, estimated: BenchmarkEstimates
) -> list[PriorHistory]:
    """Return the prior history of each activity, in their order.

    Baseline efficiency: the median of the steady runs of 90 days, three at least. Fresh speed: the
    best over 5 and 20 minutes of 90 days, not on a treadmill. The line of training effect rests
    on all earlier days; VO2max is the corrected trend as of the day before. Runs in doubt count
    for none of them, those whose heart rate alone is in doubt for fresh speed.
    """
    verdicts = estimated.verdicts
    sound = plausibility.without_doubt(activities, verdicts)
    days = np.array(sorted({a.local_date.toordinal() for a in activities}), np.int64)
    columns = (
        _baseline_efficiency(sound, timeline, days),
        _fresh(plausibility.with_speed(activities, verdicts), days),
        _lines(activities, timeline, days),
        _trend(estimated, days),
    )
    by_day = {
        day: PriorHistory(*values)
        for day, values in zip(days.tolist(), zip(*columns, strict=True), strict=True)
    }
    return [
        replace(
            by_day[a.local_date.toordinal()],
            verdict=verdicts.get(a.activity_id, plausibility.NOTHING),
        )
        for a in activities
    ]


def _by_day(rows: Iterable[tuple[int, *tuple[float, ...]]], width: int) -> tuple[Days, Table]:
    """Return days, ascending, and a row of values for each."""
    table = np.array(sorted(rows, key=lambda row: row[0]), np.float64).reshape(-1, width + 1)
    return table[:, 0].astype(np.int64), table[:, 1:]


def _over_windows[Value](
    value_days: Days, values: Table, days: Days, of: Callable[[Table], Value]
) -> list[Value]:
    """Apply `of` to the rows of the 90 days before each of `days`."""
    begins = np.searchsorted(value_days, days - WINDOW_DAYS)
    ends = np.searchsorted(value_days, days)
    return [of(values[i:j]) for i, j in zip(begins.tolist(), ends.tolist(), strict=True)]


def _baseline_efficiency(
    activities: Sequence[ActivityInput], timeline: BenchmarkTimeline, days: Days
) -> list[float | None]:
    """Return the median efficiency of the steady runs before each day."""
    rows = (
        (a.local_date.toordinal(), a.facts.efficiency_factor or np.nan)
        for a in activities
        if _is_baseline_run(a, timeline.value("hrmax_bpm", a.local_date))
    )
    return _over_windows(*_by_day(rows, 1), days, _median)


def _median(efficiencies: Table) -> float | None:
    return float(np.median(efficiencies)) if len(efficiencies) >= BASELINE_RUNS else None


def _is_baseline_run(activity: ActivityInput, hrmax_bpm: float | None) -> bool:
    """Return whether a run's efficiency is comparable: steady, long enough, at endurance effort.

    Runs below 40 minutes have no drift to judge by, only a steady pace.
    """
    facts = activity.facts
    if facts.efficiency_factor is None or facts.average_hr_bpm is None or not hrmax_bpm:
        return False
    low, high = BASELINE_HRMAX
    steady = facts.gap_cv is not None and facts.gap_cv < STEADY_DECOUPLING
    return (
        low <= facts.average_hr_bpm / hrmax_bpm <= high
        and facts.active_s >= BASELINE_LEAST_S
        and steady
        and (facts.decoupling_pct or 0.0) < BASELINE_DRIFT_PCT
        and "cadence_lock" not in facts.flags
    )


def _fresh(activities: Sequence[ActivityInput], days: Days) -> list[tuple[float, float] | None]:
    """Return the best grade-adjusted speed over 5 and 20 minutes before each day."""
    rows = (
        (a.local_date.toordinal(), *a.facts.mean_max_gap_mps[_FRESH].tolist())
        for a in activities
        if a.facts.mean_max_gap_mps is not None and "treadmill" not in a.facts.flags
    )
    return _over_windows(*_by_day(rows, 2), days, _best)


def _best(speeds: Table) -> tuple[float, float] | None:
    """Return the highest of each column; None when a column has no positive speed."""
    moved = np.where(speeds > 0, speeds, np.nan)
    if not np.isfinite(moved).any(axis=0).all():
        return None
    short, long = np.nanmax(moved, axis=0).tolist()
    return short, long


def _lines(
    activities: Sequence[ActivityInput], timeline: BenchmarkTimeline, days: Days
) -> list[tuple[float, float, float] | None]:
    """Return the line through the device's own training effects before each day."""
    rows = ((a.local_date.toordinal(), *pair) for a in activities if (pair := _pair(a, timeline)))
    pair_days, pairs = _by_day(rows, 2)
    ends = np.searchsorted(pair_days, days).tolist()
    lines = {n: training_effect.effect_line(pairs[:n, 0], pairs[:n, 1]) for n in set(ends)}
    return [lines[n] for n in ends]


def _pair(activity: ActivityInput, timeline: BenchmarkTimeline) -> tuple[float, float] | None:
    """Return EPOC and the device's training effect, where both can calibrate."""
    effect = activity.device_training_effect
    if effect is None:
        return None
    epoc = value_of(epoc_ml_kg(activity.facts, _athlete(timeline, activity.local_date)))
    return (epoc, effect) if epoc and training_effect.is_for_line(effect, epoc) else None


def _athlete(timeline: BenchmarkTimeline, day: date) -> Athlete:
    limits = timeline.value("hrmax_bpm", day), timeline.value("hrrest_bpm", day)
    return Athlete(hrmax_bpm=limits[0], hrrest_bpm=limits[1])


def _trend(estimated: BenchmarkEstimates, days: Days) -> list[float | None]:
    """Return corrected VO2max as of the day before each day."""
    trend = vo2max_trend(estimated.vo2max, estimated.races, days - 1).tolist()
    return [value if value == value else None for value in trend]
