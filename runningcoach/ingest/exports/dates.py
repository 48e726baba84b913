"""Parse dates and times in many languages and orders.

Which of two numbers is the day is decided for a whole table: see `is_day_first`.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

WORDS = Path(__file__).with_suffix(".toml")
LONGEST = 60
"""Letters of a date with its time in any language."""
SHORTEST_BEGINNING = 3
FIRST_YEAR, LAST_YEAR = 1990, 2100
CENTURY = 2000
"""Years of two digits are of this century: no website is older."""
NUMERIC = re.compile(r"\s*(\d{1,2})\s*([./-])\s*(\d{1,2})\s*[./-]\s*(?:\d{4}|\d\d)\b")


class TimeOfDay(NamedTuple):
    """A time of day, and where it stands in the words."""

    hour: int
    minute: int
    second: int
    begin: int
    end: int


def moment(words: str, *, day_first: bool = True) -> datetime | None:
    """Return the time in a text, read as UTC; None for what is no date.

    `day_first` decides for dates like 03/04/2024. A date without a time is its midnight.
    """
    if len(words) > LONGEST:
        return None
    text = plain(words)
    clock = _clock(text)
    rest = text if clock is None else f"{text[: clock.begin]} {text[clock.end :]}"
    day = _day(rest, day_first)
    if day is None:
        return None
    hour = 0 if clock is None else _hour(clock, text)
    try:
        return datetime(
            *day, hour, clock.minute if clock else 0, clock.second if clock else 0, tzinfo=UTC
        )
    except ValueError:
        return None


def is_day_first(cells: Iterable[str], *, default: bool = True) -> bool:
    """Return whether the dates of a table begin with the day, by a number beyond 12 in any of them.

    Where none decides, points and dashes mean the day comes first, and slashes `default`.
    """
    matches = [match for cell in cells if (match := NUMERIC.match(plain(cell)))]
    if any(int(match[1]) > 12 for match in matches):
        return True
    if any(int(match[3]) > 12 for match in matches):
        return False
    return default if any(match[2] == "/" for match in matches) else True


def plain(words: str) -> str:
    """Return words in lower case without accents and odd spaces; letters stay composed."""
    text = unicodedata.normalize("NFD", words.strip().casefold())
    bare = "".join(char for char in text if not "\u0300" <= char <= "\u036f")
    return unicodedata.normalize("NFKC", bare)


def _clock(text: str) -> TimeOfDay | None:
    for pattern in _clocks():
        if match := pattern.search(text):
            hour, minute, second = (int(part or 0) for part in match.group(1, 2, 3))
            return TimeOfDay(hour, minute, second, match.start(), match.end())
    return None


@cache
def _clocks() -> tuple[re.Pattern[str], ...]:
    behind = {unit: "|".join(map(plain, marks)) for unit, marks in _table()["clock"].items()}
    return (
        re.compile(r"(?<!\d)(\d{1,2}):(\d\d)(?::(\d\d))?(?:\.\d+)?(?:z|\+00:?00)?(?!\d)"),
        re.compile(r"(?<![\d.])(\d{1,2})\.(\d\d)\.(\d\d)(?![\d.])"),
        re.compile(
            rf"(\d{{1,2}})\s*(?:{behind['hours']})\s*(\d{{1,2}})\s*(?:{behind['minutes']})?"
            rf"(?:\s*(\d{{1,2}})\s*(?:{behind['seconds']}))?"
        ),
    )


def _hour(clock: TimeOfDay, text: str) -> int:
    """Return the hour of 24; the half of the day stands just before the time or just after."""
    around = text[: clock.begin], text[clock.end :]
    halves = _table()["halves"]
    for add, marks in ((0, halves["am"]), (12, halves["pm"])):
        if any(_stands_by(plain(mark), *around) for mark in marks):
            return clock.hour % 12 + add
    return clock.hour


def _stands_by(mark: str, before: str, after: str) -> bool:
    if mark.isascii():  # "am 2. September" is German and no half of a day
        after = after.replace(".", "").replace(" ", "")
        return bool(re.match(rf"{mark}(?![^\W\d_])", after))
    return mark in before or after.replace(".", "").strip().startswith(mark)


def _day(text: str, day_first: bool) -> tuple[int, int, int] | None:
    """Return year, month and day."""
    numbers = [int(digits) for digits in re.findall(r"\d+", text) if len(digits) <= 4]
    month = next(filter(None, map(_month, re.findall(r"[^\W\d_]+", text))), None)
    parsed = _numbered(numbers, day_first) if month is None else _named(numbers, month)
    if parsed is None or not FIRST_YEAR <= parsed[0] <= LAST_YEAR:
        return None
    return parsed


def _named(numbers: list[int], month: int) -> tuple[int, int, int] | None:
    if len(numbers) < 2:
        return None
    first, second = numbers[:2]
    return (first, month, second) if first > 31 else (_year(second), month, first)


def _numbered(numbers: list[int], day_first: bool) -> tuple[int, int, int] | None:
    if len(numbers) < 3:
        return None
    first, second, third = numbers[:3]
    if first > 31:
        return (first, third, second) if second > 12 >= third else (first, second, third)
    is_day = first > 12 or (day_first and second <= 12)
    day, month = (first, second) if is_day else (second, first)
    return _year(third), month, day


def _year(number: int) -> int:
    return number + CENTURY if number < 100 else number


def _month(word: str) -> int | None:
    """Return the number of a month by its name, or by a beginning that only it has."""
    names = _months()
    if word in names:
        return names[word]
    if len(word) < SHORTEST_BEGINNING:
        return None
    meant = {number for name, number in names.items() if name.startswith(word)}
    return meant.pop() if len(meant) == 1 else None


@cache
def _months() -> dict[str, int]:
    months = _table()["months"].items()
    return {plain(name): int(number) for number, names in months for name in names}


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(WORDS.read_text("utf-8"))
