"""Checks of a request before anything is planned."""

from datetime import date, timedelta
from itertools import pairwise
from math import ceil

from runningcoach.base.units import M_PER_KM, clock
from runningcoach.coach.plans.limits import RED_EASY_DAYS
from runningcoach.coach.plans.paces import race_pace_s_per_km
from runningcoach.coach.plans.planner.context import monday_of
from runningcoach.coach.plans.planner.errors import (
    GoalTooFast,
    LimitsContradictory,
    LongDayNotAvailable,
    RaceInPast,
    RaceOnRedDay,
    RaceTooFar,
    RaceTooNear,
    StartInPast,
    TooFewTrainingDays,
    TuneUpMisplaced,
)
from runningcoach.coach.plans.planner.goals import GAIN_GRACE, GAIN_PER_WEEK, GOALS
from runningcoach.metrics.race import VDOT_RANGE
from runningcoach.model.plan_request import AthleteState, PlanRequest

FEWEST_DAYS = 3
NEAREST_RACE_DAYS = 7
FURTHEST_RACE = timedelta(weeks=58)
TUNE_UP_APART_DAYS = 7
"""No week holds two races."""


def check_request(request: PlanRequest, athlete: AthleteState) -> None:
    """Raise the subclass of PlanImpossible that says what cannot be planned."""
    _check_days(request)
    _check_dates(request, athlete)
    _check_tune_ups(request)
    _check_red_day(request, athlete)
    _check_target_time(request, athlete)


def _check_days(request: PlanRequest) -> None:
    days = len(set(request.available_weekdays))
    if days < FEWEST_DAYS:
        raise TooFewTrainingDays(days=days, fewest=FEWEST_DAYS)
    if request.long_day not in request.available_weekdays:
        raise LongDayNotAvailable()
    weekday, long = request.weekday_max_min, request.long_max_min
    if weekday is not None and long is not None and long < weekday:
        raise LimitsContradictory(weekday_min=weekday, long_min=long)


def _check_dates(request: PlanRequest, athlete: AthleteState) -> None:
    race = request.race_date
    if race is not None and race < max(athlete.today, request.start):
        raise RaceInPast(date=race.isoformat())
    if request.start < athlete.today:
        raise StartInPast(date=request.start.isoformat())
    if race is not None and GOALS[request.goal].race_m:
        earliest = request.start + timedelta(days=NEAREST_RACE_DAYS)
        if race < earliest:
            raise RaceTooNear(days=(race - request.start).days, earliest=earliest.isoformat())
        if race > request.start + FURTHEST_RACE:
            first = race - FURTHEST_RACE
            raise RaceTooFar(weeks=FURTHEST_RACE.days // 7, first=first.isoformat())


def _check_tune_ups(request: PlanRequest) -> None:
    days = sorted(race.date for race in request.tune_ups)
    last_day = _last_day(request)
    for day in days:
        if not request.start <= day <= last_day:
            raise TuneUpMisplaced(date=day.isoformat(), days=TUNE_UP_APART_DAYS)
    if has_goal_race(request):
        days.append(last_day)
    for earlier, later in pairwise(days):
        if (later - earlier).days < TUNE_UP_APART_DAYS:
            raise TuneUpMisplaced(date=earlier.isoformat(), days=TUNE_UP_APART_DAYS)


def _check_red_day(request: PlanRequest, athlete: AthleteState) -> None:
    """Refuse a race within 48 hours of a morning with red signs."""
    first = athlete.today + timedelta(days=RED_EASY_DAYS + 1)
    days = sorted(race.date for race in request.tune_ups)
    if athlete.is_red_today and days and days[0] < first:
        raise RaceOnRedDay(date=days[0].isoformat(), first=first.isoformat())


def has_goal_race(request: PlanRequest) -> bool:
    """Return whether a request leads to a race."""
    return request.race_date is not None and GOALS[request.goal].race_m is not None


def _last_day(request: PlanRequest) -> date:
    """Return the day of the race, else the last day of the plan's weeks."""
    if request.race_date is not None and has_goal_race(request):
        return request.race_date
    weeks = request.weeks or GOALS[request.goal].default_weeks
    return monday_of(request.start) + timedelta(weeks=weeks, days=-1)


def _check_target_time(request: PlanRequest, athlete: AthleteState) -> None:
    """Compare the pace index that the target stands for with what training can bring."""
    distance_m = GOALS[request.goal].race_m
    if request.target_time_s is None or athlete.paces is None or distance_m is None:
        return
    weeks = ((request.race_date - request.start).days / 7) if request.race_date else 0
    possible = (athlete.paces.pace_index + GAIN_PER_WEEK * weeks) * (1 + GAIN_GRACE)
    possible = min(possible, VDOT_RANGE[1])
    pace = race_pace_s_per_km(possible, distance_m) or 0.0
    time_s = ceil(pace * distance_m / M_PER_KM)
    if request.target_time_s >= time_s:
        return
    raise GoalTooFast(
        target=clock(request.target_time_s), possible=clock(time_s), possible_time_s=time_s
    )
