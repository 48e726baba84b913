"""V03, V04, V08, V20, V23: how much a week holds, against the weeks before and against the goal."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from runningcoach.coach.plans import limits
from runningcoach.coach.plans.plan_measures import WeekMeasures
from runningcoach.coach.plans.validator.context import RuleContext
from runningcoach.coach.plans.validator.figures import (
    StepLimits,
    mended_km,
    rounded_share,
    whole_percent,
)
from runningcoach.metrics.fitness import CHRONIC_DAYS, acwr_series
from runningcoach.model.plan_edit import PlanFinding, ReplaceWorkout, ScaleWeek, Severity


def check_ramp(context: RuleContext) -> Iterator[PlanFinding]:
    """Yield weeks far above the best of the last four (V03)."""
    totals = [*context.history_km, *context.totals_km]
    for position, week in enumerate(context.weeks, start=len(context.history_km)):
        before = totals[max(0, position - limits.RAMP_REFERENCE_WEEKS) : position]
        if before and (severity := _ramp_severity(week.km, max(before))):
            needed_km = _needed_week_km(totals, position, week)
            yield _ramp_finding(week, max(before), severity, needed_km)


def _ramp_limits(best_km: float) -> StepLimits:
    return StepLimits(
        max(limits.RAMP_WARN_SHARE * best_km, best_km + limits.RAMP_WARN_KM),
        max(limits.RAMP_ERROR_SHARE * best_km, best_km + limits.RAMP_ERROR_KM),
    )


def _ramp_severity(km: float, best_km: float) -> Severity | None:
    over, step = km - limits.RAMP_SLACK_KM, _ramp_limits(best_km)
    if over > step.error_km:
        return "error"
    return "warn" if over > step.warn_km else None


def _needed_week_km(totals: Sequence[float], position: int, week: WeekMeasures) -> float:
    """Return how far a week must go so that it carries the next ones as their best [km]."""
    needed = 0.0
    for later in range(position + 1, min(len(totals), position + 1 + limits.RAMP_REFERENCE_WEEKS)):
        first = max(0, later - limits.RAMP_REFERENCE_WEEKS)
        others = [km for i, km in enumerate(totals[first:later], first) if i != position]
        least = min(totals[later] / limits.RAMP_ERROR_SHARE, totals[later] - limits.RAMP_ERROR_KM)
        if max(others, default=0.0) < least <= week.km:
            needed = max(needed, least)
    return needed


def _ramp_finding(
    week: WeekMeasures, best_km: float, severity: Severity, needed_km: float
) -> PlanFinding:
    target = mended_km(_ramp_limits(best_km), needed_km)
    return PlanFinding(
        code="V03",
        severity=severity,
        key="ramp",
        week=week.number,
        values={
            "km": round(week.km, 1),
            "best_km": round(best_km, 1),
            "percent": whole_percent(week.km, best_km),
        },
        fix=ScaleWeek(start=week.start, share=rounded_share(target / week.km)),
    )


def check_relief(context: RuleContext) -> Iterator[PlanFinding]:
    """Yield the week in which a stretch of load weeks without relief becomes too long (V04)."""
    history = context.history_km[-limits.RELIEF_REFERENCE_WEEKS :]
    totals = [*history, *context.totals_km]
    longest = [0.0] * len(history) + [week.longest_km for week in context.weeks]
    stretch = 0
    for position, week in enumerate(context.weeks, start=len(history)):
        is_load = week.km >= limits.LOAD_WEEK_KM and not _is_relief(
            week, totals[:position], longest[:position]
        )
        stretch = stretch + 1 if is_load else 0
        if stretch == limits.LOAD_WEEKS_MOST + 1:
            share = limits.RELIEF_WEEK_SHARE * max(totals[position - 3 : position]) / week.km
            yield PlanFinding(
                code="V04",
                severity="warn",
                key="no_relief",
                week=week.number,
                values={"weeks": stretch, "first": week.number - stretch + 1},
                fix=ScaleWeek(start=week.start, share=rounded_share(min(share, 0.9))),
            )


def _is_relief(week: WeekMeasures, totals: Sequence[float], longest: Sequence[float]) -> bool:
    """Return whether a week lets the body recover, against the three before it."""
    last = -limits.RELIEF_REFERENCE_WEEKS
    if week.race_km > 0:
        return True
    if totals and week.km <= limits.RELIEF_WEEK_SHARE * max(totals[last:]):
        return True
    return bool(longest) and week.longest_km <= limits.RELIEF_LONG_SHARE * max(longest[last:])


def check_rest_day(context: RuleContext) -> Iterator[PlanFinding]:
    """Yield weeks without a day of rest at a volume that does not call for it (V08)."""
    for week in context.weeks:
        if week.running_days < limits.WEEK_DAYS or week.total_km >= limits.REST_DAY_BELOW_KM:
            continue
        easiest = min(
            (day for day in week.days if not day.is_quality and not day.is_race),
            key=lambda day: day.run_km,
            default=None,
        )
        yield PlanFinding(
            code="V08",
            severity="warn",
            key="no_rest_day",
            week=week.number,
            values={"km": round(week.total_km, 1)},
            fix=easiest and ReplaceWorkout(date=easiest.date, text=""),
        )


def check_acute_load(context: RuleContext) -> Iterator[PlanFinding]:
    """Yield weeks whose distance is high against that of four weeks (V20)."""
    history = [km / limits.WEEK_DAYS for km in context.history_km for _ in range(7)]
    daily = [*history, *(km for i in range(len(context.weeks)) for km in _daily_km(context, i))]
    series = acwr_series(daily, "rac")
    for week in context.weeks:
        end = len(history) + limits.WEEK_DAYS * week.number
        chronic_km = sum(daily[max(0, end - CHRONIC_DAYS) : end]) * 7 / CHRONIC_DAYS
        ratio = series[end - 1]
        if (
            chronic_km >= limits.ACWR_LEAST_WEEK_KM
            and ratio > limits.ACWR_WARN
            and not week.race_km
        ):
            yield PlanFinding(
                code="V20",
                severity="warn",
                key="acute_load",
                week=week.number,
                values={"ratio": round(float(ratio), 2), "limit": limits.ACWR_WARN},
                fix=ScaleWeek(
                    start=week.start, share=rounded_share(limits.ACWR_WARN / float(ratio) * 0.9)
                ),
            )


def _daily_km(context: RuleContext, position: int) -> list[float]:
    """Return the days of a week [km]; of one that is over its mean, as only its total is known."""
    week, total = context.weeks[position], context.totals_km[position]
    if context.is_over(week):
        return [total / limits.WEEK_DAYS] * limits.WEEK_DAYS
    return [day.total_km for day in week.days]


def check_goal_floor(context: RuleContext) -> Iterator[PlanFinding]:
    """Yield what is too little to carry the goal: peak week, longest run, weeks (V23)."""
    goal, race_date = context.plan.request.goal, context.race_date
    if race_date is None or goal not in limits.GOAL_PEAK_WEEK_KM:
        return
    weeks = [w for w in context.weeks if w.start <= race_date]
    history = context.athlete.weekly_km[-limits.RAMP_REFERENCE_WEEKS :]
    longest = max([context.athlete.longest_30d_km, *(w.longest_km for w in weeks)])
    figures = {
        "peak_week": (max([*history, *(w.km for w in weeks)]), limits.GOAL_PEAK_WEEK_KM[goal]),
        "long_run": (longest, limits.GOAL_LONG_RUN_KM[goal]),
    }
    for key, (km, least) in figures.items():
        if km < least:
            yield _floor_finding(context, key, km, least)
    days = race_date - context.weeks[0].start + timedelta(days=1)
    count = -(-days.days // limits.WEEK_DAYS)
    if count < limits.GOAL_WEEKS[goal] and figures["peak_week"][0] < 2 * figures["peak_week"][1]:
        yield PlanFinding(
            code="V23",
            severity="warn",
            key="weeks",
            values={"value": count, "least": limits.GOAL_WEEKS[goal]},
        )


def _floor_finding(context: RuleContext, key: str, km: float, least: float) -> PlanFinding:
    is_error = context.plan.request.goal in limits.GOALS_WITH_ERROR
    return PlanFinding(
        code="V23",
        severity="error" if is_error and km < limits.GOAL_ERROR_SHARE * least else "warn",
        key=key,
        values={"value": round(km, 1), "least": least},
    )
