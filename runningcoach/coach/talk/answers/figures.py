"""Figures in an answer that nobody gave the model: found by code and marked.

A model must not compute. Each figure of its answer is looked for among the figures that it was
given: results of tools, the context, the runner's own words. Units are made equal first, so that
5:27/km is found in 327 s/km; a figure is known when it is one of them rounded to its own digits,
or next to it by one in the last digit.
"""

import json
import re
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache
from typing import Any, Literal, NamedTuple

from runningcoach.coach.talk.drafts.draft_vocabulary import vocabularies

type FigureKind = Literal[
    "distance", "time", "pace", "rate", "share", "date", "bare", "word"
]  # fmt: skip

M_PER_MILE = 1609.344
S_PER_MIN, S_PER_H = 60, 3600
NO_YEAR = 4
"""A leap year for dates without one."""
AMBIGUOUS = {"distance": ("k",), "time": ("m", "'", '"')}
"""Words for units in drafts that mean other things in sentences."""
SMALLEST_BARE = 10
"""Bare whole numbers up to this count things, weeks, repeats: they are not looked for."""

NUMBER = r"(?<![\d.,])(?P<n>[-+\u2212]?\d{1,3}(?:,\d{3})+(?:\.\d+)?|[-+\u2212]?\d+(?:\.\d+)?)"
DATE = re.compile(r"(?P<y>\d{4})[-./]\s?(?P<m>\d{1,2})[-./]\s?(?P<d>\d{1,2})")
MONTH_DAY = re.compile(r"(?P<m>\d{1,2})\s*\uc6d4\s*(?P<d>\d{1,2})\s*\uc77c")
"""Month and day as Korean writes them, without a year."""
PACE = re.compile(r"(?P<min>\d{1,2}):(?P<s>\d{2})\s*/\s*(?P<unit>km|mi)")
CLOCK = re.compile(r"(?P<a>\d{1,3}):(?P<b>\d{2})(?::(?P<c>\d{2}))?")
FACTORS = {"km": 1000.0, "mi": M_PER_MILE, "m": 1.0, "h": S_PER_H, "min": S_PER_MIN, "s": 1.0}
SUFFIXES: tuple[tuple[str, FigureKind, float], ...] = (
    ("_s_per_km", "pace", 1.0), ("_km", "distance", 1000.0), ("_m", "distance", 1.0),
    ("_min", "time", S_PER_MIN), ("_h", "time", S_PER_H), ("_s", "time", 1.0),
    ("_bpm", "rate", 1.0), ("_pct", "share", 1.0), ("_ms", "bare", 1.0),
    ("hours", "time", S_PER_H),
)  # fmt: skip
"""How the names of our fields tell their units."""
NUMBER_WORDS = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40,
    "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
"""Numbers as passages write them; an answer may have them in digits."""
WHOLE_NUMBER = re.compile(r"[-+\u2212]?(\d+)(?![\d.,:/])")
NUMBER_WORD = re.compile(rf"\b(?:{'|'.join(NUMBER_WORDS)})\b", re.I)
LIST_NUMBER = re.compile(r"^\s*(?:[-*]\s*)?\d{1,2}[.)]\s", re.M)
CITATION = re.compile(r"\[p:[^\]]*\]|https?://\S+|\b10\.\d{4,}/\S+")


class Figure(NamedTuple):
    """A figure in a text: what stands there, its kind, its value, and one in its last digit.

    Metres, seconds, seconds per kilometre, beats per minute, percent; a date as its ordinal.
    """

    text: str
    kind: FigureKind
    value: float
    step: float


def unknown_figures(answer: str, given: Iterable[str]) -> list[str]:
    """Return the figures of an answer that are not among those given, as they stand there.

    `given` are texts and JSON texts: results of tools, the context, the runner's words.
    """
    known = [figure for text in given for figure in _given_figures(text)]
    unknown = (one.text for one in find_figures(answer) if not _is_known(one, known))
    return list(dict.fromkeys(unknown))


def find_figures(text: str) -> list[Figure]:
    """Return the figures of a text in order, without numbers of lists and citations."""
    rest = CITATION.sub(lambda found: " " * len(found[0]), text)
    rest = LIST_NUMBER.sub(lambda found: " " * len(found[0]), rest)
    found: list[tuple[int, Figure]] = []
    for kind, pattern in _patterns():
        for match in pattern.finditer(rest):
            figure = _figure(kind, match)
            if figure is not None:
                found.append((match.start(), figure))
        rest = pattern.sub(lambda match: " " * len(match[0]), rest)
    return [figure for _, figure in sorted(found, key=lambda pair: pair[0])]


@cache
def _patterns() -> tuple[tuple[FigureKind, re.Pattern[str]], ...]:
    """Return the kinds of figures and how they are written, the most specific first."""
    return (
        ("date", DATE),
        ("date", MONTH_DAY),
        ("pace", PACE),
        ("time", CLOCK),
        ("distance", _with_units(tuple(_units("distance")))),
        ("rate", _with_units(("bpm",))),
        ("share", _with_units(("%",))),
        ("time", _with_units(tuple(_units("time")))),
        ("bare", re.compile(NUMBER)),
    )


