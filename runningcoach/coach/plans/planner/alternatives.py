"""What a runner can do instead of a goal that is too far: a later race, a shorter distance."""

from collections.abc import Iterator
from datetime import date, timedelta

from runningcoach.base.units import M_PER_KM
from runningcoach.coach.plans.planner.context import planning_context
from runningcoach.coach.plans.planner.errors import (
    GoalOutOfReach,
    GoalTooFar,
    GoalTooFarInjured,
    PlanImpossible,
)
from runningcoach.coach.plans.planner.goals import GOALS
from runningcoach.coach.plans.planner.plan import build_plan
from runningcoach.coach.plans.planner.requests import FURTHEST_RACE, check_request
from runningcoach.model.plan_request import AthleteState, GoalKind, PlanRequest

LATER_STEP = timedelta(weeks=4)
RACES: tuple[GoalKind, ...] = ("m", "hm", "10k", "5k")
"""From the longest to the shortest; the last is always possible."""


def with_alternatives(
    error: GoalTooFar, request: PlanRequest, athlete: AthleteState, language: str
) -> GoalTooFar:
    """Return the refusal with what is possible: a shorter race on the day, or the same one later.

    GoalOutOfReach where the race itself is not possible on any later day, GoalTooFarInjured where
    that is because nothing grows with an injury.
    """
    goal = _possible_goal(request, athlete, language)
    earliest = _earliest_date(request, athlete, language)
    offer = {"possible_goal": goal, "possible_km": round((GOALS[goal].race_m or 0) / M_PER_KM, 1)}
    if earliest is None:
        kind = GoalTooFarInjured if athlete.is_injured else GoalOutOfReach
        return kind(**error.blanks | offer)
    return GoalTooFar(**error.blanks | offer | {"earliest": earliest.isoformat()})


def _possible_goal(request: PlanRequest, athlete: AthleteState, language: str) -> GoalKind:
    for goal in RACES[RACES.index(request.goal) + 1 :]:
        if is_possible(request.model_copy(update={"goal": goal}), athlete, language):
            return goal
    return RACES[-1]


def _earliest_date(request: PlanRequest, athlete: AthleteState, language: str) -> date | None:
    """Return the first date, four weeks apart, on which the same race could be run."""
    tries = ((day, request.model_copy(update={"race_date": day})) for day in _later_dates(request))
    return next((day for day, one in tries if is_possible(one, athlete, language)), None)


def _later_dates(request: PlanRequest) -> Iterator[date]:
    day = (request.race_date or request.start) + LATER_STEP
    while day <= request.start + FURTHEST_RACE:
        yield day
        day += LATER_STEP


def is_possible(request: PlanRequest, athlete: AthleteState, language: str) -> bool:
    """Return whether a plan can be built for a request; a target time is no part of it."""
    request = request.model_copy(update={"target_time_s": None})
    try:
        check_request(request, athlete)
        build_plan(planning_context(request, athlete, language))
    except PlanImpossible:
        return False
    return True
