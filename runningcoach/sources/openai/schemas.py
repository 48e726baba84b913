"""JSON schemas in the strict form that structured output wants."""

from typing import Any

_ALLOWED = (
    *("type", "description", "enum", "const", "format", "pattern"),
    *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    *("minItems", "maxItems"),
)
"""Keywords that are taken over as they are; what else there is about a value is left out."""
_DEPTH = 12


def strict_schema(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema with each reference written out, each field required, no default.

    A field that could be left out may be null instead. `oneOf` becomes `anyOf`. Raises
    ValueError for what the strict form cannot say: free keys, tuples, several `allOf`,
    references in a circle, a document that is no object.
    """
    strict = _strict(schema, schema, 0)
    if strict.get("type") != "object":
        raise ValueError("a strict schema describes an object")
    return strict


def _strict(node: dict[str, Any], root: dict[str, Any], depth: int) -> dict[str, Any]:
    if depth > _DEPTH:
        raise ValueError("a strict schema is not nested so deeply")
    node = _written_out(node, root)
    if "prefixItems" in node:
        raise ValueError("a strict schema has no tuples")
    result = {name: node[name] for name in _ALLOWED if name in node}
    choices = node.get("anyOf") or node.get("oneOf")
    if choices:
        result["anyOf"] = [_strict(choice, root, depth + 1) for choice in choices]
    if "items" in node:
        result["items"] = _strict(node["items"], root, depth + 1)
    if node.get("type") == "object":
        result |= _object(node, root, depth)
    return result


def _object(node: dict[str, Any], root: dict[str, Any], depth: int) -> dict[str, Any]:
    if node.get("additionalProperties") or "properties" not in node:
        raise ValueError("a strict schema has no free keys")
    required = node.get("required", ())
    fields = {name: _strict(field, root, depth + 1) for name, field in node["properties"].items()}
    return {
        "properties": {
            name: field if name in required else _nullable(field) for name, field in fields.items()
        },
        "required": list(fields),
        "additionalProperties": False,
    }


def _nullable(field: dict[str, Any]) -> dict[str, Any]:
    choices = field.get("anyOf")
    if choices is not None:
        has_null = any(choice.get("type") == "null" for choice in choices)
        return field if has_null else field | {"anyOf": [*choices, {"type": "null"}]}
    if "null" in (field.get("type"), *_kinds(field)):
        return field
    about = {"description": field["description"]} if "description" in field else {}
    plain = {name: value for name, value in field.items() if name != "description"}
    return about | {"anyOf": [plain, {"type": "null"}]}


def _kinds(field: dict[str, Any]) -> list[str]:
    kind = field.get("type")
    return kind if isinstance(kind, list) else []


def _written_out(node: dict[str, Any], root: dict[str, Any]) -> dict[str, Any]:
    """Return the node with its reference, or the one part of its `allOf`, in its place."""
    for _ in range(_DEPTH):
        if "$ref" in node:
            target = _target(node["$ref"], root)
        elif len(node.get("allOf", ())) == 1:
            [target] = node["allOf"]
        else:
            break
        node = target | {name: value for name, value in node.items() if name not in _POINTERS}
    if _POINTERS & node.keys():
        raise ValueError("a strict schema has neither circles nor several allOf")
    return node


_POINTERS = {"$ref", "allOf"}


def _target(reference: str, root: dict[str, Any]) -> dict[str, Any]:
    head, *path = reference.split("/")
    if head != "#":
        raise ValueError("a strict schema refers to nothing outside of itself")
    found: Any = root
    for part in path:
        found = found[part]
    return found
