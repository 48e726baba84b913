"""Numbers and times out of Garmin's JSON: what is not believable is not a value."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from runningcoach.ingest.normalise import calendar_day, moment

type Entry = Mapping[str, Any]

NOTHING: Entry = {}


def entry(value: object) -> Entry:
    """Return a JSON object, an empty one for anything else."""
    return value if isinstance(value, Mapping) else NOTHING  # type: ignore[return-value]


def entries(value: object) -> list[Entry]:
    """Return the objects of a JSON list; what is no list has none."""
    return [part for part in value if isinstance(part, Mapping)] if isinstance(value, list) else []  # type: ignore[misc]


def at(value: object, *path: str) -> object:
    """Return what lies under a path of keys; None where it breaks off."""
    for key in path:
        value = entry(value).get(key)
    return value


def number(value: object, least: float, most: float, divisor: float = 1.0) -> float | None:
    """Return a plausible number; Garmin writes negative ones for what was not measured."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    scaled = value / divisor
    return scaled if least <= scaled <= most else None


def day(value: object) -> date | None:
    """Return a calendar day."""
    return calendar_day(value)


def wall_clock(value: object) -> datetime | None:
    """Return a local time without a zone.

    A "local" timestamp is the wall clock counted from 1970 as if it were UTC: reading it as a
    moment would add the offset a second time.
    """
    found = moment(value)
    return None if found is None else found.astimezone(UTC).replace(tzinfo=None)


def by_day(parts: Iterable[Entry], key: str = "calendarDate") -> dict[date, Entry]:
    """Return entries by their day; the last one of a day counts."""
    found = ((day(part.get(key)), part) for part in parts)
    return {when: part for when, part in found if when is not None}


def pairs(values: object) -> list[tuple[float, float]]:
    """Return the pairs [time, value] of a stream in which both are numbers."""
    found: list[tuple[float, float]] = []
    for part in values if isinstance(values, list) else ():  # type: ignore[union-attr]
        known: Sequence[Any] = part if isinstance(part, list) else ()
        if len(known) >= 2 and all(isinstance(x, int | float) for x in known[:2]):
            found.append((float(known[0]), float(known[1])))
    return found
