"""The figures that the word of a week rests on, read from the tables and rounded once."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import psycopg

from runningcoach.base import periods
from runningcoach.base.units import M_PER_KM, minutes, percent
from runningcoach.coach.plans import calendar
from runningcoach.coach.plans.adaptation.signals import readiness_of
from runningcoach.coach.plans.athlete import LONGEST_RUN_DAYS, load_athlete
from runningcoach.coach.plans.calendar import TrainingCalendarDay
from runningcoach.coach.plans.limits import RAMP_REFERENCE_WEEKS
from runningcoach.derive.comparisons import mean_of_known
from runningcoach.model.complaint import ComplaintKind
from runningcoach.model.fitness import DailyFitness, ReadinessBand, Summary
from runningcoach.model.record import Record
from runningcoach.model.workout import WorkoutType
from runningcoach.store import complaints, fitness, training_history

type Connection = psycopg.Connection[Any]

WEEK = timedelta(days=7)
A_DAY = timedelta(days=1)
BAD_BANDS = frozenset({"reduced", "low"})


class ComingSession(Record):
    """A session that is planned for the week to come."""

    day: date
    type: WorkoutType
    distance_km: float
    duration_min: int


class PlannedWeek(Record):
    """What of a week was planned, and what of that was run."""

    workouts: int
    done: int
    missed: int
    planned_km: float
    compliance_pct: int | None = None


class WeeklyFacts(Record):
    """A week in figures, the weeks before it, and what is planned after it.

    Distances and times are those of the runs; `load`, CTL, ATL and TSB [load/day] of all sports.
    Shares are of the time with known heart rate. `before_km` are the weeks before, oldest first,
    `longest_before_km` the longest run of the 30 days before. `bad_mornings` counts those with a
    reduced or low readiness.
    """

    week_start: date
    week_end: date
    distance_km: float = 0.0
    runs: int = 0
    moving_min: int = 0
    longest_km: float | None = None
    before_km: tuple[float, ...] = ()
    longest_before_km: float | None = None
    low_pct: int | None = None
    moderate_pct: int | None = None
    high_pct: int | None = None
    load: int = 0
    ctl: float | None = None
    atl: float | None = None
    tsb: float | None = None
    best_efforts: int = 0
    planned: PlannedWeek | None = None
    readiness_band: ReadinessBand | None = None
    is_red: bool = False
    bad_mornings: int = 0
    complaint: ComplaintKind | None = None
    days_since_run: int | None = None
    coming: tuple[ComingSession, ...] = ()
    coming_km: float = 0.0
    has_coming_race: bool = False

    @property
    def mean_before_km(self) -> float | None:
        """The mean of the weeks before; None where there was none."""
        mean = mean_of_known(self.before_km)
        return None if mean is None else round(mean, 1)


def reviewed_week(day: date) -> date:
    """Return the Monday of the week to look back on: on a Sunday this one, else the one before."""
    return periods.week_start(day + A_DAY) - WEEK


def load_facts(conn: Connection, user_id: int, week_start: date) -> WeeklyFacts:
    """Return the facts of the week that begins on a Monday, as of its Sunday."""
    week_end = week_start + WEEK - A_DAY
    first = week_start - RAMP_REFERENCE_WEEKS * WEEK
    weeks = {
        row.starts_on: row for row in fitness.summaries(conn, user_id, "week", first, week_start)
    }
    lasting = complaints.list_lasting(conn, user_id, week_end)
    athlete = load_athlete(conn, user_id, week_end)
    return WeeklyFacts(
        week_start=week_start,
        week_end=week_end,
        before_km=tuple(_km(row.distance_m) for day, row in weeks.items() if day < week_start),
        longest_before_km=_longest_before(conn, user_id, week_start),
        readiness_band=athlete.readiness_band,
        is_red=readiness_of(athlete) == "red",
        bad_mornings=_bad_mornings(conn, user_id, week_start, week_end),
        complaint=lasting[0].kind if lasting else None,
        days_since_run=athlete.days_since_run,
        **_run(weeks.get(week_start)),
        **_form(fitness.daily(conn, user_id, week_end, week_end)),
        **_against_plan(conn, user_id, week_start, week_end),
        **_coming(calendar.load_week(conn, user_id, week_start + WEEK)),
    )


def _km(metres: float) -> float:
    return round(metres / M_PER_KM, 1)


def _percent(share: float | None) -> int | None:
    return None if share is None else round(percent(share))


def _run(week: Summary | None) -> dict[str, Any]:
    if week is None:
        return {}
    return {
        "distance_km": _km(week.distance_m),
        "runs": week.runs,
        "moving_min": minutes(week.moving_s),
        "longest_km": None if week.longest_run_m is None else _km(week.longest_run_m),
        "low_pct": _percent(week.low_share),
        "moderate_pct": _percent(week.moderate_share),
        "high_pct": _percent(week.high_share),
        "load": round(week.load),
        "best_efforts": week.best_efforts,
    }


def _form(days: Sequence[DailyFitness]) -> dict[str, Any]:
    if not days:
        return {}
    (day,) = days
    tsb = None if day.tsb is None else round(day.tsb, 1)
    return {"ctl": round(day.ctl, 1), "atl": round(day.atl, 1), "tsb": tsb}


def _longest_before(conn: Connection, user_id: int, week_start: date) -> float | None:
    eve = week_start - A_DAY
    first = periods.span_start(eve, LONGEST_RUN_DAYS)
    longest_m = training_history.longest_run_m(conn, user_id, first, eve)
    return None if longest_m is None else _km(longest_m)


def _bad_mornings(conn: Connection, user_id: int, first: date, last: date) -> int:
    mornings = fitness.recovery(conn, user_id, first, last)
    return sum(row.readiness_band in BAD_BANDS for row in mornings)


def _against_plan(conn: Connection, user_id: int, first: date, last: date) -> dict[str, Any]:
    totals = calendar.sum_days(calendar.load_calendar(conn, user_id, first, last, last).days)
    if not totals.workouts:
        return {}
    compliance = totals.compliance_pct
    planned = PlannedWeek(
        workouts=totals.workouts,
        done=totals.workouts_done,
        missed=totals.workouts_missed,
        planned_km=_km(totals.planned_m),
        compliance_pct=None if compliance is None else round(compliance),
    )
    return {"planned": planned}


def _coming(days: Sequence[TrainingCalendarDay]) -> dict[str, Any]:
    sessions = tuple(
        ComingSession(
            day=day.date,
            type=one.workout.type,
            distance_km=_km(one.distance_m),
            duration_min=minutes(one.duration_s),
        )
        for day in days
        for one in day.workouts
    )
    return {
        "coming": sessions,
        "coming_km": _km(calendar.sum_days(days).planned_m),
        "has_coming_race": any(day.races for day in days),
    }
