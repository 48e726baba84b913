"""Deterministic repairs: apply the fixes of findings, mend what a draft states, check again."""

from collections.abc import Mapping
from copy import deepcopy
from datetime import date, timedelta
from typing import Any, NamedTuple

from runningcoach.base.errors import RunningCoachError
from runningcoach.coach.plans.editing import apply_edit
from runningcoach.coach.plans.validator import check_draft, validate
from runningcoach.coach.plans.validator.draft_words import map_words
from runningcoach.model.plan import Plan
from runningcoach.model.plan_edit import PlanEdit, PlanFinding
from runningcoach.model.plan_request import AthleteState, PlanRequest
from runningcoach.model.stored_plan import PlanOrigin

ROUNDS_MOST = 12
"""Each round mends the first finding of every week; more rounds than this mend nothing more."""
S_PER_MIN = 60


class PlanRepair(NamedTuple):
    """A plan after repairs: what was applied, and what is still wrong."""

    plan: Plan
    edits: tuple[PlanEdit, ...]
    findings: list[PlanFinding]


class DraftRepair(NamedTuple):
    """A draft after repairs, in JSON: the codes that were mended, and what is still wrong."""

    content: dict[str, Any]
    codes: tuple[str, ...]
    findings: list[PlanFinding]


def repair(
    plan: Plan,
    findings: list[PlanFinding],
    athlete: AthleteState,
    *,
    origin: PlanOrigin = "rule",
    today: date | None = None,
) -> PlanRepair:
    """Return the plan with the fixes of its errors applied, checked again after each round.

    A round applies at most one fix a week, the first, because one fix often mends several
    findings. It ends when no error can be mended.
    """
    edits: list[PlanEdit] = []
    for _ in range(ROUNDS_MOST):
        fixes = _first_fixes(findings, edits)
        if not fixes:
            break
        for fix in fixes:
            edits.append(fix)
            plan = _try_edit(plan, fix, athlete)
        findings = validate(plan, athlete, origin=origin, today=today)
    return PlanRepair(plan, tuple(edits), findings)


def _first_fixes(findings: list[PlanFinding], edits: list[PlanEdit]) -> list[PlanEdit]:
    """Return the first fix of an error of each week that was not tried yet."""
    fixes: dict[int | None, PlanEdit] = {}
    for finding in findings:
        if finding.severity == "error" and finding.fix and finding.fix not in edits:
            fixes.setdefault(finding.week, finding.fix)
    return list(fixes.values())


def _try_edit(plan: Plan, edit: PlanEdit, athlete: AthleteState) -> Plan:
    """Return the plan after an edit, or as it is where the edit is no longer possible."""
    try:
        return apply_edit(plan, edit, athlete)
    except RunningCoachError:
        return plan


def repair_draft(
    content: Mapping[str, Any], request: PlanRequest, athlete: AthleteState
) -> DraftRepair:
    """Return a draft in JSON with its known words mapped, dates put back, figures recomputed.

    A date is put back from its place in a week of seven days; a day listed twice goes when both
    are equal. Where distance, duration and pace of an even run contradict each other and it is
    no matter of units, distance wins.
    """
    before = check_draft(content, request, athlete)
    mended, _ = map_words(deepcopy(dict(content)))
    mixed_units = {f.day.isoformat() for f in before if f.key == "mile" and f.day}
    for week in _records(mended.get("weeks")):
        _put_dates_back(week)
        for day in _records(week.get("days")):
            if day.get("date") not in mixed_units:
                _recompute_duration(day, before)
    _drop_wrong_sums(mended, before)
    after = check_draft(mended, request, athlete)
    codes = {f.code for f in before} - {f.code for f in after}
    return DraftRepair(mended, tuple(sorted(codes)), after)


def _records(value: object) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _put_dates_back(week: dict[str, Any]) -> None:
    """Give each of seven days the date of its place; drop the second of two equal days."""
    try:
        start = date.fromisoformat(str(week.get("start")))
    except ValueError:
        return
    days = _records(week.get("days"))
    different = [day for i, day in enumerate(days) if day not in days[:i]]
    if start.weekday() == 0 and len(different) == 7:
        week["days"] = [
            {**day, "date": (start + timedelta(days=i)).isoformat()}
            for i, day in enumerate(different)
        ]


def _recompute_duration(day: dict[str, Any], findings: list[PlanFinding]) -> None:
    km, pace = day.get("distance_km"), day.get("pace_s_per_km")
    is_wrong = any(
        f.key == "duration" and f.day and f.day.isoformat() == day.get("date") for f in findings
    )
    if is_wrong and isinstance(km, int | float):
        is_known = isinstance(pace, int | float)
        day["duration_min"] = round(km * pace / S_PER_MIN) if is_known else None


def _drop_wrong_sums(content: dict[str, Any], findings: list[PlanFinding]) -> None:
    """Leave out stated totals that are wrong: they follow from the days."""
    wrong = {f.week for f in findings if f.code == "V21"}
    if None in wrong:
        content["km"] = None
    for number, week in enumerate(_records(content.get("weeks")), start=1):
        if number in wrong:
            week["km"] = None
