"""The rule planner: from a goal, days and limits to a plan that is safe by construction."""

from runningcoach.coach.plans.planner.errors import PlanImpossible
from runningcoach.coach.plans.planner.make import make_plan
from runningcoach.coach.plans.planner.remake import remake_plan

__all__ = ["PlanImpossible", "make_plan", "remake_plan"]
