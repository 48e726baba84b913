"""Keep infinity and NaN out of tables: such a number is stored as missing, with its reason."""

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic import BaseModel

REASON = "not_finite"


def is_finite(value: Any) -> bool:
    """Return whether a value, or every number in it, is finite; other types count as finite."""
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, list | tuple):
        return all(isinstance(v, str) or is_finite(v) for v in value)  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, dict):
        return all(map(is_finite, value.values()))  # pyright: ignore[reportUnknownArgumentType, reportUnknownMemberType]
    return True


def finite_row(row: dict[str, Any]) -> dict[str, Any]:
    """Return the row with None for numbers that are not finite, noted in `reasons`."""
    odd = _odd(row)
    if not odd:
        return row
    return row | _missing(row, odd)


def finite_records[R: BaseModel](records: Iterable[R]) -> Iterator[R]:
    """Yield records with None for numbers that are not finite, noted in `reasons`."""
    for record in records:
        values = record.__dict__
        odd = _odd(values)
        yield record.model_copy(update=_missing(values, odd)) if odd else record


def _odd(row: Mapping[str, Any]) -> list[str]:
    return [name for name, value in row.items() if not is_finite(value)]


def _missing(row: Mapping[str, Any], odd: list[str]) -> dict[str, Any]:
    missing: dict[str, Any] = dict.fromkeys(odd)
    if "reasons" in row:
        missing["reasons"] = row["reasons"] | dict.fromkeys(odd, REASON)
    return missing
