"""V11, V12: the runner's time, free days, and days that are over."""

from collections.abc import Iterator
from datetime import date

from runningcoach.base.units import minutes
from runningcoach.coach.plans import limits
from runningcoach.coach.plans.plan_measures import DayMeasures
from runningcoach.coach.plans.validator.context import RuleContext
from runningcoach.coach.plans.validator.figures import rounded_share
from runningcoach.coach.plans.validator.spacing import has_room_beside, is_easy_only
from runningcoach.model.plan_edit import (
    MoveWorkout,
    PlanEdit,
    PlanFinding,
    ReplaceWorkout,
    ScaleWorkout,
)

S_PER_MIN = 60


def check_duration(context: RuleContext) -> Iterator[PlanFinding]:
    """Yield sessions longer than the runner has time for (V11); races are as long as they are."""
    for day in context.days:
        limit_min = limit_on(context, day.date)
        if limit_min is None or day.is_race:
            continue
        duration_s = max((s.duration_s for s in day.sessions), default=0.0)
        if duration_s > limits.DURATION_SLACK * S_PER_MIN * limit_min:
            yield PlanFinding(
                code="V11",
                severity=context.personal_severity,
                key="too_long",
                week=day.week,
                day=day.date,
                values={"minutes": minutes(duration_s), "limit": limit_min},
                fix=ScaleWorkout(
                    date=day.date, share=rounded_share(S_PER_MIN * limit_min / duration_s)
                ),
            )


def limit_on(context: RuleContext, day: date) -> int | None:
    """Return the longest session of a day [min]; None for no limit."""
    request = context.plan.request
    is_long_day = day.weekday() == request.long_day
    return request.long_max_min if is_long_day else request.weekday_max_min


def is_fitting(context: RuleContext, day: DayMeasures, target: date) -> bool:
    """Return whether the sessions of a day fit on another: its time, what stands beside it."""
    limit_min = limit_on(context, target)
    duration_s = max((s.duration_s for s in day.sessions), default=0.0)
    if limit_min is not None and duration_s > S_PER_MIN * limit_min:
        return False
    if day.is_quality and is_easy_only(context, target):
        return False
    return has_room_beside(context, day, target)


def check_availability(context: RuleContext) -> Iterator[PlanFinding]:
    """Yield sessions on days that are not free or are over (V12).

    A plan that has begun holds days that are over: they count only where they are before the
    day that the plan was to start on, or where nothing of the plan lies ahead.
    """
    first_day = context.plan.request.start
    if context.days and context.days[-1].date < context.today:
        first_day = context.today
    for day in context.days:
        if not day.sessions:
            continue
        if day.date < first_day:
            yield _past_finding(day)
        elif not _is_free(context, day):
            yield _taken_finding(context, day)


def _is_free(context: RuleContext, day: DayMeasures) -> bool:
    is_run = any(s.type != "cross_training" for s in day.sessions)
    return day.is_race or not is_run or _is_available(context, day.date)


def _is_available(context: RuleContext, day: date) -> bool:
    return day.weekday() in context.plan.request.available_weekdays


def _past_finding(day: DayMeasures) -> PlanFinding:
    return PlanFinding(
        code="V12",
        severity="error",
        key="past",
        week=day.week,
        day=day.date,
        values={"day": day.date.isoformat()},
    )


def _taken_finding(context: RuleContext, day: DayMeasures) -> PlanFinding:
    return PlanFinding(
        code="V12",
        severity=context.personal_severity,
        key="not_available",
        week=day.week,
        day=day.date,
        values={"day": day.date.isoformat()},
        fix=_move_to_free_day(context, day),
    )


def _move_to_free_day(context: RuleContext, day: DayMeasures) -> PlanEdit:
    """Return a move to a free day of the week on which the session breaks no rule, or rest."""
    week = context.weeks[day.week - 1]
    free = (other for other in week.days if _is_open(context, other) and not other.sessions)
    fitting = [other.date for other in free if is_fitting(context, day, other.date)]
    if fitting:
        nearest = min(fitting, key=lambda other: abs(other - day.date))
        return MoveWorkout(from_date=day.date, to_date=nearest)
    return ReplaceWorkout(date=day.date, text="")


def _is_open(context: RuleContext, day: DayMeasures) -> bool:
    is_ahead = day.date >= max(context.today, context.plan.request.start)
    return is_ahead and _is_available(context, day.date)
