"""Judges an answer by facts, not by wording: figures, dates, times, and what words stand for.

A fact is said when each of its figures is in the answer, at most one off in its last digit, and so
is what it says in words, by a table of both languages (judge_words.toml). A fact whose words the
table does not hold is looked for by its own words.
"""

import re
import tomllib
from functools import cache, partial
from itertools import batched, product
from pathlib import Path
from typing import Any, NamedTuple

HANGUL = re.compile("[\uac00-\ud7a3]")
NUMBER_WORDS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "eleven": 11, "twelve": 12,
}  # fmt: skip
UNITS = {
    "kmh": "km/h",
    "km": "km(?!/)|킬로",
    "mi": r"mi(?![a-z])|miles?|마일",
    "m": r"m(?![a-z])|미터",
    "pct": "%|퍼센트|percent",
    "bpm": "bpm",
    "h": r"h(?![a-z])|hours?|시간",
    "days": "days?|일(?![가-힣])",
    "weeks": "weeks?|주(?![가-힣])",
    "g": r"g(?![a-z])|grams?",
    "mg": "mg",
    "min": r"min(?![a-z/])|minutes?|분",
    "count": "개",
}
RATIO_OF_CONCEPTS = 0.6
RATIO_OF_WORDS = 0.5
LONGEST_COPIED = 8
"""Words in a row that an answer may share with the instructions."""


class Figure(NamedTuple):
    """A figure of a fact or an answer: its kind, its value, one in its last digit."""

    kind: str
    value: float
    step: float


