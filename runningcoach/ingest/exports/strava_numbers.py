"""Numbers of a Strava table: seconds or h:mm:ss, kilometres, miles or metres, points or commas."""

import math
import re
import statistics
from collections.abc import Iterable, Sequence
from typing import NamedTuple

DECIMAL_COMMA = re.compile(r"^-?\d{1,3}(?:[.\s]?\d{3})*,(?:\d{1,2}|\d{4,})$")
DECIMAL_POINT = re.compile(r"^-?\d{1,3}(?:[,\s]?\d{3})*\.\d+$")
CLOCK = re.compile(r"^(?:(\d+):)?(\d{1,2}):(\d\d)(?:[.,]\d+)?$")
KILOMETRE_M = 1000.0
SLOWEST_IN_METRES_MPS = 0.1
"""A distance that takes longer than this per metre was not given in metres: ours."""


class DistanceStyle(NamedTuple):
    """How a table writes its distances: their decimal sign, and their unit."""

    comma: bool = False
    metres_per_unit: float = KILOMETRE_M


def has_decimal_comma(cells: Iterable[str]) -> bool:
    """Return whether numbers have a decimal comma, by those that can be read in one way only."""
    votes = 0
    for cell in cells:
        votes += bool(DECIMAL_COMMA.match(cell)) - bool(DECIMAL_POINT.match(cell))
    return votes > 0


def number(cell: str, *, comma: bool = False) -> float | None:
    """Return the number that a cell holds; None for none, and for what is not finite.

    `comma` decides for 1,234, which is a thousand and more, or a little more than one.
    """
    bare = re.sub(r"[\s'\u2019]", "", cell)
    if (comma and "," in bare) or DECIMAL_COMMA.match(bare):
        bare = bare.replace(".", "").replace(",", ".")
    else:
        bare = bare.replace(",", "")
    try:
        value = float(bare)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def seconds(cell: str, *, comma: bool = False) -> float | None:
    """Return a time that is given in seconds or as h:mm:ss."""
    match = CLOCK.match(cell.strip())
    if match is None:
        return number(cell, comma=comma)
    hours, minutes, rest = (int(part or 0) for part in match.groups())
    return hours * 3600.0 + minutes * 60 + rest


def metres_per_unit(times_s: Sequence[float | None], distances: Sequence[float | None]) -> float:
    """Return how many metres the unit of a table's distances has: 1, or 1000.

    In metres a typical row goes faster than any row would in kilometres taken for metres.
    """
    speeds = [
        distance / time_s
        for time_s, distance in zip(times_s, distances, strict=True)
        if time_s and distance and time_s > 0 and distance > 0
    ]
    if not speeds:
        return KILOMETRE_M
    is_in_metres = statistics.median(speeds) > SLOWEST_IN_METRES_MPS
    return 1.0 if is_in_metres else KILOMETRE_M
