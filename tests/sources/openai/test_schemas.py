"""Schemas in the strict form; the simulator refuses what is not, by rules of its own."""

from typing import Any, Literal

import pytest
from pydantic import BaseModel

from runningcoach.model.conversation import ModelApi
from runningcoach.model.plan_draft import PlanDraft
from runningcoach.simulators.openai import OpenAiSimulator
from runningcoach.sources.openai.schemas import strict_schema
from tests.sources.openai.asking import ask, question
from tests.sources.openai.conftest import Connect


class Leg(BaseModel):
    km: float
    pace: Literal["E", "M"] = "E"


class Tour(BaseModel):
    """A tour of legs."""

    title: str = "tour"
    best: Leg | None = None
    legs: list[Leg] = []
    kind: Literal["loop"] = "loop"


def test_pydantic_schema_becomes_strict():
    leg = {
        "type": "object",
        "properties": {
            "km": {"type": "number"},
            "pace": {"anyOf": [{"type": "string", "enum": ["E", "M"]}, {"type": "null"}]},
        },
        "required": ["km", "pace"],
        "additionalProperties": False,
    }
    assert strict_schema(Tour.model_json_schema()) == {
        "type": "object",
        "description": "A tour of legs.",
        "properties": {
            "title": {"anyOf": [{"type": "string"}, {"type": "null"}]},
            "best": {"anyOf": [leg, {"type": "null"}]},
            "legs": {"anyOf": [{"type": "array", "items": leg}, {"type": "null"}]},
            "kind": {"anyOf": [{"type": "string", "const": "loop"}, {"type": "null"}]},
        },
        "required": ["title", "best", "legs", "kind"],
        "additionalProperties": False,
    }


@pytest.mark.parametrize("form", [Tour, PlanDraft])
def test_strict_schema_is_accepted(
    simulator: OpenAiSimulator, connect: Connect, api: ModelApi, form: type[BaseModel]
):
    simulator.answer_next("{}")
    ask(connect(api), question(answer_schema=form.model_json_schema()))
    assert [request.status for request in simulator.requests()] == [200]


def test_choices_are_any_of():
    one: dict[str, Any] = {"oneOf": [{"type": "string"}, {"type": "integer", "default": 1}]}
    form = {"type": "object", "properties": {"x": one}, "required": ["x"]}
    [choice] = strict_schema(form)["properties"].values()
    assert choice == {"anyOf": [{"type": "string"}, {"type": "integer"}]}


def test_schema_that_is_given_is_not_changed():
    form = Tour.model_json_schema()
    strict_schema(form)
    assert form == Tour.model_json_schema()


def field(about: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": {"x": about}}


NOT_STRICT = {
    "free keys": field({"type": "object", "additionalProperties": {"type": "number"}}),
    "no keys named": field({"type": "object"}),
    "a tuple": field({"type": "array", "prefixItems": [{"type": "number"}]}),
    "several allOf": field({"allOf": [{"type": "number"}, {"minimum": 1}]}),
    "a circle": {
        "type": "object",
        "properties": {"next": {"$ref": "#/$defs/Node"}},
        "$defs": {"Node": {"type": "object", "properties": {"next": {"$ref": "#/$defs/Node"}}}},
    },
    "a reference to itself": field({"$ref": "#/properties/x"}),
    "a reference to elsewhere": field({"$ref": "https://elsewhere.invalid/schema"}),
    "a list": {"type": "array", "items": {"type": "string"}},
}


@pytest.mark.parametrize("form", NOT_STRICT.values(), ids=NOT_STRICT.keys())
def test_what_strict_cannot_say_is_an_error(form: dict[str, Any]):
    with pytest.raises(ValueError, match="a strict schema"):
        strict_schema(form)
