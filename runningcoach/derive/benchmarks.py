"""Benchmarks of the athlete from the activities and nights, as dated rows."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

import numpy as np

from runningcoach.derive import evidence
from runningcoach.derive.evidence import Shown
from runningcoach.derive.timeline import Timeline
from runningcoach.metrics import benchmarks, vo2max
from runningcoach.metrics.benchmarks import Days, Estimate, Races
from runningcoach.metrics.windows import Floats
from runningcoach.records import Benchmark, BenchmarkKind
from runningcoach.store.benchmarks import Explained
from runningcoach.store.facts import Measured

DAYS_A_YEAR = 365.2425


class Estimated(NamedTuple):
    """Estimated and default rows, and the races and VO2max values that they rest on."""

    rows: list[Explained]
    races: Races
    shown: Shown


def estimate(
    activities: Sequence[Measured],
    resting: Sequence[tuple[date, float]],
    given: Sequence[Benchmark],
    birth_date: date | None,
) -> Estimated:
    """Return the rows that follow from everything known.

    `given` are the rows of the runner and of Garmin; they are not repeated, but what is
    estimated from a benchmark is estimated from the one in force.
    """
    if not activities:
        return Estimated([], evidence.races([], _unknown), evidence.vo2max_shown([], _unknown))
    on_days = _days(activities, given)
    first = on_days[0]
    age = None if birth_date is None else (first - birth_date.toordinal()) / DAYS_A_YEAR
    rows = _rows("hrmax_bpm", benchmarks.hrmax(*evidence.peaks(activities), on_days, age))
    nights = evidence.column((day.toordinal(), bpm) for day, bpm in resting)
    rows += _rows("hrrest_bpm", benchmarks.hrrest(*nights, first))
    limits = Timeline([*given, *rows])

    def hrmax_on(activity: Measured) -> float | None:
        return limits.value("hrmax_bpm", activity.local_date)

    raced = evidence.races(activities, hrmax_on)
    shown = evidence.vo2max_shown(activities, hrmax_on)
    rows += _speeds(activities, raced, shown, on_days)
    rows += _lthr(activities, Timeline([*given, *rows]), on_days)
    return Estimated(rows, raced, shown)


def _unknown(_: Measured) -> None:
    return None


def _days(activities: Sequence[Measured], given: Sequence[Benchmark]) -> list[int]:
    """Return the days on which an estimate may change.

    The day after each activity, since no activity is judged by itself; the first day; and the
    days on which somebody set a value.
    """
    first = evidence.day_of(activities[0])
    set_on = {row.valid_from.toordinal() for row in given}
    after = {evidence.day_of(a) + 1 for a in activities}
    return sorted({first} | after | {day for day in set_on if day > first})


def _rows(kind: BenchmarkKind, estimates: Iterable[Estimate]) -> list[Explained]:
    return [
        Explained(
            kind=kind,
            value=found.value,
            valid_from=date.fromordinal(found.day),
            source="default" if found.is_default else "estimate",
            confidence=found.confidence,
            algorithm=found.algorithm,
            evidence=found.evidence,
        )
        for found in estimates
    ]


def _speeds(
    activities: Sequence[Measured], raced: Races, shown: Shown, on_days: Sequence[int]
) -> list[Explained]:
    """Return critical and threshold speed."""
    before = np.asarray(on_days) - 1
    trend = vo2max_trend(shown, raced, before)
    critical = benchmarks.critical_speeds(*evidence.curves(activities), on_days)
    threshold = benchmarks.threshold_speeds(raced, critical, trend, on_days)
    return [
        *_rows("critical_speed_mps", benchmarks.changes(critical)),
        *_rows("threshold_speed_mps", benchmarks.changes(threshold)),
    ]


def vo2max_trend(shown: Shown, raced: Races, on_days: Days) -> Floats:
    """Return the trend of effective VO2max on each day, corrected by races up to that day."""
    raw = vo2max.trend(shown.days, shown.values, shown.seconds, on_days.astype(np.float64))
    return raw * benchmarks.corrections(raced, on_days.tolist())


def _lthr(
    activities: Sequence[Measured], timeline: Timeline, on_days: Sequence[int]
) -> list[Explained]:
    hours = evidence.half_hours(
        activities, lambda a: timeline.value("threshold_speed_mps", a.local_date)
    )
    limits = [timeline.value("hrmax_bpm", date.fromordinal(day)) for day in on_days]
    highest = [limit or benchmarks.HRMAX_PRIOR_BPM for limit in limits]
    return _rows("lthr_bpm", benchmarks.lthr(hours, on_days, highest))
