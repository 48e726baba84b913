"""Numbers, days and paces as fields of a result: rounded once, with the unit in the name."""

import math
from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from runningcoach.base import units
from runningcoach.metrics.efforts import HALF_MARATHON_M, MARATHON_M, MILE_M

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
NOISE_DIGITS = 9
"""Digits in which binary fractions differ from the decimal number that they stand for."""
NAMED_DISTANCES_M = {MILE_M: "1 mile", HALF_MARATHON_M: "half marathon", MARATHON_M: "marathon"}


def rounded(value: float | None, digits: int = 0) -> float | int | None:
    """Return a number with so many digits after the point, halves upwards; None where unknown."""
    if value is None or not math.isfinite(value):
        return None
    exact = Decimal(repr(round(float(value), NOISE_DIGITS)))
    number = exact.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
    return float(number) if digits else int(number)


def km(metres: float | None, digits: int = 2) -> float | int | None:
    """Return a distance [m] in kilometres."""
    return None if metres is None else rounded(units.km(metres), digits)


def minutes(seconds: float | None) -> float | int | None:
    """Return a time [s] in whole minutes."""
    return None if seconds is None else rounded(60 * units.hours(seconds))


def hours(seconds: float | None) -> float | int | None:
    """Return a time [s] in hours."""
    return None if seconds is None else rounded(units.hours(seconds), 1)


def day_fields(day: date, name: str = "date") -> dict[str, str]:
    """Return a day and its day of the week."""
    weekday = "weekday" if name == "date" else f"{name}_weekday"
    return {name: day.isoformat(), weekday: WEEKDAYS[day.weekday()]}


def dated(day: date) -> str:
    """Return a day with its day of the week, such as 2026-11-30 Mon."""
    return f"{day.isoformat()} {WEEKDAYS[day.weekday()]}"


def pace_fields(speed_mps: float | None, name: str = "pace") -> dict[str, Any]:
    """Return a pace as text and in seconds a kilometre; nothing where there is no speed."""
    seconds = units.pace_s_per_km(speed_mps)
    if seconds is None:
        return {}
    return {name: f"{units.clock(seconds)}/km", f"{name}_s_per_km": rounded(seconds)}


def time_fields(seconds: float | None, name: str = "time") -> dict[str, Any]:
    """Return a time as h:mm:ss or m:ss and in whole seconds; nothing where it is not known."""
    if seconds is None:
        return {}
    return {name: units.clock(seconds), f"{name}_s": rounded(seconds)}


def distance_name(metres: float) -> str:
    """Return a distance of races as runners call it."""
    if metres in NAMED_DISTANCES_M:
        return NAMED_DISTANCES_M[metres]
    return f"{metres:g} m" if metres < units.M_PER_KM else f"{units.km(metres):g} km"


def known(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that have a value: what is not known is left out, never 0."""
    return {
        name: value
        for name, value in fields.items()
        if name == "missing" or (value is not None and value != {})
    }


def mean(values: list[float]) -> float | None:
    """Return the mean; None of nothing."""
    return math.fsum(values) / len(values) if values else None
