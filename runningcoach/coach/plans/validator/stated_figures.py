"""V21, V22: sums, distances, durations and paces that a draft states and that cannot be true."""

from collections.abc import Iterator
from typing import Final

from runningcoach.base.units import M_PER_KM
from runningcoach.coach.plans import limits
from runningcoach.coach.plans.estimates import band_pace_s_per_km
from runningcoach.model.plan_draft import DraftDay, DraftTemplate, DraftWeek, PlanDraft
from runningcoach.model.plan_edit import PlanFinding, Severity
from runningcoach.model.plan_request import TrainingPaces

CONTINUOUS: Final[frozenset[DraftTemplate]] = frozenset(
    {"easy", "recovery", "long", "steady", "race"}
)
NOT_RUN: Final[frozenset[DraftTemplate]] = frozenset({"rest", "cross_training"})
S_PER_MIN = 60


def sum_findings(draft: PlanDraft, paces: TrainingPaces | None) -> Iterator[PlanFinding]:
    """Yield totals of weeks and of the plan that differ from their days (V21).

    The distance of a race may be counted or not.
    """
    sums = [_week_sums(week, paces) for week in draft.weeks]
    for number, (week, (without, total)) in enumerate(zip(draft.weeks, sums, strict=True), 1):
        if week.km is not None and not _is_sum(week.km, without, total):
            yield _sum_finding("week_sum", number, week.km, total)
    without, total = (sum(pair[i] for pair in sums) for i in (0, 1))
    if draft.km is not None and not _is_sum(draft.km, without, total):
        yield _sum_finding("plan_sum", None, draft.km, total)


def _week_sums(week: DraftWeek, paces: TrainingPaces | None) -> tuple[float, float]:
    """Return the kilometres of a week without and with races."""
    race_km = sum(_day_km(day, paces) for day in week.days if day.template == "race")
    total = sum(_day_km(day, paces) for day in week.days)
    return total - race_km, total


def _day_km(day: DraftDay, paces: TrainingPaces | None) -> float:
    """Return the distance of a day: as stated, else its duration at its pace."""
    if day.template in NOT_RUN:
        return 0.0
    if day.distance_km is not None:
        return day.distance_km
    if day.duration_min is None:
        return 0.0
    pace = day.pace_s_per_km or band_pace_s_per_km("E", paces)
    return S_PER_MIN * day.duration_min / pace


def _is_sum(stated: float, without: float, total: float) -> bool:
    slack = max(limits.SUM_SLACK_KM, limits.SUM_SLACK_SHARE * total)
    return without - slack <= stated <= total + slack


def _sum_finding(key: str, week: int | None, stated: float, total: float) -> PlanFinding:
    values: dict[str, str | int | float] = {"stated_km": round(stated, 1), "km": round(total, 1)}
    return PlanFinding(code="V21", severity="warn", key=key, week=week, values=values)


def contradiction_findings(draft: PlanDraft, paces: TrainingPaces | None) -> Iterator[PlanFinding]:
    """Yield days whose distance, duration, pace or set contradict each other (V22)."""
    for number, week in enumerate(draft.weeks, start=1):
        for day in week.days:
            key = contradiction(day, paces)
            if key:
                yield _finding(key, number, day)


def contradiction(day: DraftDay, paces: TrainingPaces | None) -> str:
    """Return the key of the first contradiction of a day; "" if there is none."""
    if day.template in NOT_RUN:
        return "rest_with_distance" if day.template == "rest" and day.distance_km else ""
    pace = day.pace_s_per_km
    if pace is not None and not _is_running_pace(pace):
        return "pace_unit"
    if _set_m(day) > (1 + limits.CONTRADICTION_SHARE) * _stated_m(day):
        return "set_longer"
    if not day.distance_km or not day.duration_min or day.template == "run_walk":
        return ""
    implied = S_PER_MIN * day.duration_min / day.distance_km
    if day.template in CONTINUOUS and pace is not None:
        return _continuous_contradiction(implied, pace)
    return _implied_contradiction(implied, pace, paces)


def _is_running_pace(s_per_km: float) -> bool:
    return limits.FASTEST_RUN_S_PER_KM <= s_per_km <= limits.SLOWEST_RUN_S_PER_KM


def _set_m(day: DraftDay) -> int:
    return (day.reps or 1) * (day.rep_distance_m or 0)


def _stated_m(day: DraftDay) -> float:
    return M_PER_KM * day.distance_km if day.distance_km else float("inf")


def _continuous_contradiction(implied: float, pace: float) -> str:
    """Return how duration over distance contradicts the pace of an even run [s/km]."""
    ratio = implied / pace
    if abs(ratio - 1) <= limits.CONTRADICTION_SHARE:
        return ""
    for in_miles in (limits.MILE_KM, 1 / limits.MILE_KM):
        if abs(ratio / in_miles - 1) <= limits.UNIT_SLACK:
            return "mile"
    return "duration"


def _implied_contradiction(implied: float, pace: float | None, paces: TrainingPaces | None) -> str:
    """Return how duration over distance contradicts what a session with faster parts allows.

    It holds easy running too, so it is slower on average than its fast parts, and no walk.
    """
    if not _is_running_pace(implied):
        return "duration"
    if pace is not None and implied < (1 - limits.UNIT_SLACK) * pace:
        return "duration"
    if paces is None:
        return ""
    fastest = paces.repetition[1] if pace is None else 0
    slowest = limits.EASY_SLOWEST_SHARE * paces.easy[0]
    return "" if fastest <= implied <= slowest else "duration"


def _finding(key: str, week: int, day: DraftDay, severity: Severity = "error") -> PlanFinding:
    return PlanFinding(
        code="V22",
        severity=severity,
        key=key,
        week=week,
        day=day.date,
        values={
            "km": day.distance_km or 0,
            "minutes": day.duration_min or 0,
            "pace": day.pace_s_per_km or 0,
            "set_km": round(_set_m(day) / M_PER_KM, 1),
        },
    )
