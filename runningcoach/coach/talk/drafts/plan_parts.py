"""Drafts of some weeks of the plan that is followed: they take their place in it."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from runningcoach.coach.talk.drafts.normal_form import DraftQuestion, to_normal_form
from runningcoach.coach.talk.drafts.reading import DraftCandidate
from runningcoach.model.plan import Plan, PlanWeek
from runningcoach.model.plan_request import PlanRequest

WEEK = timedelta(weeks=1)


class PartOfPlan(NamedTuple):
    """The plan that a draft is a part of, and the days that the draft is for."""

    plan: Plan
    question: DraftQuestion


def find_part(
    candidate: DraftCandidate, question: DraftQuestion, request: PlanRequest, current: Plan | None
) -> PartOfPlan | None:
    """Return what a draft is a part of; None where it is a plan of its own.

    It is a part where all of its weeks are among those of the plan that is followed, other weeks of
    that plan are left, and the same is asked for: the goal and the race of that plan.
    """
    if current is None or not is_same_aim(request, current.request):
        return None
    starts = sorted({*_starts(candidate, question)})
    of_plan = {week.start for week in current.weeks}
    ahead = {start for start in of_plan if start + WEEK > question.first}
    if not starts or not of_plan.issuperset(starts) or ahead.issubset(starts):
        return None
    last = starts[-1] + WEEK - timedelta(days=1)
    return PartOfPlan(current, question._replace(first=starts[0], last=last))


def is_same_aim(request: PlanRequest, other: PlanRequest) -> bool:
    """Return whether two requests are for the same goal and race."""
    return (request.goal, request.race_date) == (other.goal, other.race_date)


def _starts(candidate: DraftCandidate, question: DraftQuestion) -> Iterator[date]:
    content, _ = to_normal_form(candidate.content, question)
    weeks = content.get("weeks")
    for week in weeks if isinstance(weeks, list) else []:
        try:
            yield date.fromisoformat(str(week.get("start") if isinstance(week, dict) else week))
        except ValueError:
            yield date.min  # no week of any plan


def join_part(part: Plan, whole: Plan, today: date) -> Plan:
    """Return a plan with the weeks of a part in place of its own; days that are over stay."""
    by_start = {week.start: week for week in part.weeks}
    weeks = (
        _joined(week, by_start[week.start], today) if week.start in by_start else week
        for week in whole.weeks
    )
    assumptions = (*whole.assumptions, *part.assumptions)
    return whole.model_copy(update={"weeks": tuple(weeks), "assumptions": assumptions})


def _joined(old: PlanWeek, new: PlanWeek, today: date) -> PlanWeek:
    over = {day.date: day for day in old.days if day.date < today}
    return new.model_copy(update={"days": tuple(over.get(day.date, day) for day in new.days)})
