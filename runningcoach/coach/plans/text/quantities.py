"""Numbers with units in a workout's text: lengths, times, paces."""

import re
from functools import cache

from runningcoach.coach.plans.text.vocabulary import unit_words
from runningcoach.model.workout import (
    FASTEST_S_PER_KM,
    SLOWEST_S_PER_KM,
    CaloriesEnd,
    DistanceEnd,
    StepEnd,
    TimeEnd,
)

METERS = {"km": 1_000.0, "m": 1.0, "mi": 1_609.344, "yd": 0.9144}
SECONDS = {"h": 3_600.0, "min": 60.0, "s": 1.0}
SMALLER_UNITS = {"h": "min", "min": "s"}
"""What a number without a unit stands for behind another: 1h30, 2min30."""
LONGEST_M, LONGEST_S, LONGEST_KCAL = 300_000, 86_400, 9_999
SHORTEST_M = 10
"""Below this, "m" was typed for minutes: nobody plans a step of five metres."""

IMPLAUSIBLE_MINUTES = 300
"""From here, minutes written as "m" are rather metres; below, only track distances are."""
TRACK_DISTANCES = frozenset({100, 150, 200, 250, 300, 400, 500, 600, 800, 1000, 1200, 1500, 1600})

NUMBER = r"\d{1,6}(?:\.\d{1,3})?"
CLOCK = r"\d{1,3}:\d{1,2}(?::\d{2})?"


class QuantityError(ValueError):
    """A quantity is impossible; its argument is the reason's key."""


def half_up(value: float) -> int:
    """Round to the nearest whole number, halves up."""
    return int(value + 0.5)


@cache
def unit_pattern(*units: str) -> str:
    """Return the pattern of some units, with the bare m; of times with the marks ' and "."""
    words = {word for unit in units for word in unit_words(unit)} | {"m"}
    words |= {"'", '"'} if "min" in units else set()
    return "|".join(re.escape(word) for word in sorted(words, key=lambda w: (-len(w), w)))


@cache
def length_pattern() -> re.Pattern[str]:
    """Return the pattern of a distance, or of a time such as 1h30min or 2'30"."""
    time, other = (
        rf"{NUMBER}\s*(?:{unit_pattern(*units)})(?![a-z/])"  # 12km/h is a speed
        for units in (SECONDS, (*METERS, "kcal"))
    )
    rest = r"(?:\d{1,2}(?![\d.:'\"%\w-]))?"
    return re.compile(rf"(?:{time}\s?)+{rest}|{other}{rest}", re.IGNORECASE)


@cache
def _units() -> dict[str, str]:
    units = {word: unit for unit in (*METERS, *SECONDS, "kcal") for word in unit_words(unit)}
    return units | {"'": "min", '"': "s"}


def parse_length(text: str, bare_m: str) -> StepEnd:
    """Return how a step ends. `bare_m` is the unit that a lone m stands for: "m" or "min"."""
    if re.fullmatch(r"\d+m\d{1,2}", text):  # 2m30 is no distance in any form
        bare_m = "min"
    units_pattern = unit_pattern(*METERS, *SECONDS, "kcal")
    pairs = re.findall(rf"({NUMBER})\s*({units_pattern})", text, re.IGNORECASE)
    units = [bare_m if unit == "m" else _units()[unit.casefold()] for _, unit in pairs]
    numbers = [float(number) for number, _ in pairs]
    trailing = re.search(r"[a-z'\D](\d{1,2})\s*$", text, re.IGNORECASE)
    if trailing:  # 1m30, 1h30
        if units[-1] not in SMALLER_UNITS:
            raise QuantityError("no_unit")
        units, numbers = [*units, SMALLER_UNITS[units[-1]]], [*numbers, float(trailing[1])]
    if len(units) == 1 and pairs[0][1] == "m":
        _check_bare_m(numbers[0], bare_m)
    return _length(units, numbers)


def _check_bare_m(number: float, bare_m: str) -> None:
    if bare_m == "min" and (number >= IMPLAUSIBLE_MINUTES):
        raise QuantityError("minutes_or_metres")
    if bare_m == "m" and number < SHORTEST_M:
        raise QuantityError("too_short")


def _length(units: list[str], numbers: list[float]) -> StepEnd:
    if all(unit in SECONDS for unit in units):
        if len(set(units)) < len(units):
            raise QuantityError("two_lengths")
        return time_end(sum(SECONDS[unit] * n for unit, n in zip(units, numbers, strict=True)))
    if len(units) > 1:
        raise QuantityError("two_lengths")
    if units[0] == "kcal":
        if not 1 <= half_up(numbers[0]) <= LONGEST_KCAL:
            raise QuantityError("too_long")
        return CaloriesEnd(kcal=half_up(numbers[0]))
    return distance_end(METERS[units[0]] * numbers[0])


def time_end(seconds: float) -> TimeEnd:
    """Return an end by time; zero and more than a day are refused."""
    if half_up(seconds) < 1:
        raise QuantityError("too_short")
    if half_up(seconds) > LONGEST_S:
        raise QuantityError("too_long")
    return TimeEnd(seconds=half_up(seconds))


def distance_end(meters: float) -> DistanceEnd:
    """Return an end by distance; zero and more than 300 km are refused."""
    if half_up(meters) < 1:
        raise QuantityError("too_short")
    if half_up(meters) > LONGEST_M:
        raise QuantityError("too_long")
    return DistanceEnd(meters=half_up(meters))


def parse_clock(text: str) -> int:
    """Return m:ss or h:mm:ss in seconds; 6:65 is refused."""
    parts = [int(part) for part in text.split(":")]
    if any(part > 59 for part in parts[1:]) or len(text.split(":")[-1]) != 2:
        raise QuantityError("bad_time")
    seconds = 0
    for part in parts:
        seconds = seconds * 60 + part
    return seconds


def pace_of(seconds: float, meters: float) -> int:
    """Return a pace [s/km]; outside what people run and walk it is refused."""
    pace = half_up(seconds / meters * 1_000)
    if not FASTEST_S_PER_KM <= pace <= SLOWEST_S_PER_KM:
        raise QuantityError("bad_pace")
    return pace
