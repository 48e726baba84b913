"""Benchmarks of the athlete from the activities and nights, as dated rows."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

import numpy as np

from runningcoach.derive import estimation_inputs, plausibility
from runningcoach.derive.estimation_inputs import Vo2maxSeries
from runningcoach.derive.plausibility import Verdicts
from runningcoach.metrics import benchmarks, limits, vo2max, zones
from runningcoach.metrics.benchmarks import Days, Estimate, Races
from runningcoach.metrics.windows import Floats
from runningcoach.model.benchmark import (
    HR_ZONES,
    Benchmark,
    BenchmarkKind,
    BenchmarkSource,
    Confidence,
)
from runningcoach.model.benchmark_timeline import BenchmarkTimeline, Timeline, ends
from runningcoach.store.benchmarks import BenchmarkDetail
from runningcoach.store.facts import ActivityInput

NO_NIGHTS: Sequence[tuple[date, float]] = ()


class BenchmarkEstimates(NamedTuple):
    """Estimated and default rows, and the races and VO2max values behind them.

    Runs with flags in their `verdicts` are left out of the estimates.
    """

    rows: list[BenchmarkDetail]
    races: Races
    vo2max: Vo2maxSeries
    verdicts: Verdicts


def estimate(
    activities: Sequence[ActivityInput],
    resting: Sequence[tuple[date, float]],
    fixed: Sequence[Benchmark],
    birth_date: date | None,
    overnight: Sequence[tuple[date, float]] = NO_NIGHTS,
) -> BenchmarkEstimates:
    """Return the benchmark rows estimated from all inputs.

    `resting` and `overnight` are resting heart rate, and the 5th percentile of heart rate by
    night where that is missing. `fixed` are the rows of the runner and of Garmin; they are not
    repeated, but what is estimated from a benchmark is estimated from the one in force.
    """
    if not activities:
        vo2max_series = estimation_inputs.vo2max_series([], _unknown)
        return BenchmarkEstimates([], estimation_inputs.races([], _unknown, {}), vo2max_series, {})
    verdicts = plausibility.verdicts(activities)
    beats = plausibility.with_heart_rate(activities, verdicts)
    speeds = plausibility.with_speed(activities, verdicts)
    on_days = _days(activities, fixed)
    first = on_days[0]
    age = birth_date and benchmarks.age_years(birth_date, date.fromordinal(first))
    rows = _rows("hrmax_bpm", benchmarks.hrmax(*estimation_inputs.peaks(beats), on_days, age))
    rows += _rows("hrrest_bpm", _hrrest(resting, overnight, first))
    limits = Timeline([*fixed, *rows])

    def hrmax_on(activity: ActivityInput) -> float | None:
        return limits.value("hrmax_bpm", activity.local_date)

    raced = estimation_inputs.races(speeds, hrmax_on, verdicts)
    vo2max_series = estimation_inputs.vo2max_series(
        plausibility.without_doubt(activities, verdicts), hrmax_on
    )
    rows += _speeds(speeds, raced, vo2max_series, on_days)
    rows += _lthr(beats, Timeline([*fixed, *rows]), on_days)
    rows += _limits(Timeline([*fixed, *rows]), [*on_days, *_endings(fixed, first)])
    return BenchmarkEstimates(rows, raced, vo2max_series, verdicts)


def _hrrest(
    resting: Sequence[tuple[date, float]], overnight: Sequence[tuple[date, float]], first: int
) -> list[Estimate]:
    awake, asleep = (
        estimation_inputs.to_column((day.toordinal(), bpm) for day, bpm in nights)
        for nights in (resting, overnight)
    )
    return benchmarks.hrrest(awake.days, awake.values, first, (asleep.days, asleep.values))


def _unknown(_: ActivityInput) -> None:
    return None


def _days(activities: Sequence[ActivityInput], fixed: Sequence[Benchmark]) -> list[int]:
    """Return the days on which an estimate may change.

    The day after each activity, since no activity is judged by itself; the first day; and the
    days on which the runner or Garmin set a value.
    """
    first = estimation_inputs.day_of(activities[0])
    set_on = {row.valid_from.toordinal() for row in fixed}
    after = {estimation_inputs.day_of(a) + 1 for a in activities}
    return sorted({first} | after | {day for day in set_on if day > first})


def _endings(fixed: Sequence[Benchmark], first: int) -> list[int]:
    """Return the days on which a fixed row expires by its age."""
    days = (end.toordinal() for row in fixed if (end := ends(row)))
    return [day for day in days if day > first]


def _rows(kind: BenchmarkKind, estimates: Iterable[Estimate]) -> list[BenchmarkDetail]:
    return [
        BenchmarkDetail(
            kind=kind,
            value=row.value,
            valid_from=date.fromordinal(row.day),
            source="default" if row.is_default else "estimate",
            confidence=row.confidence,
            algorithm=row.algorithm,
            evidence=row.evidence,
        )
        for row in estimates
        if limits.is_possible(kind, row.value)
    ]


def _speeds(
    activities: Sequence[ActivityInput],
    raced: Races,
    vo2max_series: Vo2maxSeries,
    on_days: Sequence[int],
) -> list[BenchmarkDetail]:
    """Return critical and threshold speed."""
    before = np.asarray(on_days) - 1
    trend = vo2max_trend(vo2max_series, raced, before)
    critical = benchmarks.critical_speeds(
        *estimation_inputs.curves(activities), on_days, raced.days
    )
    possible = [speed if speed and _possible_speeds(speed) else None for speed in critical]
    critical_changes = benchmarks.changes(possible)
    threshold = benchmarks.threshold_speeds(raced, possible, trend, on_days)
    return [
        *_rows("critical_speed_mps", critical_changes),
        *_rows("reserve_m", benchmarks.reserves(critical_changes)),
        *_rows("threshold_speed_mps", benchmarks.changes(threshold)),
    ]


def _possible_speeds(critical: Estimate) -> bool:
    """Return whether critical speed and the reserve above it are humanly possible."""
    return limits.is_possible("critical_speed_mps", critical.value) and limits.is_possible(
        "reserve_m", critical.evidence["reserve_m"]
    )


def vo2max_trend(series: Vo2maxSeries, raced: Races, on_days: Days) -> Floats:
    """Return the trend of effective VO2max on each day, corrected by races up to that day."""
    raw = vo2max.trend(series.days, series.values, series.seconds, on_days.astype(np.float64))
    return raw * benchmarks.corrections(raced, on_days.tolist())


def _lthr(
    activities: Sequence[ActivityInput], timeline: BenchmarkTimeline, on_days: Sequence[int]
) -> list[BenchmarkDetail]:
    hours = estimation_inputs.half_hours(
        activities, lambda a: timeline.value("threshold_speed_mps", a.local_date)
    )
    limits = [timeline.value("hrmax_bpm", date.fromordinal(day)) for day in on_days]
    highest = [limit or benchmarks.HRMAX_PRIOR_BPM for limit in limits]
    return _rows("lthr_bpm", benchmarks.lthr(hours, on_days, highest))


def _limits(timeline: BenchmarkTimeline, on_days: Iterable[int]) -> list[BenchmarkDetail]:
    """Return ventilatory thresholds and zones, which follow HRmax and LTHR in force."""
    days = [date.fromordinal(day) for day in sorted(set(on_days))]
    highest = list(_in_force(timeline, "hrmax_bpm", days))
    threshold = list(_in_force(timeline, "lthr_bpm", days))
    by_zone = zip(HR_ZONES, zones.HRMAX_ZONES, strict=True)
    rule = "thresholds.of_hrmax_lthr.v1"
    return [
        *_shares("vt1_bpm", zones.VT1_OF_HRMAX, highest, rule),
        *_shares("vt2_bpm", 1.0, threshold, rule),
        *(row for z, p in by_zone for row in _shares(z, p, highest, "hr_zones.of_hrmax.v1")),
    ]


def _in_force(
    timeline: BenchmarkTimeline, kind: BenchmarkKind, days: Iterable[date]
) -> Iterator[tuple[date, Benchmark]]:
    """Yield the days on which another row of a kind comes into force, and the row."""
    before: Benchmark | None = None
    for day in days:
        row = timeline.row(kind, day)
        if row is not None and row is not before:
            yield day, row
        before = row


def _shares(
    kind: BenchmarkKind, share: float, of: Iterable[tuple[date, Benchmark]], algorithm: str
) -> Iterator[BenchmarkDetail]:
    """Yield the rows of a limit that is a share of another benchmark."""
    for day, row in of:
        source: BenchmarkSource = "default" if row.source == "default" else "estimate"
        yield BenchmarkDetail(
            kind=kind,
            value=round(share * row.value, 1),
            valid_from=day,
            source=source,
            confidence=_trust(kind, row),
            algorithm=algorithm,
            evidence={row.kind: row.value, "share": share, "source": row.source},
        )


def _trust(kind: BenchmarkKind, of: Benchmark) -> Confidence:
    """Return the confidence of a limit: VT1 is a rule of thumb however well HRmax is known."""
    return "low" if kind == "vt1_bpm" and of.confidence in ("high", "medium") else of.confidence
