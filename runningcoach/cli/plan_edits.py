"""Edits of a plan as they are typed: a word for the kind, then its days and what is to change."""

from collections.abc import Sequence
from typing import Any

from pydantic import TypeAdapter, ValidationError

from runningcoach.cli.problems import BadPlanEdit
from runningcoach.model.plan_edit import PlanEdit

FIELDS: dict[str, tuple[str, ...]] = {
    "move": ("from_date", "to_date"),
    "swap": ("first_date", "second_date"),
    "scale": ("date", "share"),
    "scale_week": ("start", "share"),
    "replace": ("date", "text"),
    "make_easy": ("date",),
    "rest": ("date",),
}
"""What follows each word; `rest` is a replacement by nothing."""
_EDIT: TypeAdapter[PlanEdit] = TypeAdapter(PlanEdit)


def parse_edits(texts: Sequence[str]) -> tuple[PlanEdit, ...]:
    """Return edits such as `move 2026-12-01 2026-12-02`, in their order. Raises BadPlanEdit."""
    return tuple(_parse_edit(text) for text in texts)


def _parse_edit(text: str) -> PlanEdit:
    kind, *rest = text.split(maxsplit=1)[:2] or [""]
    names = FIELDS.get(kind)
    if names is None:
        raise BadPlanEdit(text=text)
    words = rest[0].split(maxsplit=len(names) - 1) if rest else []
    if len(words) != len(names):
        raise BadPlanEdit(text=text)
    values: dict[str, Any] = {
        name: _value(name, word) for name, word in zip(names, words, strict=True)
    }
    if kind == "rest":
        kind, values["text"] = "replace", ""
    try:
        return _EDIT.validate_python({"kind": kind, **values})
    except ValidationError:
        raise BadPlanEdit(text=text) from None


def _value(name: str, word: str) -> Any:
    """Return a word as the edit takes it: 80% is the share 0.8."""
    if name == "share" and word.endswith("%"):
        return f"{float(word[:-1]) / 100}" if word[:-1].replace(".", "", 1).isdigit() else word
    return word
