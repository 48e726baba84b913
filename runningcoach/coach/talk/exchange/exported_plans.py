"""Plans in the form of our own export, as they come back from another program or another runner."""

import json
import re
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from runningcoach.base import i18n
from runningcoach.coach.plans.validator import validate
from runningcoach.coach.talk.drafts.draft_plans import CheckedDraft, mend
from runningcoach.coach.talk.drafts.draft_words import change_texts
from runningcoach.coach.talk.drafts.loose_json import find_values
from runningcoach.coach.talk.drafts.normal_form import LONGEST_WAS, MOST_READ, DraftChange
from runningcoach.coach.talk.drafts.untrusted_text import is_order, visible, without_addresses
from runningcoach.model.plan import Plan, PlanNote
from runningcoach.model.plan_request import AthleteState, PlanRequest

NOTE_KEY = re.compile(r"[a-z_]+(\.[a-z0-9_]+)+")
MOST_PLACES, LONGEST_VALUE = 10, 60
OWN_FIELDS = frozenset({"request", "weeks", "title"})


def find_exported_plan(text: str) -> Mapping[str, Any] | None:
    """Return the last plan of the form of an export in a text; None where there is none."""
    values = [_unwrapped(found.value) for found in find_values(text).values]
    exported = [value for value in values if isinstance(value, dict) and value.keys() >= OWN_FIELDS]
    return exported[-1] if exported else None


def _unwrapped(value: Any) -> Any:
    return (
        value["plan"] if isinstance(value, dict) and isinstance(value.get("plan"), dict) else value
    )


def check_exported_plan(
    content: Mapping[str, Any], request: PlanRequest, athlete: AthleteState
) -> CheckedDraft:
    """Return what becomes of a plan of the form of an export, for what the runner aims at.

    Where the runner aims at a race, a plan for another goal or another day is refused. Words are
    cleaned as those of drafts are.
    """
    changes: list[DraftChange] = []
    try:
        plan = Plan.model_validate_json(json.dumps(_cleaned(dict(content), changes)))
    except ValidationError as error:
        return CheckedDraft("reject", reasons=tuple(_form_reasons(error)))
    plan = _with_spoken_notes(plan, changes)
    checked = CheckedDraft("accept", plan=None, changes=change_texts(changes))
    if key := _other_aim(plan.request, request):
        reason = i18n.t(f"drafts.reason.{key}")
        return checked._replace(treatment="reject", reasons=(reason,), reason_keys=(key,))
    treatment = "repair" if changes else "accept"
    try:
        findings = validate(plan, athlete, origin="import")
    except OverflowError:  # a date near the end of the calendar
        reason = i18n.t("drafts.reason.beyond_limits")
        return checked._replace(treatment="reject", reasons=(reason,))
    return mend(checked._replace(treatment=treatment), plan, findings, athlete, "import")


def _other_aim(of_plan: PlanRequest, wanted: PlanRequest) -> str:
    if wanted.race_date is None:
        return ""
    if of_plan.goal != wanted.goal:
        return "other_goal"
    return "" if of_plan.race_date == wanted.race_date else "other_race"


def _cleaned(value: Any, changes: list[DraftChange]) -> Any:
    """Return a value whose words hold no markup, no orders, and nothing that cannot be seen."""
    match value:
        case dict():
            return {name: _cleaned(item, changes) for name, item in value.items()}
        case list():
            return [_cleaned(item, changes) for item in value]
        case str():
            return _clean_text(value, changes)
        case _:
            return value


def _clean_text(text: str, changes: list[DraftChange]) -> str:
    if len(text) > MOST_READ:
        changes.append(DraftChange("cut_text"))
    read = text[:MOST_READ]
    if is_order(read):
        changes.append(DraftChange("order", "", read[:LONGEST_WAS]))
        return ""
    clean = without_addresses(visible(read))
    if clean != read.strip():
        changes.append(DraftChange("markup"))
    return clean


def _with_spoken_notes(plan: Plan, changes: list[DraftChange]) -> Plan:
    """Return a plan without notes that the catalogue has no words for."""

    def spoken(notes: tuple[PlanNote, ...]) -> tuple[PlanNote, ...]:
        kept = tuple(note for note in notes if _is_spoken(note))
        if len(kept) < len(notes):
            changes.append(DraftChange("unspoken_note"))
        return kept

    weeks = tuple(
        week.model_copy(
            update={
                "reasons": spoken(week.reasons),
                "days": tuple(
                    day.model_copy(update={"reasons": spoken(day.reasons)}) for day in week.days
                ),
            }
        )
        for week in plan.weeks
    )
    return plan.model_copy(update={"weeks": weeks, "assumptions": spoken(plan.assumptions)})


def _is_spoken(note: PlanNote) -> bool:
    if not NOTE_KEY.fullmatch(note.key):
        return False
    try:
        for language in i18n.LANGUAGES:
            i18n.t(note.key, language, **note.values)
    except (LookupError, ValueError, TypeError, AttributeError, OSError):
        return False  # no such room, no such words, or other blanks
    return True


def _form_reasons(error: ValidationError) -> list[str]:
    """Return where a plan is not of its form, in sentences of the rule for it."""
    problems = error.errors(include_url=False)[:MOST_PLACES]
    return [
        i18n.t(
            "findings.v01.schema",
            place=".".join(str(part) for part in problem["loc"]),
            value=str(problem["input"])[:LONGEST_VALUE],
        )
        for problem in problems
    ]
