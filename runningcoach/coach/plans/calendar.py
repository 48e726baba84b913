"""The calendar of training: what was run and what is planned, day by day and week by week."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import psycopg

from runningcoach.base import periods
from runningcoach.base.errors import RunningCoachError
from runningcoach.coach.plans.athlete import load_paces
from runningcoach.coach.plans.plan_diff import workout_totals
from runningcoach.derive.comparisons import mean_of_known
from runningcoach.model.adherence import WorkoutAdherence
from runningcoach.model.plan_request import TrainingPaces
from runningcoach.model.record import Record
from runningcoach.model.stored_plan import PlannedRace, StoredWorkout
from runningcoach.store import benchmarks, races, training_calendar, workouts
from runningcoach.store.training_calendar import CalendarActivity

type Connection = psycopg.Connection[Any]

LONGEST_RANGE = timedelta(days=371)
"""A year in whole weeks."""
EARLIEST_YEAR, LATEST_YEAR = 1900, 9998


class CalendarRangeTooLong(RunningCoachError):
    """A calendar is longer than it may be, or ends before it begins."""

    code = "plans.calendar_range"
    status = 422


class CalendarWorkout(StoredWorkout):
    """A planned workout: how long it is about, and how it went where that is known."""

    distance_m: int
    duration_s: int
    adherence: WorkoutAdherence | None = None


class TrainingCalendarDay(Record):
    """One day: what was run, what is planned, and races."""

    date: date
    activities: list[CalendarActivity]
    workouts: list[CalendarWorkout]
    races: list[PlannedRace]


class PlannedTotals(Record):
    """Days together: planned against run, in distance [m] of runs.

    `compliance_pct` is the mean of the workouts that have one; None without any.
    """

    planned_m: int
    planned_s: int
    run_m: int
    workouts: int
    workouts_done: int
    workouts_missed: int
    compliance_pct: float | None = None


class TrainingCalendarWeek(PlannedTotals):
    """A whole week from its Monday."""

    start: date


class TrainingCalendar(Record):
    """The days of a range, and the whole weeks that hold them."""

    days: list[TrainingCalendarDay]
    weeks: list[TrainingCalendarWeek]


def load_calendar(
    conn: Connection, user_id: int, first: date, last: date, today: date
) -> TrainingCalendar:
    """Return the days from `first` to `last` and the weeks that hold them.

    Distances of workouts are estimated by the athlete's paces of today. Raises
    CalendarRangeTooLong.
    """
    _check_range(first, last)
    begin, end = periods.week_start(first), periods.week_start(last) + timedelta(days=6)
    span = (conn, user_id, begin, end)
    paces = load_paces(conn, user_id, today, benchmarks.in_force(conn, user_id, today))
    adherence = training_calendar.adherence_by_workout(*span)
    planned = [_estimated(row, adherence, paces) for row in workouts.list_between(*span)]
    days = _days(
        begin, end, training_calendar.list_activities(*span), planned, races.list_races(*span)
    )
    return TrainingCalendar(
        days=[day for day in days if first <= day.date <= last],
        weeks=[_week(days[start : start + 7]) for start in range(0, len(days), 7)],
    )


def load_week(conn: Connection, user_id: int, today: date) -> list[TrainingCalendarDay]:
    """Return the days of the week that holds today, Monday first."""
    monday = periods.week_start(today)
    return load_calendar(conn, user_id, monday, monday + timedelta(days=6), today).days


def _check_range(first: date, last: date) -> None:
    is_known = first.year >= EARLIEST_YEAR and last.year <= LATEST_YEAR
    if not is_known or not timedelta(0) <= last - first <= LONGEST_RANGE:
        raise CalendarRangeTooLong(days=LONGEST_RANGE.days)


def _estimated(
    row: StoredWorkout, adherence: Mapping[int, WorkoutAdherence], paces: TrainingPaces | None
) -> CalendarWorkout:
    distance_m, duration_s = workout_totals([row.workout], paces)
    return CalendarWorkout(
        **dict(row), distance_m=distance_m, duration_s=duration_s, adherence=adherence.get(row.id)
    )


def _days(
    begin: date,
    end: date,
    done: Iterable[CalendarActivity],
    planned: Iterable[CalendarWorkout],
    entered: Iterable[PlannedRace],
) -> list[TrainingCalendarDay]:
    activities = _by_day(done, lambda row: row.local_date)
    sessions = _by_day(planned, lambda row: row.day)
    race_days = _by_day(entered, lambda row: row.date)
    return [
        TrainingCalendarDay(
            date=day, activities=activities[day], workouts=sessions[day], races=race_days[day]
        )
        for day in periods.days(begin, end)
    ]


def _by_day[Row](rows: Iterable[Row], day_of: Callable[[Row], date | None]) -> dict[Any, list[Row]]:
    by_day: dict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        by_day[day_of(row)].append(row)
    return by_day


def _week(days: Sequence[TrainingCalendarDay]) -> TrainingCalendarWeek:
    return TrainingCalendarWeek(start=days[0].date, **dict(sum_days(days)))


def planned_distance_m(day: TrainingCalendarDay) -> int:
    """Return the distance [m] that is planned for a day."""
    return sum(workout.distance_m for workout in day.workouts)


def sum_days(days: Iterable[TrainingCalendarDay]) -> PlannedTotals:
    """Return what days come to together."""
    every = list(days)
    planned = [workout for day in every for workout in day.workouts]
    judged = [workout.adherence for workout in planned if workout.adherence is not None]
    runs = [row for day in every for row in day.activities if row.sport == "running"]
    missed = sum(went.verdict == "missed" for went in judged)
    return PlannedTotals(
        planned_m=sum(workout.distance_m for workout in planned),
        planned_s=sum(workout.duration_s for workout in planned),
        run_m=round(sum(row.distance_m or 0.0 for row in runs)),
        workouts=len(planned),
        workouts_done=len(judged) - missed,
        workouts_missed=missed,
        compliance_pct=mean_of_known(went.compliance_pct for went in judged),
    )
