"""Benchmarks of the athlete from the activities and nights, as dated rows."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

import numpy as np

from runningcoach.derive import estimation_inputs, plausibility
from runningcoach.derive.estimation_inputs import Vo2maxSeries
from runningcoach.derive.plausibility import Verdicts
from runningcoach.derive.timeline import Timeline, ends
from runningcoach.metrics import benchmarks, limits, vo2max, zones
from runningcoach.metrics.benchmarks import Days, Estimate, Races
from runningcoach.metrics.windows import Floats
from runningcoach.model.benchmark import Benchmark, BenchmarkKind, BenchmarkSource, Confidence
from runningcoach.store.benchmarks import BenchmarkDetail
from runningcoach.store.facts import ActivityInput

NO_NIGHTS: Sequence[tuple[date, float]] = ()
ZONES: tuple[BenchmarkKind, ...] = (
    "hr_zone_1_bpm",
    "hr_zone_2_bpm",
    "hr_zone_3_bpm",
    "hr_zone_4_bpm",
    "hr_zone_5_bpm",
)


class BenchmarkEstimates(NamedTuple):
    """Estimated and default rows, and the races and VO2max values that they rest on.

    `verdicts` are what is held of each run; those in doubt are left out of the estimates.
    """

    rows: list[BenchmarkDetail]
    races: Races
    shown: Vo2maxSeries
    verdicts: Verdicts


def estimate(
    activities: Sequence[ActivityInput],
    resting: Sequence[tuple[date, float]],
    given: Sequence[Benchmark],
    birth_date: date | None,
    overnight: Sequence[tuple[date, float]] = NO_NIGHTS,
) -> BenchmarkEstimates:
    """Return the rows that follow from everything known.

    `resting` and `overnight` are resting heart rate, and the 5th percentile of heart rate by
    night where that is missing. `given` are the rows of the runner and of Garmin; they are not
    repeated, but what is estimated from a benchmark is estimated from the one in force.
    """
    if not activities:
        shown = estimation_inputs.vo2max_shown([], _unknown)
        return BenchmarkEstimates([], estimation_inputs.races([], _unknown, {}), shown, {})
    verdicts = plausibility.verdicts(activities)
    beats = plausibility.with_heart_rate(activities, verdicts)
    speeds = plausibility.with_speed(activities, verdicts)
    on_days = _days(activities, given)
    first = on_days[0]
    age = birth_date and benchmarks.age_years(birth_date, date.fromordinal(first))
    rows = _rows("hrmax_bpm", benchmarks.hrmax(*estimation_inputs.peaks(beats), on_days, age))
    rows += _rows("hrrest_bpm", _hrrest(resting, overnight, first))
    limits = Timeline([*given, *rows])

    def hrmax_on(activity: ActivityInput) -> float | None:
        return limits.value("hrmax_bpm", activity.local_date)

    raced = estimation_inputs.races(speeds, hrmax_on, verdicts)
    shown = estimation_inputs.vo2max_shown(
        plausibility.without_doubt(activities, verdicts), hrmax_on
    )
    rows += _speeds(speeds, raced, shown, on_days)
    rows += _lthr(beats, Timeline([*given, *rows]), on_days)
    rows += _limits(Timeline([*given, *rows]), [*on_days, *_endings(given, first)])
    return BenchmarkEstimates(rows, raced, shown, verdicts)


def _hrrest(
    resting: Sequence[tuple[date, float]], overnight: Sequence[tuple[date, float]], first: int
) -> list[Estimate]:
    told, asleep = (
        estimation_inputs.column((day.toordinal(), bpm) for day, bpm in nights)
        for nights in (resting, overnight)
    )
    return benchmarks.hrrest(told.days, told.values, first, (asleep.days, asleep.values))


def _unknown(_: ActivityInput) -> None:
    return None


def _days(activities: Sequence[ActivityInput], given: Sequence[Benchmark]) -> list[int]:
    """Return the days on which an estimate may change.

    The day after each activity, since no activity is judged by itself; the first day; and the
    days on which somebody set a value.
    """
    first = estimation_inputs.day_of(activities[0])
    set_on = {row.valid_from.toordinal() for row in given}
    after = {estimation_inputs.day_of(a) + 1 for a in activities}
    return sorted({first} | after | {day for day in set_on if day > first})


def _endings(given: Sequence[Benchmark], first: int) -> list[int]:
    """Return the days on which a given row stops counting because of its age."""
    days = (end.toordinal() for row in given if (end := ends(row)))
    return [day for day in days if day > first]


def _rows(kind: BenchmarkKind, estimates: Iterable[Estimate]) -> list[BenchmarkDetail]:
    return [
        BenchmarkDetail(
            kind=kind,
            value=found.value,
            valid_from=date.fromordinal(found.day),
            source="default" if found.is_default else "estimate",
            confidence=found.confidence,
            algorithm=found.algorithm,
            evidence=found.evidence,
        )
        for found in estimates
        if limits.is_possible(kind, found.value)
    ]


def _speeds(
    activities: Sequence[ActivityInput], raced: Races, shown: Vo2maxSeries, on_days: Sequence[int]
) -> list[BenchmarkDetail]:
    """Return critical and threshold speed."""
    before = np.asarray(on_days) - 1
    trend = vo2max_trend(shown, raced, before)
    critical = benchmarks.critical_speeds(
        *estimation_inputs.curves(activities), on_days, raced.days
    )
    possible = [one if one and _possible_speeds(one) else None for one in critical]
    kept = benchmarks.changes(possible)
    threshold = benchmarks.threshold_speeds(raced, possible, trend, on_days)
    return [
        *_rows("critical_speed_mps", kept),
        *_rows("reserve_m", benchmarks.reserves(kept)),
        *_rows("threshold_speed_mps", benchmarks.changes(threshold)),
    ]


def _possible_speeds(critical: Estimate) -> bool:
    """Tell whether a person has such a critical speed, and such a reserve above it."""
    return limits.is_possible("critical_speed_mps", critical.value) and limits.is_possible(
        "reserve_m", critical.evidence["reserve_m"]
    )


def vo2max_trend(shown: Vo2maxSeries, raced: Races, on_days: Days) -> Floats:
    """Return the trend of effective VO2max on each day, corrected by races up to that day."""
    raw = vo2max.trend(shown.days, shown.values, shown.seconds, on_days.astype(np.float64))
    return raw * benchmarks.corrections(raced, on_days.tolist())


def _lthr(
    activities: Sequence[ActivityInput], timeline: Timeline, on_days: Sequence[int]
) -> list[BenchmarkDetail]:
    hours = estimation_inputs.half_hours(
        activities, lambda a: timeline.value("threshold_speed_mps", a.local_date)
    )
    limits = [timeline.value("hrmax_bpm", date.fromordinal(day)) for day in on_days]
    highest = [limit or benchmarks.HRMAX_PRIOR_BPM for limit in limits]
    return _rows("lthr_bpm", benchmarks.lthr(hours, on_days, highest))


def _limits(timeline: Timeline, on_days: Iterable[int]) -> list[BenchmarkDetail]:
    """Return ventilatory thresholds and zones, which follow HRmax and LTHR in force."""
    days = [date.fromordinal(day) for day in sorted(set(on_days))]
    highest = list(_in_force(timeline, "hrmax_bpm", days))
    threshold = list(_in_force(timeline, "lthr_bpm", days))
    by_zone = zip(ZONES, zones.HRMAX_ZONES, strict=True)
    rule = "thresholds.of_hrmax_lthr.v1"
    return [
        *_shares("vt1_bpm", zones.VT1_OF_HRMAX, highest, rule),
        *_shares("vt2_bpm", 1.0, threshold, rule),
        *(row for z, p in by_zone for row in _shares(z, p, highest, "hr_zones.of_hrmax.v1")),
    ]


def _in_force(
    timeline: Timeline, kind: BenchmarkKind, days: Iterable[date]
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
    """Return how far to trust a limit: VT1 is a rule of thumb however well HRmax is known."""
    return "low" if kind == "vt1_bpm" and of.confidence in ("high", "medium") else of.confidence
