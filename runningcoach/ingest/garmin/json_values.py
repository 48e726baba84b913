"""Parse numbers, texts and times of Garmin's JSON; implausible values become None."""

import math
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from runningcoach.ingest.files import recording_rows

type Entry = Mapping[str, Any]

NOTHING: Entry = {}
FIRST_YEAR, LAST_YEAR = 1990, 2100
SURROGATES = range(0xD800, 0xE000)


def storable(value: Any) -> Any:
    """Return JSON that the database can keep: no NaN, no zero characters, no half characters."""
    if isinstance(value, str):
        return _clean(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {_clean(str(key)): storable(part) for key, part in value.items()}  # type: ignore[misc]
    return [storable(part) for part in value] if isinstance(value, list) else value  # type: ignore[misc]


def _clean(text: str) -> str:
    if text.isascii() and "\0" not in text:
        return text
    return "".join(char for char in text if char != "\0" and ord(char) not in SURROGATES)


def entry(value: object) -> Entry:
    """Return a JSON object, an empty one for anything else."""
    return value if isinstance(value, Mapping) else NOTHING  # type: ignore[return-value]


def entries(value: object) -> list[Entry]:
    """Return the objects of a JSON list; what is no list has none."""
    return [part for part in value if isinstance(part, Mapping)] if isinstance(value, list) else []  # type: ignore[misc]


def at(value: object, *path: str) -> object:
    """Return the value under a path of keys; None where a key is missing."""
    for key in path:
        value = entry(value).get(key)
    return value


def number(value: object, least: float, most: float, divisor: float = 1.0) -> float | None:
    """Return a plausible number; Garmin writes negative ones for what was not measured."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if not least * divisor <= value <= most * divisor:
        return None
    return value / divisor


def whole(value: object, least: int, most: int) -> int | None:
    """Return a plausible number without a fraction."""
    known = number(value, least, most)
    return int(known) if known is not None and known == int(known) else None


def identity(value: object) -> int | None:
    """Return an identifier of Garmin's, exactly."""
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 < value < 2**63 else None


def words(value: object) -> str | None:
    """Return trimmed words; numbers and lists are none."""
    return recording_rows.text(value) if isinstance(value, str) else None


def day(value: object) -> date | None:
    """Return a calendar day of our time."""
    parsed = recording_rows.calendar_day(value) if isinstance(value, str) else None
    return parsed if parsed is not None and FIRST_YEAR <= parsed.year <= LAST_YEAR else None


def moment(value: object) -> datetime | None:
    """Return a moment given as milliseconds since 1970 or as words in UTC."""
    try:
        return recording_rows.moment(value) if isinstance(value, int | float | str) else None
    except OverflowError:  # a time at the end of the calendar, in a zone beyond it
        return None


def wall_clock(value: object) -> datetime | None:
    """Return a local time without a zone.

    A "local" timestamp is the wall clock counted from 1970 as if it were UTC: reading it as a
    moment would add the offset a second time.
    """
    parsed = moment(value)
    return None if parsed is None else parsed.astimezone(UTC).replace(tzinfo=None)


def pairs(values: object, column: int = 1) -> list[tuple[float, float]]:
    """Return time and value of the rows of a stream in which both are numbers."""
    rows: list[tuple[float, float]] = []
    for row in values if isinstance(values, list) else ():  # type: ignore[union-attr]
        if isinstance(row, list) and len(row) > column:  # type: ignore[arg-type]
            at_ms, value = number(row[0], 0, 1e15), number(row[column], -1e6, 1e6)
            if at_ms is not None and value is not None:
                rows.append((at_ms, value))
    return rows
