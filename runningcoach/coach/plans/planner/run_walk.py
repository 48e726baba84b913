"""Run-walk by time, for beginners and for those who start again from nearly nothing."""

from typing import NamedTuple

from runningcoach.base.units import minutes
from runningcoach.coach.plans.planner.context import PlanningContext
from runningcoach.coach.plans.planner.goals import NEW_RUNNER_M
from runningcoach.coach.plans.planner.placement import place_easy
from runningcoach.coach.plans.planner.race_week import put_tune_up
from runningcoach.coach.plans.planner.reasons import note
from runningcoach.coach.plans.planner.week import WeekSessions
from runningcoach.coach.plans.session_parameters import RUN_WALK_WARMUP_S, SessionParameters
from runningcoach.model.plan import PlanNote

SHORTEST_REP_S, STEP_MOST = 60, 1.34
"""Running time rises by a third at most, also where the time of a day cuts sessions short."""
SESSIONS, REST_BEFORE_RACE_DAYS = 3, 2


class RunWalkLevel(NamedTuple):
    """A step of the programme: seconds of running and walking in turn."""

    run_s: int
    walk_s: int
    reps: int


LEVELS = (
    RunWalkLevel(60, 90, 8),
    RunWalkLevel(90, 90, 7),
    RunWalkLevel(120, 90, 6),
    RunWalkLevel(180, 90, 5),
    RunWalkLevel(240, 90, 5),
    RunWalkLevel(300, 90, 4),
    RunWalkLevel(480, 90, 3),
    RunWalkLevel(600, 60, 3),
    RunWalkLevel(900, 60, 2),
    RunWalkLevel(1_800, 0, 1),
)
"""From a minute at a time to half an hour without a break; running time rises by 0 to 33 % a
level."""
FIRST_LEVELS = ((4_000, 0), (8_000, 2), (NEW_RUNNER_M, 4))
EXPERIENCED_LEVEL = 6


def first_level(context: PlanningContext) -> int:
    """Return the level to begin with, by the weekly distance so far."""
    return next(
        (level for below_m, level in FIRST_LEVELS if context.start_m < below_m), EXPERIENCED_LEVEL
    )


def run_walk_weeks(context: PlanningContext, load_weeks: int) -> int:
    """Return how many weeks from the start are run-walk: all for a first 5 km."""
    if context.request.goal == "first_5k":
        return load_weeks
    if context.start_m >= NEW_RUNNER_M:
        return 0
    return min(load_weeks, len(LEVELS) - first_level(context))


def fill_run_walk_week(week: WeekSessions, weeks: int) -> None:
    """Fill a week with three sessions of its level, none of them on days in a row if possible."""
    first, last = first_level(week.context), len(LEVELS) - 1
    climb = week.outline.load_share if week.context.request.goal == "first_5k" else None
    level = first + (round((last - first) * climb) if climb is not None else week.outline.number)
    if week.outline.is_easier:
        level = min(level - 1, week.history.run_walk_level or 0)
    level_now = min(max(first, min(level, first + week.outline.number)), last)
    week.history.run_walk_level = level_now
    put_tune_up(week)
    for day in _days(week):
        session = run_walk_session(LEVELS[level_now], week.context.limit_s(day))
        week.put(day, session, _reason(session, weeks))


def fill_run_walk_race_week(week: WeekSessions, level: int) -> None:
    """Fill the days up to two before the race with sessions a level easier than the last."""
    race = week.context.race_date
    days = [d for d in week.days if race is not None and d <= race.weekday() - 2][-2:]
    for day in days:
        step = LEVELS[max(0, level - 1)]
        session = run_walk_session(step, week.context.limit_s(day))
        week.put(day, session, note("easy_race_week"))


def last_level(context: PlanningContext, weeks: int) -> int:
    """Return the level of the last of so many weeks of run-walk."""
    return min(first_level(context) + max(0, weeks - 1), len(LEVELS) - 1)


def run_walk_session(level: RunWalkLevel, limit_s: float) -> SessionParameters:
    """Return a session of a level; shorter where the day's limit wants it."""
    if not level.walk_s:
        before = run_walk_session(LEVELS[-2], limit_s)
        most_s = STEP_MOST * (before.reps or 1) * (before.rep_s or 0)
        whole_s = int(min(level.run_s, limit_s, most_s) // 60 * 60)
        return SessionParameters("easy", duration_s=whole_s)
    sizes = [(_rep_s(level, reps, limit_s), reps) for reps in range(level.reps, 0, -1)]
    run_s, reps = max(sizes, key=lambda size: size[0] * size[1])
    return SessionParameters("run_walk", reps=reps, rep_s=run_s, recovery_s=level.walk_s)


def _rep_s(level: RunWalkLevel, reps: int, limit_s: float) -> int:
    """Return how long each of so many repetitions may be within a limit [s], in half minutes.

    0 for so many that each would be shorter than a minute.
    """
    room_s = limit_s - 2 * RUN_WALK_WARMUP_S + level.walk_s
    run_s = room_s / reps - level.walk_s
    if reps == 1:
        run_s = max(run_s, SHORTEST_REP_S)
    return int(min(level.run_s, run_s) // 30 * 30) if run_s >= SHORTEST_REP_S else 0


def _days(week: WeekSessions) -> list[int]:
    """Return the days of the sessions: three, one less in a taper, none beside a race."""
    races, long_day = list(week.sessions), week.context.request.long_day
    days = [
        day
        for day in week.days
        if (week.days_to_race(day) or 9) >= REST_BEFORE_RACE_DAYS
        and all(abs(day - race) >= REST_BEFORE_RACE_DAYS for race in races)
    ]
    anchor = [long_day] if long_day in days else []
    count = SESSIONS - len(races) - (week.outline.taper_share is not None)
    return sorted(anchor + place_easy(days, races + anchor, count - len(anchor)))


def _reason(session: SessionParameters, weeks: int) -> PlanNote:
    run_s = session.duration_s or (session.reps or 1) * (session.rep_s or 0)
    return note("run_walk", minutes=minutes(run_s), weeks=weeks)
