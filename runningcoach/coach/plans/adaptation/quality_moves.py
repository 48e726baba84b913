"""Put a hard session on another day, away from the other hard ones."""

from collections.abc import Iterable
from datetime import date, timedelta

from runningcoach.coach.plans.adaptation.case import (
    AdaptationCase,
    PlanProposal,
    held_until,
    is_hard_day,
    is_quality,
)
from runningcoach.coach.plans.plan_days import change_days, day_of
from runningcoach.model.plan import Plan, PlanDay, PlanNote

QUALITY_GAP_DAYS = 2


def place_quality(
    case: AdaptationCase, plan: Plan, source: PlanDay, days: Iterable[date], note: PlanNote
) -> PlanProposal | None:
    """Return a plan with the hard session of a day on the first easy day that has room for it."""
    hard = [workout for workout in source.workouts if is_quality(workout)]
    for day in filter(None, (day_of(plan, one) for one in days)):
        if _has_room(plan, day, source, case):
            placed = day.model_copy(
                update={"workouts": tuple(hard), "reasons": (*day.reasons, note)}
            )
            return PlanProposal(change_days(plan, {day.date: placed}), (note,))
    return None


def _has_room(plan: Plan, day: PlanDay, source: PlanDay, case: AdaptationCase) -> bool:
    """Return whether a day holds one easy run and is two days or more from other hard ones.

    A day on which an answer to a break, an illness or a red morning holds has no room.
    """
    if day.date.isoformat() <= held_until(plan):
        return False
    if len(day.workouts) != 1 or day.workouts[0].type not in ("easy", "recovery"):
        return False
    reach = [timedelta(days=n) for n in range(1 - QUALITY_GAP_DAYS, QUALITY_GAP_DAYS)]
    around = (day_of(plan, day.date + gap) for gap in reach if gap)
    near = [other for other in around if other is not None and other.date != source.date]
    is_free = not any(is_hard_day(other) for other in near)
    return is_free and day.date.weekday() in case.plan.request.available_weekdays
