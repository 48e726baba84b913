"""Whether training can carry the goal: refused where it would stay far too little."""

from math import ceil

from runningcoach.base.units import M_PER_KM
from runningcoach.coach.plans import limits
from runningcoach.coach.plans.planner.context import SPARE_SHARE, PlanningContext
from runningcoach.coach.plans.planner.errors import GoalTooFar, LongLimitTooShort
from runningcoach.coach.plans.planner.goals import LEAST_LONG_SHARE
from runningcoach.coach.plans.planner.volume import TrainingHistory
from runningcoach.model.plan_request import GoalKind

ALWAYS_POSSIBLE: frozenset[GoalKind] = frozenset({"5k", "first_5k"})


def is_goal_checked(context: PlanningContext) -> bool:
    """Return whether a race is long enough to be too long."""
    has_race = context.rules.race_m is not None and context.race_date is not None
    return has_race and context.request.goal not in ALWAYS_POSSIBLE


def check_long_limit(context: PlanningContext) -> None:
    """Refuse a race whose shortest sensible long run does not fit the time of its day."""
    least_m = LEAST_LONG_SHARE * (context.rules.race_m or 0)
    limit_m = context.easy_limit_m(context.request.long_day)
    if not is_goal_checked(context) or max(limit_m, context.longest_m) >= least_m:
        return
    seconds = least_m / M_PER_KM * context.easy_s_per_km / SPARE_SHARE
    raise LongLimitTooShort(
        limit_min=int(context.limit_s(context.request.long_day) / SPARE_SHARE / 60),
        least_min=ceil(seconds / 300) * 5,
        km=round(least_m / M_PER_KM),
        race_km=round((context.rules.race_m or 0) / M_PER_KM, 1),
    )


def check_goal(context: PlanningContext, history: TrainingHistory) -> None:
    """Refuse a race for which the longest run or the biggest week stays far too small."""
    if not is_goal_checked(context):
        return
    race_m = context.rules.race_m or 0
    longest_m = max(history.peak_longest_m, context.longest_m)
    week_m = max(history.weeks_m)
    if longest_m >= LEAST_LONG_SHARE * race_m and week_m >= _least_week_m(context.request.goal):
        return
    raise GoalTooFar(
        km=f"{longest_m / M_PER_KM:.0f}",
        week_km=f"{week_m / M_PER_KM:.0f}",
        race_km=round(race_m / M_PER_KM, 1),
    )


def _least_week_m(goal: GoalKind) -> float:
    """Return the biggest week [m] below which the checks refuse a plan for the goal."""
    if goal not in limits.GOALS_WITH_ERROR:
        return 0.0
    return M_PER_KM * limits.GOAL_ERROR_SHARE * limits.GOAL_PEAK_WEEK_KM[goal]
