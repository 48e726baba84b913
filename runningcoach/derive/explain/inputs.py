"""The rows that a number rests on, loaded as the traces of its definition take them."""

import math
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any

import psycopg

from runningcoach.derive.explain import history
from runningcoach.derive.recovery import instrument
from runningcoach.metrics import baselines
from runningcoach.metrics.benchmarks import age_years
from runningcoach.metrics.definitions.activity_inputs import ActivityTraceInput
from runningcoach.metrics.definitions.benchmarks import BenchmarkTraceInput
from runningcoach.metrics.definitions.day_inputs import DayTraceInput
from runningcoach.metrics.definitions.recovery import RecoveryTraceInput
from runningcoach.metrics.fitness import SEED_DAYS
from runningcoach.metrics.sports import counted_time_s, decided_climb_m
from runningcoach.model.activity import Activity, ActivityMetrics
from runningcoach.model.fitness import RecoveryDay
from runningcoach.model.health import HealthDay
from runningcoach.store import activities, benchmarks, facts, fitness, health
from runningcoach.store.activities import ActivityFilters, ListedActivity
from runningcoach.store.benchmarks import BenchmarkDetail
from runningcoach.store.facts import Facts

type Connection = psycopg.Connection[Any]

NO_SAMPLES = Facts(elapsed_s=math.nan, active_s=math.nan, moving_s=math.nan)
"""What is known of an activity without samples."""
CLIMBS = {"elevation_gain_m": "ascent_m", "elevation_loss_m": "descent_m"}
"""Which total of the activity stands for which number of its samples."""
MOST_ACTIVITIES = 200
NIGHTLY = ("hrv_ms", "resting_hr_bpm", "sleep_s")


def activity_input(
    conn: Connection,
    user_id: int,
    activity: Activity,
    metrics: ActivityMetrics,
    rows: Mapping[str, BenchmarkDetail],
) -> ActivityTraceInput:
    """Return what the numbers of an activity rest on."""
    person = fitness.get_profile(conn, user_id)
    return ActivityTraceInput(
        columns=dict(activity),
        values=dict(metrics),
        facts=facts.get(conn, user_id, activity.id) or NO_SAMPLES,
        benchmarks={kind: row.value for kind, row in rows.items()},
        sex=person.sex,
        load_by=person.preferences.load_by,
        recall=lambda: history.before(conn, user_id, activity.id, activity.local_date),
    )


def shown_total(name: str, activity: Activity, metrics: ActivityMetrics) -> float | None:
    """Return the value that pages show of a total; None for all other quantities."""
    if name in CLIMBS:
        return decided_climb_m(getattr(activity, CLIMBS[name]), getattr(metrics, name))
    if name == "moving_s":
        moving_s, timer_s = metrics.moving_s, activity.timer_s
        return counted_time_s(activity.sport, moving_s, timer_s, activity.elapsed_s)
    return None


def list_activities(
    conn: Connection, user_id: int, first: date, last: date
) -> list[ListedActivity]:
    """Return the activities between two days."""
    return activities.page(
        conn, user_id, ActivityFilters(first=first, last=last), limit=MOST_ACTIVITIES
    )


def day_input(conn: Connection, user_id: int, on: date, first: date) -> DayTraceInput:
    """Return what the numbers of a day rest on; `first` is the first day of all."""
    preferences = fitness.get_profile(conn, user_id).preferences
    rows = fitness.daily(conn, user_id, first, max(on, first + timedelta(days=SEED_DAYS)))
    estimated = cache(lambda: history.estimated(conn, user_id, on))

    def runs() -> list[tuple[date, float]]:
        done = history.measured(conn, user_id, on)
        return [(one.local_date, (one.distance_m or 0.0) / 1000) for one in done if one.is_run]

    return DayTraceInput(
        day=on,
        days={row.date: dict(row) for row in rows},
        first=first,
        convention=preferences.fitness_convention,
        form_of=preferences.form_of,
        list_activities=lambda begin, end: [
            dict(one) for one in list_activities(conn, user_id, begin, end)
        ],
        list_runs=runs,
        find_vo2max=lambda: estimated().vo2max,
        find_races=lambda: estimated().races,
    )


def recovery_input(
    conn: Connection, user_id: int, on: date, row: RecoveryDay | None
) -> RecoveryTraceInput:
    """Return what the numbers of a morning rest on."""
    nights = health.days(conn, user_id, on - timedelta(days=baselines.LONG_DAYS), on)
    days = {day.date: day for day in fitness.daily(conn, user_id, on - timedelta(days=2), on)}
    today, yesterday, before = (days.get(on - timedelta(days=n)) for n in range(3))
    return RecoveryTraceInput(
        day=on,
        columns=dict(row) if row else {},
        nights={name: _of_nights(nights, name) for name in NIGHTLY},
        form_pct=today.form_pct if today else None,
        load_yesterday=yesterday.load if yesterday else 0.0,
        ctl_before=before.ctl if before else 0.0,
    )


def _of_nights(nights: Sequence[HealthDay], name: str) -> dict[date, float]:
    """Return what is known of the nights: HRV of the newest source alone."""
    newest = [instrument(night.hrv_source) for night in nights if night.hrv_ms]
    values: dict[date, float | None] = {
        night.date: getattr(night, name)
        for night in nights
        if name != "hrv_ms" or instrument(night.hrv_source) == newest[-1]
    }
    return {day: value for day, value in values.items() if value is not None}


def benchmark_input(
    conn: Connection, user_id: int, kind: str, on: date, rows: Mapping[str, BenchmarkDetail]
) -> BenchmarkTraceInput:
    """Return what a benchmark in force on a day rests on."""
    garmins = [
        row.value
        for row in benchmarks.list_all(conn, user_id)
        if row.kind == kind and row.source == "garmin" and row.valid_from <= on
    ]
    garmin = garmins[-1] if garmins else None
    row = rows.get(kind)
    if row is None:
        return BenchmarkTraceInput(garmin=garmin)
    birth_date = fitness.get_profile(conn, user_id).birth_date
    return BenchmarkTraceInput(
        value=row.value,
        source=row.source,
        algorithm=row.algorithm or "",
        evidence=row.evidence,
        benchmarks={kind: row.value for kind, row in rows.items()},
        garmin=garmin,
        age_years=None if birth_date is None else age_years(birth_date, row.valid_from),
    )
