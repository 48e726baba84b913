"""Findings and their fixes in the reader's language."""

from datetime import date

from runningcoach.base import i18n
from runningcoach.model.plan import PlanNote
from runningcoach.model.plan_edit import (
    PlanEdit,
    PlanFinding,
    ReplaceWorkout,
    ScaleWeek,
    ScaleWorkout,
)


def finding_text(finding: PlanFinding, language: str | None = None) -> str:
    """Return what a finding says."""
    return i18n.t(f"findings.{finding.code.lower()}.{finding.key}", language, **finding.values)


def fix_text(edit: PlanEdit | None, language: str | None = None) -> str:
    """Return what a fix would do."""
    if edit is None:
        return i18n.t("findings.fix.none", language)
    note = edit_note(edit)
    return i18n.t(note.key, language, **note.values)


def edit_note(edit: PlanEdit) -> PlanNote:
    """Return what an edit does, with its days."""
    blanks: dict[str, str | int | float] = {
        name: value.isoformat() for name, value in edit if isinstance(value, date)
    }
    if isinstance(edit, ScaleWeek | ScaleWorkout):
        blanks["percent"] = round(100 * edit.share)
    is_rest = isinstance(edit, ReplaceWorkout) and not edit.text.strip()
    return PlanNote(key=f"findings.fix.{'rest' if is_rest else edit.kind}", values=blanks)
