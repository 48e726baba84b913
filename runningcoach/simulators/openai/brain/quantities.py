"""Distances, times, paces, speeds and days in a runner's question, in Korean or English."""

import re
import tomllib
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

S_PER_MIN, S_PER_H = 60, 3600
LONGEST_PACE_S = 15 * S_PER_MIN
"""Longer times are no paces."""
DAYS_A_WEEK = 7
SHORTEST_MARATHON_S = int(2.5 * S_PER_H)
"""A time without a distance from here on is one of a marathon, below it of a half marathon."""
WEEKDAYS: tuple[str, ...] = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


class NamedDistance(NamedTuple):
    """A distance as it is written: a number and km, m or mi, or the name of a race."""

    value: float | None
    unit: str


class QuestionQuantities(NamedTuple):
    """What a question names; days need `today` and are reckoned by the functions below."""

    distances: tuple[NamedDistance, ...] = ()
    race: str | None = None
    time_s: int | None = None
    pace_s: int | None = None
    is_per_mile: bool = False
    speed_kmh: float | None = None
    speed_mph: float | None = None
    shares_pct: tuple[float, ...] = ()


@cache
def _patterns() -> dict[str, Any]:
    path = Path(__file__).with_name("quantities.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


def find_quantities(text: str) -> QuestionQuantities:
    """Return what a question names; `text` is in lower case."""
    found = _patterns()
    speed, mph = _first(found["speed"]["kmh"], text), _first(found["speed"]["mph"], text)
    without_speed = re.sub(f"{found['speed']['kmh']}|{found['speed']['mph']}", " ", text)
    seconds = _time_s(without_speed)
    pace = seconds if _is_pace(text, seconds) else None
    return QuestionQuantities(
        distances=_distances(without_speed),
        race=next((n for n, p in found["race"].items() if re.search(p, text)), None),
        time_s=None if pace else seconds,
        pace_s=pace,
        is_per_mile=bool(re.search(found["pace"]["per_mile"], text)),
        speed_kmh=speed,
        speed_mph=mph,
        shares_pct=tuple(float(m[1]) for m in re.finditer(found["share"]["pct"], text)),
    )


def _first(pattern: str, text: str) -> float | None:
    found = re.search(pattern, text)
    return None if found is None else float(next(group for group in found.groups() if group))


def _distances(text: str) -> tuple[NamedDistance, ...]:
    found = _patterns()
    places: list[tuple[int, NamedDistance]] = []
    for unit, pattern in found["distance"].items():
        for match in re.finditer(rf"{found['number']}\s?{pattern}", text):
            value = float(match[1].replace(",", "."))
            places.append((match.start(), NamedDistance(value, unit)))
    return tuple(distance for _, distance in sorted(places))


def _time_s(text: str) -> int | None:
    """Return the first time in a text [s]."""
    words = _patterns()["time"]
    if found := re.search(words["clock"], text):
        hours, minutes, seconds = map(int, found.groups())
        return S_PER_H * hours + S_PER_MIN * minutes + seconds
    if found := re.search(words["under"], text):
        return S_PER_H * int(found[1]) + S_PER_MIN * int(found[2] or 0)
    parts = [re.search(words[name], text) for name in ("hours", "minutes", "seconds")]
    if any(parts):
        hours, minutes, seconds = (int(part[1]) if part else 0 for part in parts)
        return S_PER_H * hours + S_PER_MIN * minutes + seconds
    if found := re.search(words["short_clock"], text):
        return S_PER_MIN * int(found[1]) + int(found[2])
    return None


def _is_pace(text: str, seconds: int | None) -> bool:
    """Return whether the time of a question is a pace."""
    if not seconds or seconds > LONGEST_PACE_S:
        return False
    return bool(re.search(_patterns()["pace"]["words"], text))


def clock(seconds: int) -> str:
    """Return a time as tools take it, m:ss or h:mm:ss."""
    hours, rest = divmod(seconds, S_PER_H)
    minutes, left = divmod(rest, S_PER_MIN)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


# ---- days ------------------------------------------------------------------------------------


def week_offset(text: str) -> int | None:
    """Return how many weeks from this one a question is about; None where it names no week."""
    return _relative(_patterns()["week"]["relative"], text)


def day_offset(text: str) -> int | None:
    """Return how many days from today a question is about; None where it names none."""
    return _relative(_patterns()["day"]["relative"], text)


def _relative(patterns: dict[str, str], text: str) -> int | None:
    return next((int(n) for n, pattern in patterns.items() if re.search(pattern, text)), None)


def weekdays(text: str) -> tuple[str, ...]:
    """Return the days of the week that a question names, in its order, as Mon, Tue..."""
    places = [
        (found.start(), name)
        for name, pattern in _patterns()["day"]["weekdays"].items()
        for found in re.finditer(pattern, text)
    ]
    return tuple(dict.fromkeys(name for _, name in sorted(places)))


def named_day(text: str, today: date) -> date | None:
    """Return the day that a question names; one without a year is the nearest to today."""
    words = _patterns()["day"]
    if found := re.search(words["iso"], text):
        return _day(*map(int, found.groups()))
    if found := re.search(words["month_day"], text):
        return _nearest(int(found[1]), int(found[2]), today)
    for number, name in enumerate(words["months"]["names"], 1):
        dated = re.search(
            rf"\b{name}\.? (\d{{1,2}})\b|\b(\d{{1,2}})(?:st|nd|rd|th)? {name}\b", text
        )
        if dated:
            return _nearest(number, int(dated[1] or dated[2]), today)
    offset = day_offset(text)
    return None if offset is None else today + timedelta(days=offset)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _nearest(month: int, day: int, today: date) -> date | None:
    years = (today.year - 1, today.year, today.year + 1)
    days = [found for year in years if (found := _day(year, month, day))]
    return min(days, key=lambda one: abs((one - today).days)) if days else None


def named_month(text: str, today: date) -> date | None:
    """Return the first day of the month that a question names: the last one that has begun."""
    words = _patterns()["day"]
    number = int(found[1]) if (found := re.search(words["month"], text)) else None
    if number is None:
        numbered = enumerate(words["months"]["names"], 1)
        number = next((n for n, name in numbered if re.search(rf"\b{name}\b", text)), None)
    if number is None or not 1 <= number <= 12:
        return None
    year = named_year(text) or (today.year if number <= today.month else today.year - 1)
    return date(year, number, 1)


def named_year(text: str) -> int | None:
    """Return the year that a question names."""
    found = re.search(_patterns()["day"]["year"], text)
    return int(found[1]) if found else None


def named_week(text: str, today: date) -> date | None:
    """Return the Monday of a week named by its month: the first is that of the first Monday."""
    month = named_month(text, today)
    weeks = _patterns()["day"]["week_of_month"]
    number = next((week["number"] for week in weeks if re.search(week["pattern"], text)), None)
    if month is None or number is None:
        return None
    first_monday = month + timedelta(days=-month.weekday() % DAYS_A_WEEK)
    return first_monday + timedelta(days=DAYS_A_WEEK * (number - 1))


def span(text: str) -> tuple[int, int]:
    """Return the weeks and days that a question goes from a day, negative for before it."""
    words = _patterns()["span"]
    sign = -1 if re.search(words["before"], text) else 1
    return sign * _count(words["weeks"], text), sign * _count(words["days"], text)


def _count(pattern: str, text: str) -> int:
    found = re.search(pattern, text)
    if found is None:
        return 0
    return int(found[1]) if found[1].isdigit() else int(_patterns()["span"]["numbers"][found[1]])


def is_about_race(text: str) -> bool:
    """Return whether a question names a race."""
    return bool(re.search(_patterns()["about"]["race"], text))


def run_kinds(text: str) -> tuple[str, ...]:
    """Return the kinds of runs that a question names: long, race, tempo, hard."""
    return tuple(kind for kind, pattern in _patterns()["kinds"].items() if re.search(pattern, text))


def month_meant(text: str, today: date) -> date:
    """Return the first day of the month that a question is about: this one unless it says."""
    named = named_month(text, today)
    if named is not None:
        return named
    offset = _relative(_patterns()["months_meant"], text) or 0
    first = today.replace(day=1)
    return first if offset == 0 else (first - timedelta(days=1)).replace(day=1)


def year_meant(text: str, today: date) -> int | None:
    """Return the year that a question is about; None where it says none."""
    offset = _relative(_patterns()["years_meant"], text)
    return named_year(text) or (None if offset is None else today.year + offset)


def week_offsets(text: str) -> tuple[int, ...]:
    """Return all the weeks that a question names, as weeks from this one, the latest first."""
    patterns = _patterns()["week"]["relative"]
    return tuple(sorted((int(n) for n, p in patterns.items() if re.search(p, text)), reverse=True))


def months_meant(text: str, today: date) -> tuple[date, ...]:
    """Return the first days of the months that a question is about, the latest first."""
    patterns = _patterns()["months_meant"]
    if all(re.search(pattern, text) for pattern in patterns.values()):
        first = today.replace(day=1)
        return first, (first - timedelta(days=1)).replace(day=1)
    return (month_meant(text, today),)
