"""Days of a plan: find one, list those to come, put others in their place."""

from collections.abc import Mapping
from datetime import date

from runningcoach.model.plan import Plan, PlanDay


def day_of(plan: Plan, day: date) -> PlanDay | None:
    """Return a day of a plan; None outside of it."""
    return next((one for week in plan.weeks for one in week.days if one.date == day), None)


def days_from(plan: Plan, first: date) -> list[PlanDay]:
    """Return the days of a plan from one on."""
    return [day for week in plan.weeks for day in week.days if day.date >= first]


def change_days(plan: Plan, days: Mapping[date, PlanDay]) -> Plan:
    """Return the plan with other days in the place of those of the same dates."""
    weeks = tuple(
        week.model_copy(update={"days": tuple(days.get(day.date, day) for day in week.days)})
        for week in plan.weeks
    )
    return plan.model_copy(update={"weeks": weeks})
