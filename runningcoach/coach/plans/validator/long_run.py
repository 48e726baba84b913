"""V05, V06: single runs against the longest of 30 days, and the long run's share of the week."""

from collections.abc import Iterator
from datetime import date, timedelta

from runningcoach.coach.plans import limits
from runningcoach.coach.plans.plan_measures import DayMeasures, WeekMeasures
from runningcoach.coach.plans.validator.context import RuleContext
from runningcoach.coach.plans.validator.figures import (
    StepLimits,
    mended_km,
    rounded_share,
    whole_percent,
)
from runningcoach.model.plan_edit import PlanFinding, ScaleWorkout, Severity

WINDOW = timedelta(days=limits.SINGLE_RUN_DAYS)


def check_single_run(context: RuleContext) -> Iterator[PlanFinding]:
    """Yield runs far above the longest of the 30 days before them (V05).

    A tune-up race is chosen by the runner and is never more than a warning; the goal race is
    what the plan is for.
    """
    for position, day in enumerate(context.days):
        if day.total_km == 0 or context.is_goal_race(day):
            continue
        reference_km = _longest_before(context, position)
        if reference_km and (severity := _spike_severity(day, reference_km)):
            yield _spike_finding(
                day, reference_km, severity, _needed_km(context, position, reference_km)
            )


def _longest_before(context: RuleContext, position: int) -> float:
    """Return the longest run of the 30 days before a day [km]; 0 where none is known.

    Days that are over count as they were run, where that is known.
    """
    day = context.days[position].date
    longest = _past_longest(context, day)
    is_known = context.athlete.days_since_run is not None
    first = max(day - WINDOW, context.today) if is_known else day - WINDOW
    for earlier in reversed(context.days[:position]):
        if earlier.date < first:
            break
        longest = max(longest, earlier.longest_km, earlier.race_km)
    return longest


def _past_longest(context: RuleContext, day: date) -> float:
    """Return the longest run before the plan, while it may be within the window of a day."""
    return context.athlete.longest_30d_km if day <= context.athlete.today + WINDOW else 0.0


def _needed_km(context: RuleContext, position: int, reference_km: float) -> float:
    """Return how far a run must go so that it carries those of the 30 days after it [km]."""
    day, needed, others_km = context.days[position], 0.0, reference_km
    for later in context.days[position + 1 :]:
        if later.date > day.date + WINDOW:
            break
        km = later.longest_km
        least = min(km / limits.SINGLE_RUN_ERROR_SHARE, km - limits.SINGLE_RUN_ERROR_KM)
        if others_km < least <= day.longest_km and not later.is_race:
            needed = max(needed, least)
        others_km = max(others_km, km, later.race_km)
    return needed


def _spike_limits(reference_km: float) -> StepLimits:
    warn, error = limits.SINGLE_RUN_WARN_SHARE, limits.SINGLE_RUN_ERROR_SHARE
    return StepLimits(
        max(warn * reference_km, reference_km + limits.SINGLE_RUN_WARN_KM),
        max(error * reference_km, reference_km + limits.SINGLE_RUN_ERROR_KM),
    )


def _spike_severity(day: DayMeasures, reference_km: float) -> Severity | None:
    km, step = max(day.longest_km, day.race_km), _spike_limits(reference_km)
    if km <= step.warn_km:
        return None
    return "error" if km > step.error_km and not day.is_race else "warn"


def _spike_finding(
    day: DayMeasures, reference_km: float, severity: Severity, needed_km: float
) -> PlanFinding:
    km = max(day.longest_km, day.race_km)
    target = mended_km(_spike_limits(reference_km), needed_km)
    is_useful = not day.is_race and target < km
    return PlanFinding(
        code="V05",
        severity=severity,
        key="single_run",
        week=day.week,
        day=day.date,
        values={
            "km": round(km, 1),
            "longest_km": round(reference_km, 1),
            "percent": whole_percent(km, reference_km),
        },
        fix=ScaleWorkout(date=day.date, share=rounded_share(target / km)) if is_useful else None,
    )


def check_long_share(context: RuleContext) -> Iterator[PlanFinding]:
    """Yield long runs that are too much of their week (V06); weeks with a race are no pattern."""
    for week in context.weeks:
        limit = limits.LONG_SHARE_ERROR.get(week.running_days)
        if limit is None or week.race_km or week.longest_km < limits.LONG_SHARE_LEAST_KM:
            continue
        if week.longest_km > limit * week.km:
            yield _share_finding(week, limit)


def _share_finding(week: WeekMeasures, limit: float) -> PlanFinding:
    day = max(week.days, key=lambda day: day.longest_km)
    rest_km = week.km - week.longest_km
    target_km = limit / (1 - limit) * rest_km
    return PlanFinding(
        code="V06",
        severity="error",
        key="long_share",
        week=week.number,
        day=day.date,
        values={
            "km": round(week.longest_km, 1),
            "percent": round(100 * week.longest_km / week.km),
            "limit": round(100 * limit),
            "days": week.running_days,
        },
        fix=ScaleWorkout(date=day.date, share=rounded_share(target_km / week.longest_km)),
    )
