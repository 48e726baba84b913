"""V15, V16: the goal race on its day and over its distance, and the taper before it."""

from collections.abc import Iterator

from runningcoach.base.units import M_PER_KM
from runningcoach.coach.plans import limits
from runningcoach.coach.plans.plan_measures import DayMeasures, WeekMeasures
from runningcoach.coach.plans.validator.context import RuleContext
from runningcoach.coach.plans.validator.figures import rounded_share
from runningcoach.model.plan_edit import MoveWorkout, PlanEdit, PlanFinding, ScaleWeek, SwapDays


def check_goal_race(context: RuleContext) -> Iterator[PlanFinding]:
    """Yield a goal race that is missing, on another day or over another distance (V15).

    Other races before it are allowed.
    """
    goal_m = limits.RACE_DISTANCE_M.get(context.plan.request.goal)
    if context.race_date is None:
        return
    day = next((d for d in context.days if d.date == context.race_date), None)
    if day is None:
        yield _race_finding(context, "outside_plan")
    elif not day.is_race:
        yield _missing_finding(context, day, goal_m)
    elif goal_m and not _is_goal_distance(day, goal_m):
        km, goal_km = round(day.race_km, 1), round(goal_m / M_PER_KM, 1)
        yield _race_finding(context, "distance", km=km, goal_km=goal_km)


def _is_goal_distance(day: DayMeasures, goal_m: float) -> bool:
    return abs(day.race_km * M_PER_KM / goal_m - 1) <= limits.RACE_DISTANCE_SLACK


def _missing_finding(context: RuleContext, day: DayMeasures, goal_m: float | None) -> PlanFinding:
    """Return that the race is missing, or that it is on another day and can be moved."""
    others = [d for d in context.days if d.is_race and (not goal_m or _is_goal_distance(d, goal_m))]
    if not others:
        return _race_finding(context, "missing")
    nearest = min(others, key=lambda other: abs((other.date - day.date).days))
    fix: PlanEdit = MoveWorkout(from_date=nearest.date, to_date=day.date)
    if day.sessions:
        fix = SwapDays(first_date=nearest.date, second_date=day.date)
    return _race_finding(context, "other_day", fix, other=nearest.date.isoformat())


def _race_finding(
    context: RuleContext, key: str, fix: PlanEdit | None = None, **values: str | float
) -> PlanFinding:
    week = context.week_of(context.race_date)
    race_date = context.race_date.isoformat() if context.race_date else ""
    return PlanFinding(
        code="V15",
        severity="error",
        key=key,
        week=week.number if week else None,
        day=context.race_date,
        values={"day": race_date, **values},
        fix=fix,
    )


def check_taper(context: RuleContext) -> Iterator[PlanFinding]:
    """Yield a race week, and before a marathon the week before, that is no taper (V16).

    The peak is that of the plan, or of what was run in the four weeks before the race: a plan
    that begins shortly before it has its peak behind it.
    """
    position = _race_week_position(context)
    if position is None:
        return
    run_km = _recent_km(context, position)
    peak_km = max([run_km, *(w.km for w in context.weeks[:position])])
    if peak_km < limits.TAPER_LEAST_PEAK_KM:
        return
    week = context.weeks[position]
    if week.km > limits.TAPER_RACE_WEEK_SHARE * peak_km:
        yield _taper_finding("race_week", week, peak_km, limits.TAPER_RACE_WEEK_SHARE)
    if context.plan.request.goal != "m" or position < 2:
        return
    before = context.weeks[position - 1]
    earlier_km = max([run_km, *(w.km for w in context.weeks[: position - 1])])
    if before.km > limits.TAPER_WEEK_BEFORE_SHARE * max(earlier_km, before.km):
        yield _taper_finding(
            "week_before", before, max(earlier_km, before.km), limits.TAPER_WEEK_BEFORE_SHARE
        )


def _recent_km(context: RuleContext, position: int) -> float:
    """Return the best week run before the plan in the four weeks before one of its weeks [km]."""
    count = limits.TAPER_REFERENCE_WEEKS - position
    return max(context.history_km[-count:], default=0.0) if count > 0 else 0.0


def _race_week_position(context: RuleContext) -> int | None:
    """Return the position of the week to taper in: of an early race the week before its own."""
    week = context.week_of(context.race_date)
    if week is None or context.race_date is None:
        return None
    is_early = context.race_date.weekday() < limits.RACE_WEEK_FIRST_WEEKDAY
    position = week.number - 1 - is_early
    return position if position > 0 else None


def _taper_finding(key: str, week: WeekMeasures, peak_km: float, limit: float) -> PlanFinding:
    return PlanFinding(
        code="V16",
        severity="error",
        key=key,
        week=week.number,
        values={
            "km": round(week.km, 1),
            "percent": round(100 * week.km / peak_km),
            "limit": round(100 * limit),
            "peak_km": round(peak_km, 1),
        },
        fix=ScaleWeek(start=week.start, share=rounded_share(limit * peak_km / week.km)),
    )
