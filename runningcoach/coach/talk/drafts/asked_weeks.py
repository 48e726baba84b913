"""Which weeks a plan is asked for, and how many of them a model writes at a time."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import batched

from runningcoach.base import periods
from runningcoach.base.errors import RunningCoachError
from runningcoach.coach.plans.planner.goals import GOALS
from runningcoach.coach.talk.drafts.normal_form import DraftQuestion
from runningcoach.model.plan_request import PlanRequest

WEEK = timedelta(weeks=1)
MOST_WEEKS = 24
"""As many as a request without a race may have; a plan to a race further away is for the rules."""
WHOLE_WEEKS, PART_WEEKS = 8, 4
"""A week is about 600 tokens of JSON: up to so many weeks are written at once, more in parts."""


class PlanTooLongForModel(RunningCoachError):
    """A plan has more weeks than a model is asked for."""

    code = "drafts.plan_too_long"
    status = 422


def asked_weeks(request: PlanRequest) -> list[date]:
    """Return the Mondays of the weeks that a request is for: until its race, else its weeks."""
    first = periods.week_start(request.start)
    if request.race_date is not None:
        count = (periods.week_start(request.race_date) - first) // WEEK + 1
    else:
        count = request.weeks or GOALS[request.goal].default_weeks
    return [first + number * WEEK for number in range(max(count, 1))]


def plan_question(request: PlanRequest, timezone: str) -> DraftQuestion:
    """Return the days that a request is for."""
    weeks = asked_weeks(request)
    return DraftQuestion(weeks[0], weeks[-1] + WEEK - timedelta(days=1), request.goal, timezone)


def check_length(request: PlanRequest) -> list[date]:
    """Return the weeks of a request. Raises PlanTooLongForModel."""
    weeks = asked_weeks(request)
    if len(weeks) > MOST_WEEKS:
        raise PlanTooLongForModel(weeks=len(weeks), most=MOST_WEEKS)
    return weeks


def in_parts(weeks: Sequence[date], whole: int) -> list[tuple[date, ...]]:
    """Return weeks as they are written: at once where the whole plan is short, else in parts."""
    return list(batched(weeks, WHOLE_WEEKS if whole <= WHOLE_WEEKS else PART_WEEKS))
