"""Make a plan: check the request, build the weeks, hold the result against the rules."""

from runningcoach.coach.plans.planner.alternatives import with_alternatives
from runningcoach.coach.plans.planner.context import planning_context
from runningcoach.coach.plans.planner.errors import GoalTooFar
from runningcoach.coach.plans.planner.gate import sound_plan
from runningcoach.coach.plans.planner.plan import build_plan
from runningcoach.coach.plans.planner.requests import check_request
from runningcoach.model.plan import Plan
from runningcoach.model.plan_request import AthleteState, PlanRequest


def make_plan(request: PlanRequest, athlete: AthleteState, language: str = "ko") -> Plan:
    """Return a plan for a request: the same inputs give the same plan.

    Titles and purposes are in `language`, "ko" or "en"; targets are the athlete's paces, or
    heart-rate zones where none are known. No plan has an error of the validator. Raises a subclass
    of PlanImpossible, which names what is possible instead.
    """
    check_request(request, athlete)
    try:
        plan = build_plan(planning_context(request, athlete, language))
    except GoalTooFar as error:
        raise with_alternatives(error, request, athlete, language) from error
    return sound_plan(plan, athlete, language)
