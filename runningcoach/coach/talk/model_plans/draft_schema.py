"""The JSON schemas that a model answers by: flat, every field required, no unions, no defaults.

Strict structured output takes nothing else. What a draft may hold beyond that is left to code: a
model states no totals and no paces.
"""

from typing import Any

from pydantic import BaseModel

from runningcoach.model.plan import Phase
from runningcoach.model.plan_draft import PlanDraft
from runningcoach.model.record import Record

COMPUTED = frozenset({"km", "pace_s_per_km"})
"""Fields of a draft that follow from the others."""
KEPT_WORDS = ("type", "enum")


class OutlineWeek(Record):
    """A week of an outline: how far in all and at most in one run, and what it is for."""

    start: str
    phase: Phase
    is_cutback: bool
    km: float
    long_km: float
    focus: str


class PlanOutline(Record):
    """All weeks of a long plan without their days."""

    title: str
    rationale_ko: str
    assumptions: list[str]
    questions: list[str]
    weeks: list[OutlineWeek]


def draft_schema() -> dict[str, Any]:
    """Return the schema of a draft."""
    return _strict(PlanDraft, COMPUTED)


def outline_schema() -> dict[str, Any]:
    """Return the schema of an outline."""
    return _strict(PlanOutline, frozenset())


def _strict(model: type[BaseModel], left_out: frozenset[str]) -> dict[str, Any]:
    whole = model.model_json_schema()
    return _flat(whole, whole.get("$defs", {}), left_out)


def _flat(
    part: dict[str, Any], definitions: dict[str, Any], left_out: frozenset[str]
) -> dict[str, Any]:
    """Return a part of a schema with its references put in, and alternatives as one type."""
    if "$ref" in part:
        return _flat(definitions[part["$ref"].rpartition("/")[2]], definitions, left_out)
    if "anyOf" in part:
        kinds = [_flat(one, definitions, left_out) for one in part["anyOf"]]
        return {**kinds[0], "type": [kind["type"] for kind in kinds]}
    flat = {word: part[word] for word in KEPT_WORDS if word in part}
    if "const" in part:
        flat["enum"] = [part["const"]]
    if "properties" in part:
        fields = {
            name: _flat(field, definitions, left_out)
            for name, field in part["properties"].items()
            if name not in left_out
        }
        flat |= {"properties": fields, "required": [*fields], "additionalProperties": False}
    if "items" in part:
        flat["items"] = _flat(part["items"], definitions, left_out)
    return flat
