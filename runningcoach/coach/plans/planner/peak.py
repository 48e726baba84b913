"""The distance of the peak week, and how many weeks it takes to come there."""

from runningcoach.coach.plans.planner.context import PlanningContext
from runningcoach.coach.plans.planner.goals import (
    FULL_GROWTH_M,
    KM_PER_DAY_DEFAULT_M,
    KM_PER_DAY_M,
    NEW_RUNNER_M,
    TIME_BUDGET_SHARE,
)

STEP, STEP_LEAST_M = 1.08, 2_000
"""A load week adds 8 % to the last, or 2 km where that is more."""
USUAL_CLIMB_WEEKS, RUN_WALK_WEEKS = 24, 10
"""A plan climbs over so many weeks where that is enough; weeks before them hold the level."""


def next_load_m(load_m: float) -> float:
    """Return how far the load week after one may go [m]."""
    return max(load_m * STEP, load_m + STEP_LEAST_M)


def climb_weeks(context: PlanningContext) -> int:
    """Return over how many weeks a plan climbs: longer where its peak is far above its start."""
    load_m, peak, steps = max(context.start_m, NEW_RUNNER_M), peak_m(context), 0
    while load_m < peak:
        load_m, steps = next_load_m(load_m), steps + 1
    every = context.cutback_every
    weeks = -(-steps * every // (every - 1)) + len(context.rules.taper)
    is_new = context.start_m < NEW_RUNNER_M
    return max(USUAL_CLIMB_WEEKS, weeks + RUN_WALK_WEEKS * is_new)


def peak_m(context: PlanningContext) -> float:
    """Return the distance of the peak week: growth, what the goal needs, and the time there is."""
    request, start = context.request, context.start_m
    steady, ambitious = context.rules.growth
    growth = ambitious if request.ambition == "ambitious" else steady
    if context.athlete.is_injured:
        growth = 1.0
    grown = start + (growth - 1) * min(start, FULL_GROWTH_M)
    wanted = max(grown, 0.0 if context.athlete.is_injured else context.rules.worthwhile_m)
    if request.goal == "return":
        wanted = start if context.athlete.is_injured else max(start, context.former_m)
    return min(wanted, _budget_m(context), _days_m(context))


def _budget_m(context: PlanningContext) -> float:
    days = context.request.available_weekdays
    return TIME_BUDGET_SHARE * sum(context.easy_limit_m(day) for day in set(days))


def _days_m(context: PlanningContext) -> float:
    per_day = KM_PER_DAY_M.get(context.request.goal, KM_PER_DAY_DEFAULT_M)
    return per_day * len(set(context.request.available_weekdays))
