"""The state of an athlete on a day, as plans are made for and checked against."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

import psycopg

from runningcoach.base import periods
from runningcoach.base.units import M_PER_KM
from runningcoach.coach.plans.paces import is_plannable, training_paces
from runningcoach.derive.pace_index import load_pace_index
from runningcoach.model.benchmark import HR_ZONES
from runningcoach.model.fitness import RecoveryDay
from runningcoach.model.plan_request import AthleteState, TrainingPaces
from runningcoach.store import benchmarks, fitness, training_history
from runningcoach.store.benchmarks import BenchmarkDetail

type Connection = psycopg.Connection[Any]
type Benchmarks = Mapping[str, BenchmarkDetail]

WEEKS, DAYS_A_WEEK = 12, 7
LONGEST_RUN_DAYS = 30
"""Frandsen et al. 2025, Br J Sports Med: a run is compared with the longest of 30 days."""
EASY_LOAD_DAYS, EASY_LOAD_RUNS = 56, 3
FITNESS_DAYS = 7
"""For how many days the latest CTL and ATL still stand for today's."""
RESTING_HR_RISE_BPM, LEAST_SLEEP_S = 7.0, 5 * 3600
"""Signs of a red morning."""


def load_athlete(conn: Connection, user_id: int, today: date) -> AthleteState:
    """Return what a plan must know of its athlete on a day, from the tables.

    What is not known is None, or not there.
    """
    in_force = benchmarks.in_force(conn, user_id, today)
    mornings = fitness.recovery(conn, user_id, today - timedelta(days=1), today)
    morning = next((row for row in mornings if row.date == today), None)
    latest = fitness.daily(conn, user_id, periods.span_start(today, FITNESS_DAYS), today)
    return AthleteState(
        today=today,
        **_running(conn, user_id, today),
        paces=load_paces(conn, user_id, today, in_force),
        hrmax_bpm=_whole(in_force, "hrmax_bpm"),
        lthr_bpm=_whole(in_force, "lthr_bpm"),
        hr_zone_edges_bpm=_zone_edges(in_force),
        age=_age(fitness.get_profile(conn, user_id).birth_date, today),
        readiness_band=morning.readiness_band if morning else None,
        is_red_today=is_red(mornings, today),
        ctl=latest[-1].ctl if latest else None,
        atl=latest[-1].atl if latest else None,
        load_per_km=_load_per_km(conn, user_id, today),
    )


def _running(conn: Connection, user_id: int, today: date) -> dict[str, Any]:
    """Return weeks, longest run and days since the last, by the name of their field."""
    monday = periods.week_start(today)
    first = monday - timedelta(days=WEEKS * DAYS_A_WEEK)
    longest_m = training_history.longest_run_m(
        conn, user_id, periods.span_start(today, LONGEST_RUN_DAYS), today
    )
    last_day = training_history.last_run_day(conn, user_id, today)
    return {
        "weekly_km": tuple(training_history.weekly_km(conn, user_id, first, monday)),
        "longest_30d_km": (longest_m or 0.0) / M_PER_KM,
        "days_since_run": (today - last_day).days if last_day else None,
    }


# ---- paces -----------------------------------------------------------------------------------


def load_paces(
    conn: Connection, user_id: int, today: date, in_force: Benchmarks
) -> TrainingPaces | None:
    """Return the training paces by the pace index in force; None: go by heart rate.

    A threshold speed that others state, and no run of late bears out, is enough to read zones by,
    but not to set targets.
    """
    index = load_pace_index(conn, user_id, today, in_force)
    if index is None or index.evidence == "threshold" or not is_plannable(index.value):
        return None
    return training_paces(index.value, index.evidence)


# ---- the body --------------------------------------------------------------------------------


def is_red(mornings: Iterable[RecoveryDay], today: date) -> bool:
    """Return whether the body says no to anything hard today.

    Signs of illness; resting heart rate 7 bpm above its usual value for two days; or low HRV
    together with less than five hours of sleep or a raised resting heart rate.
    """
    by_day = {row.date: row for row in mornings}
    morning, before = by_day.get(today), by_day.get(today - timedelta(days=1))
    if morning is None:
        return False
    is_raised = _has_raised_heart_rate(morning)
    is_raised_twice = is_raised and before is not None and _has_raised_heart_rate(before)
    is_short = morning.sleep_3d_s is not None and morning.sleep_3d_s < LEAST_SLEEP_S
    is_ill = "possible_illness" in morning.flags
    return is_ill or is_raised_twice or (_has_low_hrv(morning) and (is_short or is_raised))


def _has_raised_heart_rate(morning: RecoveryDay) -> bool:
    resting, baseline = morning.resting_hr_3d_bpm, morning.resting_hr_usual_bpm
    if resting is None or baseline is None:
        return False
    return resting > baseline + RESTING_HR_RISE_BPM


def _has_low_hrv(morning: RecoveryDay) -> bool:
    if morning.hrv_7d_ms is None or morning.hrv_low_ms is None:
        return False
    return morning.hrv_7d_ms < morning.hrv_low_ms


def _whole(in_force: Benchmarks, kind: str) -> int | None:
    return round(in_force[kind].value) if kind in in_force else None


def _zone_edges(in_force: Benchmarks) -> tuple[int, ...]:
    """Return the lower edges [bpm] of the five zones; nothing where one is not known."""
    edges = tuple(round(in_force[kind].value) for kind in HR_ZONES if kind in in_force)
    return edges if len(edges) == len(HR_ZONES) else ()


def _age(birth_date: date | None, today: date) -> int | None:
    if birth_date is None:
        return None
    is_before_birthday = (today.month, today.day) < (birth_date.month, birth_date.day)
    return today.year - birth_date.year - is_before_birthday


def _load_per_km(conn: Connection, user_id: int, today: date) -> float | None:
    """Return the load of a kilometre of easy running; None from fewer than three runs."""
    first = periods.span_start(today, EASY_LOAD_DAYS)
    easy = training_history.easy_load(conn, user_id, first, today)
    return easy.load_per_km if easy.runs >= EASY_LOAD_RUNS else None
