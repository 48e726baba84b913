"""Results of tools as JSON text within a size: lists lose their end, and say so."""

import json
from typing import Any

from runningcoach.sources.openai.tokens import count_tokens

MOST_TOKENS = 1_500
FEW = 2


def fit(fields: dict[str, Any], most_tokens: int = MOST_TOKENS) -> str:
    """Return fields as JSON; the longest list loses its last entries until it is small enough.

    Lists begin with what matters most; of one or two entries the lists within are cut instead.
    `truncated` counts what was left out of each.
    """
    text = write(fields)
    while count_tokens(text) > most_tokens:
        shorter = _shorter(fields)
        if shorter is None:
            break
        fields = shorter
        text = write(fields)
    return text


def write(fields: Any) -> str:
    """Return JSON without spaces; a number that is none is an error of ours."""
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _shorter(fields: dict[str, Any]) -> dict[str, Any] | None:
    """Return fields with the longest list cut by a quarter; None where there is none to cut."""
    lists = [(len(write(value)), name) for name, value in fields.items() if _can_shrink(value)]
    if not lists:
        return None
    name = max(lists)[1]
    entries: list[Any] = fields[name]
    if len(entries) <= FEW and (inner := _shorter_within(entries)):
        return {**fields, name: inner}
    if len(entries) == 1:
        return None
    kept = entries[: len(entries) - max(len(entries) // 4, 1)]
    left_out = dict(fields.get("truncated", {}))
    left_out[name] = left_out.get(name, 0) + len(entries) - len(kept)
    return {**fields, name: kept, "truncated": left_out}


def _shorter_within(entries: list[Any]) -> list[Any] | None:
    """Return entries of which the longest that can be cut is; None where none can be."""
    by_length = sorted(range(len(entries)), key=lambda place: -len(write(entries[place])))
    for place in by_length:
        entry = entries[place]
        if isinstance(entry, dict) and (shorter := _shorter(entry)):
            return [*entries[:place], shorter, *entries[place + 1 :]]
    return None


def _can_shrink(value: Any) -> bool:
    return isinstance(value, list) and bool(value)