@cache
def _words() -> dict[str, Any]:
    path = Path(__file__).with_name("judge_words.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


def plain(text: str) -> str:
    """Return a text in lower case with numbers in digits and one kind of dash."""
    text = re.sub(r"[\u2212\u2013]", "-", text.casefold())
    for word, number in NUMBER_WORDS.items():
        text = re.sub(rf"\b{word}\b", str(number), text)
    return re.sub(r"\[\d+\]", " ", text)


# ---- figures ---------------------------------------------------------------------------------

WITHOUT_YEAR = 10_000
"""Days are numbers such as 20270418, without a year 418."""
NUMBERS = r"(-?\d+(?:\.\d+)?)(?: ?(?:-|~|to|\.\.) ?(-?\d+(?:\.\d+)?))?"
TIME = r"\d{1,3}:\d\d(?::\d\d)?"
SPAN_OF_TIMES = re.compile(rf"({TIME}) ?(?:\.\.|~|-|to) ?({TIME})(?!/)")


def figures(text: str) -> list[Figure]:
    """Return the figures of a plain text."""
    found: list[Figure] = []
    patterns: list[tuple[str, Any]] = [
        (r"(\d{4})-(\d\d)-(\d\d)\.\.(?:\d{4}-)?(\d\d)-(\d\d)", _date_range),
        (r"(\d{4})-(\d\d)-(\d\d)", _date),
        (r"(\d{4})-(\d\d)(?!\d)", _month),
        (r"(?<![\d-])(\d\d)-(\d\d)\.\.(\d\d)-(\d\d)", _days),
        (r"(?<!\d)(\d{1,2})월 ?(\d{1,2})일", _days),
        (r"(\d{1,2}):(\d\d):(\d\d)", _time),
        (r"(\d{1,2}) ?(?:시간|h|hours?) ?(\d{1,2}) ?(?:분|min|minutes)", _hours_and_minutes),
        (r"(\d{1,3}):(\d\d) ?/ ?(km|mi)", _pace),
        (r"(\d{1,3}):(\d\d)(?!\d)", _clock),
        *((rf"{NUMBERS} ?(?:{unit})", partial(_numbers, kind)) for kind, unit in UNITS.items()),
        (NUMBERS, partial(_numbers, "bare")),
    ]
    for pattern, read in patterns:
        for match in re.finditer(pattern, text):
            found += read(match)
        text = re.sub(pattern, " ; ", text)
    return found


def _date(match: re.Match[str]) -> list[Figure]:
    year, month, day = map(int, match.groups())
    return [Figure("date", WITHOUT_YEAR * year + 100 * month + day, 0)]


def _month(match: re.Match[str]) -> list[Figure]:
    return [Figure("month", 100 * int(match[1]) + int(match[2]), 0)]


def _date_range(match: re.Match[str]) -> list[Figure]:
    _, *days = map(int, match.groups())
    return [Figure("date", 100 * m + d, 0) for m, d in (days[:2], days[2:])]


def _days(match: re.Match[str]) -> list[Figure]:
    parts = [int(part) for part in match.groups()]
    return [Figure("date", 100 * m + d, 0) for m, d in batched(parts, 2)]


def _time(match: re.Match[str]) -> list[Figure]:
    hours, minutes, seconds = map(int, match.groups())
    return [Figure("time", 3600 * hours + 60 * minutes + seconds, 1)]


def _hours_and_minutes(match: re.Match[str]) -> list[Figure]:
    return [Figure("time", 3600 * int(match[1]) + 60 * int(match[2]), 1)]


def _pace(match: re.Match[str]) -> list[Figure]:
    return [Figure(f"pace_{match[3]}", 60 * int(match[1]) + int(match[2]), 1)]


def _clock(match: re.Match[str]) -> list[Figure]:
    """Return a time of two parts: minutes and seconds, or hours and minutes."""
    return [Figure("clock", 60 * int(match[1]) + int(match[2]), 1)]


def _numbers(kind: str, match: re.Match[str]) -> list[Figure]:
    texts = [text for text in match.groups() if text]
    return [Figure(kind, float(text), 10.0 ** -len(text.partition(".")[2])) for text in texts]


def has_figure(figure: Figure, answer: list[Figure]) -> bool:
    """Return whether a figure is among those of an answer, at most one off in its last digit."""
    return any(_is_same(figure, one) for one in answer)


EXACT = {"date", "month", "time", "clock", "pace_km", "pace_mi"}
"""Kinds that a number without a unit does not stand for."""


def _is_same(figure: Figure, other: Figure) -> bool:
    kinds = {figure.kind, other.kind}
    if kinds == {"clock", "time"}:
        return any(abs(one - two) <= 60 for one, two in product(_times(figure), _times(other)))
    if "date" in kinds:
        return _is_same_day(figure, other)
    if figure.kind != other.kind and ("bare" not in kinds or kinds & EXACT):
        return False
    return abs(abs(figure.value) - abs(other.value)) <= figure.step * 1.001


def _is_same_day(figure: Figure, other: Figure) -> bool:
    """Return whether two days are the same, of the same year where both name one; or its month."""
    if figure.kind == "month":
        return figure.value == other.value // 100
    if other.kind != "date":
        return False
    years = [day.value // WITHOUT_YEAR for day in (figure, other)]
    is_same_year = 0 in years or years[0] == years[1]
    return is_same_year and figure.value % WITHOUT_YEAR == other.value % WITHOUT_YEAR


def _times(figure: Figure) -> list[float]:
    """Return what a time may mean [s]: two parts are minutes and seconds, or hours and minutes."""
    return [figure.value, 60 * figure.value] if figure.kind == "clock" else [figure.value]


def has_time_between(first: str, last: str, answer: list[Figure]) -> bool:
    """Return whether a time of an answer is in a span, one of its last digit wider."""
    [low], [high] = figures(first), figures(last)
    times = [one for figure in answer if figure.kind in {"clock", "time"} for one in _times(figure)]
    spans = [(low.value, high.value)]
    if low.kind == "clock":
        spans.append((60 * low.value - 60, 60 * high.value + 60))
    return any(start - 1 <= time <= end + 1 for start, end in spans for time in times)


# ---- facts -----------------------------------------------------------------------------------


def is_said(fact: str, answer: str) -> bool:
    """Return whether an answer holds a fact."""
    fact, answer = plain(fact), plain(answer)
    there = figures(answer)
    outside = re.sub(r"\([^)]*\)", " ", fact)
    spans = SPAN_OF_TIMES.findall(outside)
    wanted = figures(SPAN_OF_TIMES.sub(" ", outside))
    has_spans = all(has_time_between(*span, there) for span in spans)
    has_figures = all(has_figure(figure, there) for figure in wanted)
    return has_spans and has_figures and _says_words(fact, answer, [*wanted, *spans])


def _says_words(fact: str, answer: str, wanted: list[Any]) -> bool:
    """Return whether what a fact says in words is in an answer."""
    concepts = [pattern for pattern in _words()["concepts"].values() if re.search(pattern, fact)]
    if concepts:
        said = sum(bool(re.search(pattern, answer)) for pattern in concepts)
        return said >= RATIO_OF_CONCEPTS * len(concepts)
    words = _own_words(fact)
    if wanted or not words:
        return True
    said = sum(word in answer for word in words)
    return said >= RATIO_OF_WORDS * len(words)


def _own_words(text: str) -> list[str]:
    """Return words that carry meaning: Korean by their first two syllables, English by a stem."""
    korean = [word[:2] for word in re.findall(r"[\uac00-\ud7a3]{2,}", text)]
    english = [word[:5] for word in re.findall(r"[a-z]{4,}", text)]
    return korean + english


# ---- claims ----------------------------------------------------------------------------------


def is_claimed(claim: str, answer: str, question: str = "") -> bool:
    """Return whether an answer makes a claim that it must not make.

    A claim of a kind ("a number", "a dose") is looked for by what it would hold; one with figures
    by them; others by their words in a sentence that does not deny them.
    """
    claim, answer, question = plain(claim), plain(answer), plain(question)
    for kind, pattern in _words()["claims"].items():
        if re.search(kind, claim):
            return any(found[0] not in question for found in re.finditer(pattern, answer))
    wanted = figures(re.sub(r"\([^)]*\)", " ", claim))
    if wanted and not _own_words(re.sub(r"\([^)]*\)|km|bpm", " ", claim)):
        return all(has_figure(figure, figures(answer)) for figure in wanted)
    words = _own_words(re.sub(r"\([^)]*\)", " ", claim))
    return any(_claims(words, wanted, sentence) for sentence in re.split(r"[.!\n]", answer))


def _claims(words: list[str], wanted: list[Figure], sentence: str) -> bool:
    if re.search(_words()["negation"]["words"], sentence):
        return False
    has_figures = all(has_figure(figure, figures(sentence)) for figure in wanted)
    return bool(words) and has_figures and all(word in sentence for word in words)


def is_in_language(answer: str, language: str) -> bool:
    """Return whether an answer is in a language: mostly Korean words, or none."""
    korean = len(HANGUL.findall(answer))
    english = sum(map(len, re.findall(r"\b[a-z]{4,}\b", answer)))
    return korean > english if language == "ko" else korean == 0


def copies(answer: str, instructions: str) -> bool:
    """Return whether an answer repeats the instructions: many words of them in a row."""
    ours, theirs = (re.findall(r"\w+", plain(text)) for text in (answer, instructions))
    runs = {tuple(theirs[n : n + LONGEST_COPIED]) for n in range(len(theirs) - LONGEST_COPIED + 1)}
    return any(
        tuple(ours[n : n + LONGEST_COPIED]) in runs for n in range(len(ours) - LONGEST_COPIED + 1)
    )
