"""Names that people and models give to the fields of a draft: a closed table by language."""

from functools import cache
from typing import Any

from runningcoach.coach.talk.drafts.draft_vocabulary import vocabularies
from runningcoach.model.plan_draft import DraftDay, DraftWeek, PlanDraft

FIELDS = {
    "plan": tuple(PlanDraft.model_fields),
    "week": tuple(DraftWeek.model_fields),
    "day": tuple(DraftDay.model_fields),
}


def rename_fields(record: dict[str, Any], part: str) -> tuple[dict[str, Any], list[str], list[str]]:
    """Return a record with its known names, which were renamed, and which are unknown.

    `part` is "plan", "week" or "day". Where two names mean the same field, the first wins.
    """
    known = _names(part)
    kept: dict[str, Any] = {}
    renamed: list[str] = []
    unknown: list[str] = []
    for name, value in record.items():
        field = known.get(_plain(name))
        if field is None or field in kept:
            unknown.append(name)
            continue
        kept[field] = value
        if field != name:
            renamed.append(name)
    return kept, renamed, unknown


@cache
def _names(part: str) -> dict[str, str]:
    names: dict[str, str] = {}
    for field in FIELDS[part]:
        for vocabulary in vocabularies():
            words = vocabulary["fields"][part].get(field, "")
            for name in (field, *words.split("|")):
                names.setdefault(_plain(name), field)
    names.pop("", None)
    return names


def _plain(name: str) -> str:
    return "".join(character for character in name.casefold() if character.isalnum())
