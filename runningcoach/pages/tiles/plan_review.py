"""What there is to decide on: why a version was made, what it changes, what the rules find."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from runningcoach.base.i18n import t
from runningcoach.coach.plans.overview import PlanOverview, note_text, note_texts
from runningcoach.coach.plans.plan_diff import ChangedDay, PlanDiff, WeekTotals
from runningcoach.coach.plans.validator.finding_words import edit_note, finding_text
from runningcoach.coach.plans.validator.rules import PLAN_RULES
from runningcoach.model.plan_edit import PlanEdit, PlanFinding
from runningcoach.model.stored_plan import StoredPlan
from runningcoach.model.workout import Workout
from runningcoach.pages import formatting, page
from runningcoach.pages.markup import Piece, join, macros
from runningcoach.pages.tiles import workouts as tiles

PLAN = macros("plan")

FIRST_CHANGES = 10
"""So many changed days are shown; the others open at a touch."""
DAY = re.compile(r"\d{4}-\d\d-\d\d")
SEVERITY_LOOKS = {"error": "bad", "warn": "warn"}


def proposal(overview: PlanOverview | None) -> Piece:
    """Return why a version was made and in which days it differs; folded unless it is proposed.

    Reasons of the runner's own edits say what the differences show, and are left out.
    """
    if overview is None:
        return ""
    stored, other, diff = overview.stored, overview.other, overview.diff
    parts = [_differences(diff)] if diff is not None else []
    if stored.reasons and stored.origin != "edit":
        parts.insert(0, PLAN.reasons(note_texts(stored.reasons)))
    if not parts:
        return ""
    title = _title(diff, other)
    if stored.status == "proposed":
        return page.card(title, join(parts), name="plan-diff")
    return PLAN.folded(title, join(parts))


def _title(diff: PlanDiff | None, other: StoredPlan | None) -> str:
    if diff is None or other is None:
        return t("plan_page.review.reasons")
    is_current = other.status == "current"
    return t(f"plan_page.review.{'changes' if is_current else 'changes_parent'}")


def _differences(diff: PlanDiff) -> Piece:
    if not diff.days:
        return page.paragraph(t("plan_page.review.no_changes"), "hint")
    rows = [_changed(day) for day in diff.days]
    weeks = [_totals(week) for week in diff.weeks]
    return PLAN.differences(rows[:FIRST_CHANGES], rows[FIRST_CHANGES:], weeks, len(rows))


def _changed(day: ChangedDay) -> dict[str, Any]:
    return {
        "date": day.date.isoformat(),
        "name": formatting.day(day.date),
        "before": _titles(day.before),
        "after": _titles(day.after),
        "colour": tiles.colour(day.after[0]) if day.after else "",
    }


def _titles(workouts: Sequence[Workout]) -> str:
    return ", ".join(workout.title for workout in workouts) or t("plan_page.review.rest")


def _totals(week: WeekTotals) -> dict[str, str]:
    return {
        "start": formatting.day(week.start),
        "before": formatting.km(week.distance_m_before, 1),
        "after": formatting.km(week.distance_m_after, 1),
    }


def findings(overview: PlanOverview | None) -> Piece:
    """Return what the rules find, gravest first, each with its remedy where there is one."""
    if overview is None:
        return ""
    title = t("plan_page.review.findings")
    if not overview.findings:
        return page.card(
            title, page.paragraph(t("plan_page.review.no_findings", rules=len(PLAN_RULES)), "hint")
        )
    found = sorted(overview.findings, key=lambda finding: finding.severity)
    errors = [finding for finding in found if finding.severity == "error"]
    is_editable = overview.stored.status in ("proposed", "current")
    return page.card(
        title,
        PLAN.findings([_finding(one, is_editable) for one in found]),
        page.paragraph(t("plan_page.review.errors_hint"), "fine") if errors else "",
        aside=_counts(found, errors),
        name="plan-findings",
    )


def _counts(found: Sequence[PlanFinding], errors: Sequence[PlanFinding]) -> str:
    warnings = [finding for finding in found if finding not in errors]
    return t("plan_page.review.counts", errors=len(errors), warnings=len(warnings))


def _finding(finding: PlanFinding, is_editable: bool) -> dict[str, Any]:
    fix = finding.fix if is_editable else None
    return {
        "look": SEVERITY_LOOKS[finding.severity],
        "severity": t(f"plan_page.review.{finding.severity}"),
        "code": finding.code,
        "place": _place(finding),
        "day": finding.day.isoformat() if finding.day else "",
        "text": finding_text(finding.model_copy(update={"values": spoken(finding.values)})),
        "fix": _fix(fix) if fix else "",
        "edit": json.dumps(fix.model_dump(mode="json", by_alias=True)) if fix else "",
    }


def _fix(edit: PlanEdit) -> str:
    """Return what a remedy does, its days as the page writes them."""
    note = edit_note(edit)
    return note_text(note.model_copy(update={"values": spoken(note.values)}))


def spoken(values: Mapping[str, str | int | float]) -> dict[str, str | int | float]:
    """Return the values of a sentence, with days as the page writes them."""
    return {name: _spoken(value) for name, value in values.items()}


def _spoken(value: str | float) -> str | float:
    is_day = isinstance(value, str) and DAY.fullmatch(value)
    return formatting.day(date.fromisoformat(str(value))) if is_day else value


def _place(finding: PlanFinding) -> str:
    if finding.day:
        return formatting.day(finding.day)
    return t("plan_page.review.week", week=finding.week) if finding.week else ""


def assumptions(overview: PlanOverview | None) -> Piece:
    """Return what the plan rests on, with sources."""
    if overview is None or not overview.stored.plan.assumptions:
        return ""
    rows = [(note_text(note), note.source) for note in overview.stored.plan.assumptions]
    return page.card(t("plan_page.review.assumptions"), PLAN.reasons_with_sources(rows))
