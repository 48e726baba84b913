"""What a form that asks for a plan begins with, by what is known of its runner."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from statistics import fmean
from typing import Any

import psycopg

from runningcoach.base import periods
from runningcoach.coach.plans.limits import RACE_DISTANCE_M, RACE_DISTANCE_SLACK
from runningcoach.model.plan_request import AthleteState, GoalKind, PlanRequest, TuneUpRace
from runningcoach.model.stored_plan import PlannedRace
from runningcoach.store import races, training_calendar
from runningcoach.store.training_calendar import CalendarActivity

type Connection = psycopg.Connection[Any]

HABIT_DAYS = 56
"""Eight weeks show on which days somebody runs."""
HABIT_RUNS = 3
"""A weekday counts as one for running from so many runs in the eight weeks on; ours."""
FEWEST_DAYS, MOST_DAYS = 3, 6
USUAL_DAYS = (1, 3, 5, 6)
"""Tuesday, Thursday, Saturday, Sunday: where no habit is known."""
BREAK_DAYS = 14
USUAL_WEEKS = 4
LONGEST_TUNE_UP_M = 42_195


def default_request(conn: Connection, user_id: int, athlete: AthleteState) -> PlanRequest:
    """Return a request by the races that are entered and the days of the last eight weeks."""
    entered = races.list_races(conn, user_id, athlete.today)
    goal_race = _goal_race(entered)
    runs = _recent_runs(conn, user_id, athlete.today)
    weekdays = usual_weekdays(runs)
    return PlanRequest(
        goal=_race_goal(goal_race) if goal_race else goal_without_race(athlete),
        start=athlete.today,
        race_date=goal_race.date if goal_race else None,
        race_name=goal_race.name if goal_race else "",
        target_time_s=goal_race.target_time_s if goal_race else None,
        available_weekdays=weekdays,
        long_day=usual_long_day(runs, weekdays),
        tune_ups=_tune_ups(entered, goal_race),
    )


def _goal_race(entered: Sequence[PlannedRace]) -> PlannedRace | None:
    """Return the first race of priority A over a distance that is a goal, else the first such."""
    known = [race for race in entered if _goal_of(race.distance_m)]
    return min(known, key=lambda race: (race.priority != "A", race.date), default=None)


def _goal_of(distance_m: float) -> GoalKind | None:
    goals: tuple[GoalKind, ...] = ("5k", "10k", "hm", "m")
    for goal in goals:
        if _is_about(distance_m, RACE_DISTANCE_M[goal]):
            return goal
    return None


def _is_about(distance_m: float, goal_m: float) -> bool:
    return abs(distance_m - goal_m) <= RACE_DISTANCE_SLACK * goal_m


def _race_goal(race: PlannedRace) -> GoalKind:
    return _goal_of(race.distance_m) or "fit"


def goal_without_race(athlete: AthleteState) -> GoalKind:
    """Return the goal of a runner without a race: a first 5 km, a return, or fitness."""
    if not any(athlete.weekly_km):
        return "first_5k"
    if athlete.days_since_run is not None and athlete.days_since_run >= BREAK_DAYS:
        return "return"
    return "fit"


def _tune_ups(
    entered: Sequence[PlannedRace], goal_race: PlannedRace | None
) -> tuple[TuneUpRace, ...]:
    """Return the races on the way to the goal."""
    if goal_race is None:
        return ()
    return tuple(
        TuneUpRace(date=race.date, distance_m=race.distance_m, name=race.name)
        for race in entered
        if race.date < goal_race.date and race.distance_m <= LONGEST_TUNE_UP_M
    )


def _recent_runs(conn: Connection, user_id: int, today: date) -> list[CalendarActivity]:
    first = periods.span_start(today, HABIT_DAYS)
    rows = training_calendar.list_activities(conn, user_id, first, today)
    return [row for row in rows if row.sport == "running"]


def usual_weekdays(runs: Sequence[CalendarActivity]) -> tuple[int, ...]:
    """Return the weekdays on which somebody usually runs: three to six of them, 0 is Monday."""
    days = Counter(day.weekday() for day in {run.local_date for run in runs})
    often = [weekday for weekday, count in days.most_common(MOST_DAYS) if count >= HABIT_RUNS]
    return tuple(sorted(often)) if len(often) >= FEWEST_DAYS else USUAL_DAYS


def usual_long_day(runs: Sequence[CalendarActivity], weekdays: Sequence[int]) -> int:
    """Return the weekday on which the longest run of a week usually is; the last where days tie."""
    longest: dict[date, CalendarActivity] = {}
    for run in runs:
        monday = run.local_date - timedelta(days=run.local_date.weekday())
        before = longest.get(monday)
        if before is None or (run.distance_m or 0.0) >= (before.distance_m or 0.0):
            longest[monday] = run
    days = Counter(run.local_date.weekday() for run in longest.values())
    return max(weekdays, key=lambda weekday: (days[weekday], weekday))


def usual_week_km(athlete: AthleteState) -> float:
    """Return the mean week of the last four [km]; 0 where none is known."""
    return fmean(athlete.weekly_km[-USUAL_WEEKS:]) if athlete.weekly_km else 0.0
