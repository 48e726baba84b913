"""Numbers, durations and dates of a draft that were written as words."""

import math
import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from runningcoach.coach.talk.drafts.draft_vocabulary import vocabularies

KM_PER_MILE = 1.609344
S_PER_MIN, MIN_PER_H, M_PER_KM = 60, 60, 1000

LONGEST_PART = 8
"""Digits of a date: more are none."""

CLOCK = re.compile(r"(?:(\d{1,2}):)?(\d{1,3}):(\d{2})")
NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?")
PART = re.compile(r"(-?\d+(?:[.,]\d+)?)\s*([^\d\s.,:]*)")


class NotANumber(ValueError):
    """A word of a draft stands for no number."""


def read_km(text: str) -> float:
    """Return kilometres: "6km", "8 km", "6,5", "6000 m", "3.7 mi". Raises NotANumber."""
    value, unit = _single(text)
    return value * _factor(
        unit, "distance", {"": 1.0, "km": 1.0, "m": 1 / M_PER_KM, "mi": KM_PER_MILE}
    )


def read_metres(text: str) -> float:
    """Return metres: "1000m", "1km", "400 metres". Raises NotANumber."""
    value, unit = _single(text)
    factors = {"": 1.0, "km": M_PER_KM, "m": 1.0, "mi": KM_PER_MILE * M_PER_KM}
    return value * _factor(unit, "distance", factors)


def read_minutes(text: str) -> float:
    """Return minutes: "0:33:00", "45 min", "1h 9min". Raises NotANumber."""
    return _time_s(text, bare=S_PER_MIN) / S_PER_MIN


def read_seconds(text: str) -> float:
    """Return seconds: "1:30", "1 min 30 s", "90". Raises NotANumber."""
    return _time_s(text, bare=1)


def read_count(text: str) -> float:
    """Return a count: "x4", "4 times". Raises NotANumber."""
    found = NUMBER.search(_folded(text))
    if found is None:
        raise NotANumber(text)
    return _number(found[0])


def read_pace_s_per_km(text: str) -> float:
    """Return a pace [s/km]: "5:00/km", "5'00", "300". Raises NotANumber."""
    folded = re.sub(r"(\d)\s*['\u2032\u2019]\s*(\d{2}).*", r"\1:\2", _folded(text))
    return read_seconds(re.sub(r"/\s*(km|k)?.*$", "", folded))


def _single(text: str) -> tuple[float, str]:
    found = PART.fullmatch(_folded(text).strip())
    if found is None:
        raise NotANumber(text)
    return _number(found[1]), found[2]


def _time_s(text: str, *, bare: int) -> float:
    folded = _folded(text).strip()
    if clock := CLOCK.fullmatch(folded):
        hours, minutes, seconds = (int(part or 0) for part in clock.groups())
        return (hours * MIN_PER_H + minutes) * S_PER_MIN + seconds
    parts = PART.findall(folded)
    if not parts or PART.sub("", folded).strip():
        raise NotANumber(text)
    factors = {"": bare, "h": MIN_PER_H * S_PER_MIN, "min": S_PER_MIN, "s": 1}
    return sum(_number(number) * _factor(unit, "time", factors) for number, unit in parts)


def _factor[T: (int, float)](word: str, kind: str, factors: dict[str, T]) -> T:
    for vocabulary in vocabularies():
        for unit, words in vocabulary["units"][kind].items():
            if word in words.split("|"):
                return factors[unit]
    if word in factors:
        return factors[word]
    raise NotANumber(word)


def _number(text: str) -> float:
    value = float(text.replace(",", "."))
    if not math.isfinite(value):
        raise NotANumber(text)
    return value


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def read_date(text: str, timezone: str, near: date) -> date:
    """Return a date: ISO, a timestamp, "2027.1.14", "1/14". Raises ValueError.

    A timestamp is the day on which it falls in the time zone; a date without its year is the one
    nearest to `near`.
    """
    folded = re.sub(r"[\u2010-\u2015\u2212]", "-", _folded(text)).strip()
    if re.search(r"\dt\d", folded):
        moment = datetime.fromisoformat(folded.upper())
        return moment.astimezone(ZoneInfo(timezone)).date() if moment.tzinfo else moment.date()
    digits = re.findall(r"\d+", re.sub(r"\(.*?\)", "", folded))
    if any(len(part) > LONGEST_PART for part in digits):
        raise ValueError(text)
    parts = [int(part) for part in digits]
    if len(parts) == 1 and len(str(parts[0])) == 8:
        return date.fromisoformat(str(parts[0]))
    if len(parts) == 3:
        return date(parts[0], parts[1], parts[2])
    if len(parts) == 2:
        return min(_years(parts[0], parts[1], near), key=lambda day: abs(day - near))
    raise ValueError(text)


def _years(month: int, day: int, near: date) -> list[date]:
    years = (near.year - 1, near.year, near.year + 1)
    return [date(year, month, day) for year in years if _is_date(year, month, day)] or [_never()]


def _is_date(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _never() -> date:
    raise ValueError("no such day")


def weekday_of(text: str) -> int | None:
    """Return the weekday, 0 for Monday, that a word names in either language."""
    word = _folded(text).strip().removesuffix(".")
    for vocabulary in vocabularies():
        for number, names in enumerate(vocabulary["weekdays"]):
            if word in names.split("|"):
                return number
    return None


READERS: dict[str, Callable[[str], float]] = {
    "distance_km": read_km,
    "duration_min": read_minutes,
    "reps": read_count,
    "rep_distance_m": read_metres,
    "rep_seconds": read_seconds,
    "recovery_seconds": read_seconds,
    "pace_s_per_km": read_pace_s_per_km,
}
