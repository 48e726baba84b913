"""The difference between two plans: days, weeks and what their totals become."""

from collections.abc import Iterable
from datetime import date
from typing import Literal

from runningcoach.base import periods
from runningcoach.coach.plans.estimates import estimate_workout
from runningcoach.model.plan import Plan, PlanWeek
from runningcoach.model.plan_request import TrainingPaces
from runningcoach.model.record import Record
from runningcoach.model.workout import Workout

type PlanDayChange = Literal["added", "removed", "changed"]


class ChangedDay(Record):
    """A day on which two plans differ; no workouts is a rest day, or a day outside of a plan."""

    date: date
    change: PlanDayChange
    before: tuple[Workout, ...] = ()
    after: tuple[Workout, ...] = ()


class WeekTotals(Record):
    """What a week of two plans comes to; None where a plan does not have the week."""

    start: date
    distance_m_before: int | None = None
    distance_m_after: int | None = None
    duration_s_before: int | None = None
    duration_s_after: int | None = None


class PlanDiff(Record):
    """The days on which two plans differ, and the totals of the weeks that hold them."""

    days: list[ChangedDay]
    weeks: list[WeekTotals]


def diff_plans(
    before: Plan, after: Plan, paces: TrainingPaces | None, first_day: date = date.min
) -> PlanDiff:
    """Return the days on which two plans differ, and the weeks that come to something else.

    Distances and times are estimated by the athlete's paces, the same for both plans. Days before
    `first_day`, and weeks that are over by then, are left out: an approval does not change them.
    """
    old, new = _by_day(before), _by_day(after)
    days = [
        _changed_day(day, old.get(day, ()), new.get(day, ()))
        for day in sorted(old.keys() | new.keys())
        if day >= first_day and old.get(day, ()) != new.get(day, ())
    ]
    first_week = periods.week_start(first_day)
    weeks = [week for week in _changed_weeks(before, after, paces) if week.start >= first_week]
    return PlanDiff(days=days, weeks=weeks)


def _by_day(plan: Plan) -> dict[date, tuple[Workout, ...]]:
    return {day.date: day.workouts for week in plan.weeks for day in week.days}


def _changed_day(day: date, before: tuple[Workout, ...], after: tuple[Workout, ...]) -> ChangedDay:
    if before and after:
        return ChangedDay(date=day, change="changed", before=before, after=after)
    return ChangedDay(date=day, change="removed" if before else "added", before=before, after=after)


def _changed_weeks(
    before: Plan, after: Plan, paces: TrainingPaces | None
) -> list[WeekTotals]:  # fmt: skip
    old = {week.start: _totals(week, paces) for week in before.weeks}
    new = {week.start: _totals(week, paces) for week in after.weeks}
    unknown = (None, None)
    return [
        WeekTotals(
            start=start,
            distance_m_before=old.get(start, unknown)[0],
            distance_m_after=new.get(start, unknown)[0],
            duration_s_before=old.get(start, unknown)[1],
            duration_s_after=new.get(start, unknown)[1],
        )
        for start in sorted(old.keys() | new.keys())
        if old.get(start) != new.get(start)
    ]


def _totals(week: PlanWeek, paces: TrainingPaces | None) -> tuple[int, int]:
    """Return distance [m] and duration [s] of a week's workouts."""
    return workout_totals((workout for day in week.days for workout in day.workouts), paces)


def workout_totals(workouts: Iterable[Workout], paces: TrainingPaces | None) -> tuple[int, int]:
    """Return distance [m] and duration [s] of workouts together, in whole numbers."""
    estimates = [estimate_workout(workout, paces) for workout in workouts]
    return (
        round(sum(estimate.distance_m for estimate in estimates)),
        round(sum(estimate.duration_s for estimate in estimates)),
    )
