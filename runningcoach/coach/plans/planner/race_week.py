"""The race week: a sharpener, easy running, an opener the day before, the race."""

from runningcoach.coach.plans.planner.context import PlanningContext, floor_m
from runningcoach.coach.plans.planner.goals import SHARPENER
from runningcoach.coach.plans.planner.quality import (
    SessionLimits,
    goal_pace_s_per_km,
    quality_session,
)
from runningcoach.coach.plans.planner.reasons import PACES_SOURCE, TAPER_SOURCE, note
from runningcoach.coach.plans.planner.week import (
    SHORTEST_EASY_M,
    WeekSessions,
    run_limit_m,
    share_out,
)
from runningcoach.coach.plans.session_parameters import SessionParameters

SHARPENER_BEFORE_DAYS, SHARPENER_WEEK_SHARE = 4, 0.5
OPENER_M, OPENER_STRIDES = 3_000, 3
MOST_EASY_RUNS, LONGEST_EASY_M = 3, 8_000


def fill_race_week(week: WeekSessions, *, has_base: bool) -> None:
    """Fill the week of the goal race; without a base of running there is no sharpener."""
    race = week.context.race_date
    if race is None:
        return
    race_day = race.weekday()
    if has_base:
        _put_sharpener(week, race_day)
    if race_day - 1 in week.days:
        _put_opener(week, race_day - 1, has_base=has_base)
    _put_easy_runs(week, race_day)
    week.put(race_day, race_session(week.context), note("session_race", source=PACES_SOURCE))


def race_session(context: PlanningContext) -> SessionParameters:
    """Return the goal race: at the target time's pace, else at today's."""
    distance_m, target_s = context.rules.race_m or 0, context.request.target_time_s
    pace = goal_pace_s_per_km(context)
    if target_s is not None and context.target_paces is not None:
        pace = round(1000 * target_s / distance_m)
    name = context.request.race_name
    return SessionParameters("race", distance_m=distance_m, pace_s_per_km=pace, name=name)


def put_tune_up(week: WeekSessions) -> None:
    """Put the race on the way on its day, where the week has one: run by feel."""
    race = week.outline.tune_up
    if race is not None:
        session = SessionParameters("race", distance_m=race.distance_m, name=race.name)
        week.put(race.date.weekday(), session, note("session_tune_up"))


def _put_sharpener(week: WeekSessions, race_day: int) -> None:
    days = [day for day in week.days if day <= race_day - SHARPENER_BEFORE_DAYS]
    away_from_long = (week.context.request.long_day + 2) % 7
    days = [day for day in days if day >= away_from_long or away_from_long > 3]
    if not days or week.date_of(days[-1]) < week.context.first_hard_day:
        return
    if week.is_near_last_quality(days[-1]):
        return
    day = days[-1]
    session = quality_session(
        SHARPENER.get(week.context.request.goal, "vo2max"),
        week.target_m,
        0.0,
        week.context,
        SessionLimits(
            min(week.single_run_limit_m(day), SHARPENER_WEEK_SHARE * week.target_m),
            week.context.limit_s(day),
            3_600,
        ),
        is_easier=True,
    )
    if session is not None:
        week.put(day, session, note("session_sharpener", source=TAPER_SOURCE))


def _put_opener(week: WeekSessions, day: int, *, has_base: bool) -> None:
    metres = min(OPENER_M, floor_m(week.context.easy_limit_m(day) - 1_000))
    is_allowed = has_base and week.date_of(day) >= week.context.first_hard_day
    if metres > 0 and metres < week.target_m:
        strides = OPENER_STRIDES if is_allowed else 0
        session = SessionParameters("openers", distance_m=metres, strides=strides)
        week.put(day, session, note("session_opener"))


def _put_easy_runs(week: WeekSessions, race_day: int) -> None:
    days = [day for day in week.free_days if day < race_day - 1]
    left = week.target_m - week.planned_m
    count = min(len(days), MOST_EASY_RUNS, int(left // SHORTEST_EASY_M))
    days = days[len(days) - count :] if count > 0 else []
    caps = [min(LONGEST_EASY_M, run_limit_m(week, day)) for day in days]
    for day, metres in zip(days, share_out(left, [1.0] * len(days), caps), strict=True):
        if metres > 0:
            week.put(day, SessionParameters("easy", distance_m=metres), note("easy_race_week"))
