"""V09, V17, V18, V19: hard days beside each other, before a race, after a break, on a red day."""

from collections.abc import Iterator
from datetime import date

from runningcoach.base.units import M_PER_KM
from runningcoach.coach.plans import limits
from runningcoach.coach.plans.plan_measures import DayMeasures
from runningcoach.coach.plans.validator.context import DAY, RuleContext
from runningcoach.model.plan_edit import MakeEasy, PlanFinding, ScaleWorkout


def check_spacing(context: RuleContext) -> Iterator[PlanFinding]:
    """Yield quality on the day after quality, and quality beside a long run (V09).

    Marathon and half marathon pace before the long run is classic and counts as no quality.
    """
    for first, second in context.neighbours():
        if first.is_race or second.is_race:
            continue
        if first.is_quality and second.is_quality:
            yield _spacing_finding("quality_quality", first, second)
        elif (first.is_quality and second.is_long) or (first.is_long and second.is_quality):
            yield _spacing_finding("quality_long", first, second)


def _spacing_finding(key: str, first: DayMeasures, second: DayMeasures) -> PlanFinding:
    softer = min((d for d in (first, second) if d.is_quality), key=lambda day: day.hard_s)
    return PlanFinding(
        code="V09",
        severity="error" if key == "quality_quality" else "warn",
        key=key,
        week=second.week,
        day=second.date,
        values={"first": first.date.isoformat(), "second": second.date.isoformat()},
        fix=MakeEasy(date=softer.date),
    )


def has_room_beside(context: RuleContext, day: DayMeasures, target: date) -> bool:
    """Return whether a day's sessions may stand between the neighbours of another day.

    Hard beside hard or long, and anything long or hard two days before the goal race, may not.
    """
    is_hard = day.is_quality or day.is_long
    neighbours = [d for d in context.days if abs(d.date - target) == DAY and d.date != day.date]
    if is_hard and any(d.is_quality or d.is_long or d.is_race for d in neighbours):
        return False
    days_before = (context.race_date - target).days if context.race_date else None
    return not (is_hard and days_before in range(limits.RACE_REST_DAYS + 1))


def is_easy_only(context: RuleContext, day: date) -> bool:
    """Return whether quality is not allowed on a day: after a break, or on a red morning."""
    if day in break_days(context):
        return True
    days_after = (day - context.athlete.today).days
    return context.athlete.is_red_today and 0 <= days_after <= limits.RED_EASY_DAYS


def break_days(context: RuleContext) -> list[date]:
    """Return the days without quality after a break; none where there was no break."""
    if (context.athlete.days_since_run or 0) < limits.BREAK_DAYS:
        return []
    begin = max(context.athlete.today, context.plan.request.start)
    return [begin + n * DAY for n in range(limits.BREAK_EASY_DAYS)]


def check_before_race(context: RuleContext) -> Iterator[PlanFinding]:
    """Yield what is hard or long within 48 hours before the goal race (V17)."""
    if context.race_date is None:
        return
    for day in context.days:
        days_before = (context.race_date - day.date).days
        if not 1 <= days_before <= limits.RACE_REST_DAYS:
            continue
        hard_m = day.hard_m + M_PER_KM * day.race_km
        if hard_m > limits.OPENERS_MOST_M:
            yield _race_finding("hard_before_race", "error", day, days_before, hard_m / M_PER_KM)
        elif day.longest_km >= limits.LONG_BEFORE_RACE_KM:
            yield _race_finding("long_before_race", "warn", day, days_before, day.longest_km)


def _race_finding(
    key: str, severity: str, day: DayMeasures, days_before: int, km: float
) -> PlanFinding:
    values = {"km": round(km, 1), "days": days_before}
    common = {"code": "V17", "week": day.week, "day": day.date, "key": key, "values": values}
    fix = MakeEasy(date=day.date) if key == "hard_before_race" and not day.is_race else None
    if key == "long_before_race":
        fix = ScaleWorkout(date=day.date, share=0.5)
    return PlanFinding.model_validate({**common, "severity": severity, "fix": fix})


def check_after_break(context: RuleContext) -> Iterator[PlanFinding]:
    """Yield quality in the first two weeks after a break of two weeks and more (V18)."""
    easy_days = break_days(context)
    for day in context.days:
        if day.is_quality and day.date in easy_days:
            yield PlanFinding(
                code="V18",
                severity="error",
                key="after_break",
                week=day.week,
                day=day.date,
                values={
                    "days": context.athlete.days_since_run or 0,
                    "easy_days": limits.BREAK_EASY_DAYS,
                },
                fix=MakeEasy(date=day.date),
            )


def check_red_day(context: RuleContext) -> Iterator[PlanFinding]:
    """Yield what is hard within 48 hours of a morning with red signs (V19)."""
    if not context.athlete.is_red_today:
        return
    today = context.athlete.today
    for day in context.days:
        days_after = (day.date - today).days
        if 0 <= days_after <= limits.RED_EASY_DAYS and (day.is_quality or day.is_race):
            yield PlanFinding(
                code="V19",
                severity="error",
                key="red_day",
                week=day.week,
                day=day.date,
                values={"days": days_after},
                fix=None if day.is_race else MakeEasy(date=day.date),
            )
