"""Refuse JSON schemas as OpenAI's strict mode does."""

import re
from typing import Any

from runningcoach.simulators.openai.refusals import RefusedCall, invalid

_FORBIDDEN = (
    *("oneOf", "allOf", "not", "if", "then", "else", "default", "prefixItems"),
    *("patternProperties", "unevaluatedProperties", "dependentRequired"),
)
_DEEPEST, _MOST_FIELDS = 10, 5_000
_NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")


def check_answer_schema(name: Any, schema: Any, *, strict: bool) -> None:
    """Raise RefusedCall for a schema of the answer that is not accepted."""
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise invalid("Invalid 'text.format.name': it has to match ^[a-zA-Z0-9_-]+$.")
    if not isinstance(schema, dict) or schema.get("type") != "object":
        raise _refused(f"response_format '{name}'", "()", "it must be of 'type: \"object\"'")
    if strict and _check(schema, f"response_format '{name}'", ()) > _MOST_FIELDS:
        raise _refused(f"response_format '{name}'", "()", "it has too many properties")


def check_tool(name: Any, parameters: Any, *, strict: bool) -> None:
    """Raise RefusedCall for a function that is not accepted."""
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise invalid("Invalid 'tools[0].name': it has to match ^[a-zA-Z0-9_-]+$.")
    if not isinstance(parameters, dict) or parameters.get("type") != "object":
        raise _refused(f"function '{name}'", "()", "it must be of 'type: \"object\"'")
    if strict:
        _check(parameters, f"function '{name}'", ())


def _check(node: Any, about: str, context: tuple[str, ...]) -> int:
    """Return the number of properties below a node; raise RefusedCall for what is not allowed."""
    where = str(context)
    if not isinstance(node, dict):
        raise _refused(about, where, "a schema must be an object")
    if len(context) > 2 * _DEEPEST:
        raise _refused(about, where, "it is nested too deeply")
    for keyword in _FORBIDDEN:
        if keyword in node:
            raise _refused(about, where, f"'{keyword}' is not permitted")
    if not {"type", "anyOf", "enum", "const", "$ref"} & node.keys():
        raise _refused(about, where, "schema must have a 'type' key")
    below = [("anyOf", choice) for choice in node.get("anyOf", [])]
    below += [("items", node["items"])] if "items" in node else []
    count = 0
    if node.get("type") == "object":
        below += _fields(node, about, where)
        count = len(node["properties"])
    return count + sum(_check(child, about, (*context, name)) for name, child in below)


def _fields(node: dict[str, Any], about: str, where: str) -> list[tuple[str, Any]]:
    if node.get("additionalProperties") is not False:
        raise _refused(about, where, "'additionalProperties' is required to be false")
    fields = node.get("properties")
    if not isinstance(fields, dict):
        raise _refused(about, where, "an object must have 'properties'")
    if set(node.get("required", [])) != set(fields):
        raise _refused(about, where, "'required' must include every key in properties")
    return [(name, child) for name, child in fields.items()]


def _refused(about: str, where: str, why: str) -> RefusedCall:
    message = f"Invalid schema for {about}: In context={where}, {why}."
    return invalid(message, "text.format.schema", "invalid_json_schema")
