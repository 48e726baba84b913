"""The rest of a plan made anew from today: what is over stays, the race keeps its date."""

from datetime import date

from runningcoach.base.units import clock
from runningcoach.coach.plans.planner.context import monday_of
from runningcoach.coach.plans.planner.errors import GoalTooFast, PlanOver
from runningcoach.coach.plans.planner.make import make_plan
from runningcoach.coach.plans.planner.reasons import note
from runningcoach.model.plan import Plan, PlanNote, PlanWeek
from runningcoach.model.plan_request import AthleteState, PlanRequest


def remake_plan(plan: Plan, athlete: AthleteState, today: date, language: str = "ko") -> Plan:
    """Return a plan with its days from today on planned anew for the athlete's state of today.

    Days before today stay as they are, and so do title and request: goal, race, days and limits.
    A target time that is out of reach by now becomes the fastest possible one; an assumption
    tells it. Raises PlanOver for a plan that has ended, else a subclass of PlanImpossible where
    no sound plan leads from today to the goal.
    """
    athlete = athlete.model_copy(update={"today": today})
    request, notes = _remaining_request(plan, today), ()
    try:
        rest = make_plan(request, athlete, language)
    except GoalTooFast as error:
        notes = _target_notes(request, error)
        request = request.model_copy(update={"target_time_s": error.possible_time_s})
        rest = make_plan(request, athlete, language)
    return plan.model_copy(
        update={
            "request": plan.request.model_copy(update={"target_time_s": request.target_time_s}),
            "weeks": _joined_weeks(plan, rest, today),
            "assumptions": (
                note("assume_remade", date=today.isoformat()),
                *notes,
                *rest.assumptions,
            ),
        }
    )


def _remaining_request(plan: Plan, today: date) -> PlanRequest:
    """Return the plan's request from today on, without races that are over."""
    request = plan.request
    start = max(today, request.start)
    weeks_left = sum(week.start >= monday_of(start) for week in plan.weeks)
    last_day = request.race_date or plan.weeks[-1].days[-1].date
    if weeks_left == 0 or last_day < today:
        raise PlanOver(date=last_day.isoformat())
    return request.model_copy(
        update={
            "start": start,
            "weeks": weeks_left if request.race_date is None else request.weeks,
            "tune_ups": tuple(race for race in request.tune_ups if race.date >= start),
        }
    )


def _target_notes(request: PlanRequest, error: GoalTooFast) -> tuple[PlanNote, ...]:
    target, possible = clock(request.target_time_s or 0), clock(error.possible_time_s)
    return (note("assume_slower_target", target=target, possible=possible),)


def _joined_weeks(plan: Plan, rest: Plan, today: date) -> tuple[PlanWeek, ...]:
    """Return the weeks before today's, today's with its past days, and the new ones."""
    before = tuple(week for week in plan.weeks if week.start < rest.weeks[0].start)
    first = rest.weeks[0]
    past = {
        day.date: day for week in plan.weeks for day in week.days if first.start <= day.date < today
    }
    days = tuple(past.get(day.date, day) for day in first.days)
    return (*before, first.model_copy(update={"days": days}), *rest.weeks[1:])
