"""V11, V12: the runner's time, free days, and days that are over."""

from collections.abc import Iterator
from datetime import date

from runningcoach.base.units import minutes
from runningcoach.coach.plans import limits
from runningcoach.coach.plans.plan_measures import DayMeasures
from runningcoach.coach.plans.validator.context import RuleContext
from runningcoach.coach.plans.validator.figures import rounded_share
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
        limit_min = _limit_min(context, day)
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


def _limit_min(context: RuleContext, day: DayMeasures) -> int | None:
    request = context.plan.request
    is_long_day = day.date.weekday() == request.long_day
    return request.long_max_min if is_long_day else request.weekday_max_min


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
    """Return a move to a free day of the same week, or else a rest day."""
    week = context.weeks[day.week - 1]
    for other in week.days:
        is_ahead = other.date >= max(context.today, context.plan.request.start)
        if not other.sessions and is_ahead and _is_available(context, other.date):
            return MoveWorkout(from_date=day.date, to_date=other.date)
    return ReplaceWorkout(date=day.date, text="")
