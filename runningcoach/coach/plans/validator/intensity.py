"""V07, V10, V14: how much of a week and of a session is hard."""

from collections.abc import Iterator

from runningcoach.coach.plans import limits
from runningcoach.coach.plans.plan_measures import DayMeasures, SessionMeasures, WeekMeasures
from runningcoach.coach.plans.validator.context import RuleContext
from runningcoach.coach.plans.validator.figures import rounded_share
from runningcoach.model.plan_edit import MakeEasy, PlanFinding, ScaleWorkout, Severity


def check_hard_time(context: RuleContext) -> Iterator[PlanFinding]:
    """Yield weeks with too large a share of time at threshold and faster (V07)."""
    for week in context.weeks:
        if week.hard_s < limits.HARD_TIME_LEAST_S or week.run_s == 0:
            continue
        share = week.hard_s / week.run_s
        if share > limits.HARD_TIME_WARN:
            hardest = max(week.days, key=lambda day: day.hard_s)
            yield PlanFinding(
                code="V07",
                severity="error" if share > limits.HARD_TIME_ERROR else "warn",
                key="hard_time",
                week=week.number,
                values={
                    "percent": round(100 * share),
                    "limit": round(100 * limits.HARD_TIME_WARN),
                },
                fix=MakeEasy(date=hardest.date),
            )


def check_quality_days(context: RuleContext) -> Iterator[PlanFinding]:
    """Yield weeks with more than three quality days (V10)."""
    for week in context.weeks:
        quality = [day for day in week.days if day.is_quality]
        if len(quality) > limits.QUALITY_DAYS_MOST:
            least = min(quality, key=lambda day: day.hard_s)
            yield PlanFinding(
                code="V10",
                severity="warn",
                key="quality_days",
                week=week.number,
                values={"days": len(quality), "limit": limits.QUALITY_DAYS_MOST},
                fix=MakeEasy(date=least.date),
            )


def check_session_caps(context: RuleContext) -> Iterator[PlanFinding]:
    """Yield sessions with too much at interval or at threshold pace (V14)."""
    for week in context.weeks:
        for day in week.days:
            for session in day.sessions:
                yield from _interval_findings(week, day, session)
                yield from _threshold_findings(day, session)


def _interval_findings(
    week: WeekMeasures, day: DayMeasures, session: SessionMeasures
) -> Iterator[PlanFinding]:
    meters, week_m = session.interval_m, 1_000 * week.total_km
    most_m = max(limits.INTERVAL_ERROR_M, limits.INTERVAL_SHARE_FREE * week_m)
    share_m = max(limits.INTERVAL_SHARE_ERROR * week_m, limits.INTERVAL_SHARE_LEAST_M)
    error_m = min(most_m, share_m)
    if meters > error_m:
        yield _cap_finding(
            "interval", "error", day, meters, error_m, min(error_m, limits.INTERVAL_WARN_M)
        )
    elif meters > limits.INTERVAL_WARN_M:
        yield _cap_finding("interval", "warn", day, meters, limits.INTERVAL_WARN_M)


def _threshold_findings(day: DayMeasures, session: SessionMeasures) -> Iterator[PlanFinding]:
    meters = session.threshold_m
    if meters > limits.THRESHOLD_ERROR_M:
        yield _cap_finding(
            "threshold", "error", day, meters, limits.THRESHOLD_ERROR_M, limits.THRESHOLD_WARN_M
        )
    elif meters > limits.THRESHOLD_WARN_M:
        yield _cap_finding("threshold", "warn", day, meters, limits.THRESHOLD_WARN_M)


def _cap_finding(
    key: str,
    severity: Severity,
    day: DayMeasures,
    meters: float,
    limit_m: float,
    target_m: float | None = None,
) -> PlanFinding:
    """Return a session above a limit; its fix goes down to `target_m`, else to the limit."""
    return PlanFinding(
        code="V14",
        severity=severity,
        key=key,
        week=day.week,
        day=day.date,
        values={"km": round(meters / 1_000, 1), "limit_km": round(limit_m / 1_000, 1)},
        fix=ScaleWorkout(date=day.date, share=rounded_share((target_m or limit_m) / meters)),
    )
