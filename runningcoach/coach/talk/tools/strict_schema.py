"""JSON schemas of tools' arguments, as strict function calling takes them.

Every field is required, one that may be left out takes null; no defaults, no titles, no unions.
"""

from typing import Any

from pydantic import BaseModel, ConfigDict

LEFT_OUT = (
    *("default", "title", "format", "anyOf", "const", "minimum", "maximum"),
    *("exclusiveMinimum", "minLength", "maxLength"),
)
"""Limits are checked when a tool is called; few servers know them, and each costs tokens."""


class ToolArguments(BaseModel):
    """The base of what tools are called with: no unknown keys; null is the same as absent."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class NoArguments(ToolArguments):
    """A tool without arguments."""


def strict_schema(arguments: type[ToolArguments]) -> dict[str, Any]:
    """Return the schema of a tool's arguments."""
    properties: dict[str, Any] = arguments.model_json_schema().get("properties", {})
    return {
        "type": "object",
        "properties": {name: _flat(field) for name, field in properties.items()},
        "required": list(properties),
        "additionalProperties": False,
    }


def _flat(field: dict[str, Any]) -> dict[str, Any]:
    """Return a field with its alternatives put together: a type, or that type or null."""
    flat = {key: value for key, value in field.items() if key not in LEFT_OUT}
    if "const" in field:
        flat["enum"] = [field["const"]]
    for choice in field.get("anyOf", ()):
        if choice["type"] != "null":
            flat |= _flat(choice)
    if any(choice["type"] == "null" for choice in field.get("anyOf", ())):
        flat["type"] = [flat["type"], "null"]
        if "enum" in flat:
            flat["enum"] = [*flat["enum"], None]
    return flat