def _with_units(words: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted(words, key=len, reverse=True)
    return re.compile(rf"{NUMBER}\s*(?P<unit>{'|'.join(map(re.escape, longest_first))})(?![a-z/])")


@cache
def _units(kind: str) -> dict[str, str]:
    """Return the words for units of distance or time in both languages, and their unit."""
    return {
        word: unit
        for vocabulary in vocabularies()
        for unit, words in vocabulary["units"][kind].items()
        for word in words.split("|")
        if word not in AMBIGUOUS[kind]
    }


def _figure(kind: FigureKind, match: re.Match[str]) -> Figure | None:
    parts = match.groupdict()
    text = match[0].strip()
    if kind == "date":
        return _date_figure(text, parts)
    if kind == "pace":
        seconds = int(parts["min"]) * S_PER_MIN + int(parts["s"])
        factor = 1000 / FACTORS[parts["unit"]]
        return Figure(text, "pace", seconds * factor, factor)
    if "a" in parts:
        return _clock_figure(text, parts)
    return _number_figure(text, kind, parts)


def _number_figure(text: str, kind: FigureKind, parts: dict[str, Any]) -> Figure | None:
    number = parts["n"].replace(",", "").replace("\u2212", "-")
    value, step = float(number), 10.0 ** -len(number.partition(".")[2])
    if kind == "bare" and step == 1 and abs(value) <= SMALLEST_BARE:
        return None
    word = parts.get("unit") or ""
    unit = _units("distance").get(word) or _units("time").get(word) or word
    factor = FACTORS.get(unit, 1.0)
    return Figure(text, kind, value * factor, step * factor)


def _date_figure(text: str, parts: dict[str, str]) -> Figure | None:
    """Return a date; without a year it is one of a year that is never met."""
    try:
        day = date(int(parts.get("y") or NO_YEAR), int(parts["m"]), int(parts["d"]))
    except ValueError:
        return None
    return Figure(text, "date", day.toordinal(), 0.0)


def _clock_figure(text: str, parts: dict[str, Any]) -> Figure:
    """Return a time; two parts are minutes and seconds."""
    first, second = int(parts["a"]), int(parts["b"])
    if parts["c"] is not None:
        return Figure(text, "time", first * S_PER_H + second * S_PER_MIN + int(parts["c"]), 1.0)
    return Figure(text, "time", first * S_PER_MIN + second, 1.0)


def _given_figures(text: str) -> Iterator[Figure]:
    try:
        content = json.loads(text)
    except ValueError:
        yield from find_figures(text)
        return
    yield from _of_json(content, "")


def _of_json(content: Any, name: str) -> Iterator[Figure]:
    match content:
        case bool() | None:
            return
        case int() | float():
            kind, factor = _kind_of(name)
            yield Figure(str(content), kind, content * factor, 0.0)
        case str():
            yield from find_figures(content)
            yield from _number_words(content)
        case dict():
            for key, value in content.items():
                yield from find_figures(str(key))
                yield from _of_json(value, str(key))
        case list():
            for value in content:
                yield from _of_json(value, name)
        case _:
            return


def _number_words(text: str) -> Iterator[Figure]:
    """Yield the numbers that a text has in words: of whatever they are."""
    for word in NUMBER_WORD.finditer(text):
        yield Figure(word[0], "word", float(NUMBER_WORDS[word[0].casefold()]), 0.0)


def _kind_of(name: str) -> tuple[FigureKind, float]:
    for suffix, kind, factor in SUFFIXES:
        if name.endswith(suffix):
            return kind, factor
    return "bare", 1.0


def _is_known(figure: Figure, known: list[Figure]) -> bool:
    return any(_is_same(figure, one) for one in known)


def _is_same(figure: Figure, known: Figure) -> bool:
    """Return whether a figure is a known one, rounded to its digits or one beside that."""
    if figure.kind == known.kind == "date":
        return _is_same_day(*(date.fromordinal(int(one.value)) for one in (figure, known)))
    if figure.kind == known.kind or (figure.kind, known.kind) == ("time", "pace"):
        return _is_near(figure.value, known.value, figure.step)
    if known.kind == "word":
        number = WHOLE_NUMBER.match(figure.text)
        return number is not None and int(number[1]) == known.value
    if "bare" in (figure.kind, known.kind):
        return _is_near(abs(figure.value), abs(known.value), figure.step)
    return False


def _is_same_day(day: date, known: date) -> bool:
    if NO_YEAR in (day.year, known.year):
        return (day.month, day.day) == (known.month, known.day)
    return day == known


def _is_near(value: float, known: float, step: float) -> bool:
    return abs(value - known) <= step * 1.5 + 1e-9
