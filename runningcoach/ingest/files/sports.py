"""Sports by their words: the type of an activity, or its name, in any language and dialect.

The words stand in sports.toml. Only whole words count, so that neither "Brunch" nor "Ruhr" is a
run; what nobody can tell stays `generic`, and the runner may correct it.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from runningcoach.fit.names import SPORTS

type Sport = tuple[str, str | None]

UNKNOWN: Sport = ("generic", None)
LONGEST_TEXT = 200
"""Letters of a name that are looked at."""

_TABLE = Path(__file__).with_name("sports.toml")
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i"})
_SCRIPTS = re.compile(
    "[a-z]+|[0-9]+|[\u0400-\u04ff]+|[\uac00-\ud7a3]+|[\u30a1-\u30fe]+|[\u4e00-\u9fff]+[\u3041-\u309e]*"
)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_ASIAN = re.compile("[\u30a1-\u30fe\u4e00-\u9fff\uac00-\ud7a3]")


@dataclass(slots=True)
class _Words:
    """What sports.toml says, by rows of words."""

    rows: dict[tuple[str, ...], Sport | None] = field(default_factory=dict)
    types: dict[tuple[str, ...], Sport] = field(default_factory=dict)
    endings: dict[str, Sport] = field(default_factory=dict)
    characters: dict[str, Sport] = field(default_factory=dict)
    sub_sports: dict[tuple[str, ...], Mapping[str, str]] = field(default_factory=dict)
    longest_row: int = 1


@dataclass(frozen=True, slots=True)
class _SportWords:
    """Words that name a sport: which of the text's, and the sport; None for words that do not."""

    first: int
    end: int
    letters: int
    sport: Sport | None


def sport_of(words: str | None) -> Sport:
    """Return sport and sub-sport for what a file or table calls its kind of activity."""
    return _sport_of(words or "")


def sport_of_name(*names: str | None) -> Sport:
    """Return the sport that the first telling name of an activity names without doubt."""
    return next((sport for n in names if n and (sport := _sport_in_name(n)) != UNKNOWN), UNKNOWN)


@lru_cache(maxsize=1024)
def _sport_of(words: str) -> Sport:
    plain = words.strip().lower()
    if plain in SPORTS.values():
        return plain, None
    tokens = _tokens(words)
    matches = [*_matches(tokens, _words().types), *_matches(tokens, _words().rows)]
    named = [match for match in matches if match.sport is not None]
    if not named:
        return UNKNOWN
    sport = max(named, key=lambda match: match.letters).sport
    return _with_sub_sport(sport or UNKNOWN, tokens)


@lru_cache(maxsize=1024)
def _sport_in_name(name: str) -> Sport:
    """Return the sport of a name; none where its words name two."""
    tokens = _tokens(name)
    left: list[_SportWords] = []
    for match in sorted(_matches(tokens, _words().rows), key=lambda match: -match.letters):
        if all(match.end <= one.first or match.first >= one.end for one in left):
            left.append(match)
    sports = {match.sport[0] for match in left if match.sport is not None}
    if len(sports) != 1:
        return UNKNOWN
    best = max(
        (match for match in left if match.sport), key=lambda m: (m.sport or UNKNOWN)[1] or ""
    )
    return _with_sub_sport(best.sport or UNKNOWN, tokens)


def _with_sub_sport(sport: Sport, tokens: Sequence[str]) -> Sport:
    if sport[1] is not None or sport == UNKNOWN:
        return sport
    for row, meanings in _words().sub_sports.items():
        if _has_words(tokens, row):
            sub_sport = meanings.get(sport[0]) or meanings.get("all")
            if sub_sport:
                return sport[0], sub_sport
    return sport


def _has_words(tokens: Sequence[str], row: tuple[str, ...]) -> bool:
    if len(row) == 1:
        return any(t == row[0] or (_ASIAN.match(row[0]) and row[0] in t) for t in tokens)
    return any(tuple(tokens[i : i + len(row)]) == row for i in range(len(tokens)))


def _matches(tokens: Sequence[str], rows: Mapping[tuple[str, ...], Any]) -> Iterator[_SportWords]:
    """Yield every row of words in the text that the table has, and what single words show."""
    for first in range(len(tokens)):
        for end in range(first + 1, min(first + _words().longest_row, len(tokens)) + 1):
            row = tuple(tokens[first:end])
            if row in rows:
                yield _SportWords(first, end, sum(map(len, row)), rows[row])
        if (tokens[first],) not in _words().rows:
            yield from _parts_of_word(first, tokens[first])


def _parts_of_word(place: int, token: str) -> Iterator[_SportWords]:
    """Yield the sport that the end of a word shows, or characters inside it."""
    ends = [e for e in _words().endings if token.endswith(e) and len(token) > len(e)]
    if ends:
        yield _SportWords(place, place + 1, len(token), _words().endings[max(ends, key=len)])
        return
    inside = [c for c in _words().characters if c in token]
    if inside:
        longest = max(inside, key=len)
        yield _SportWords(place, place + 1, len(longest), _words().characters[longest])


def _tokens(text: str) -> list[str]:
    """Return the words of a text: plain letters, parted where the writing changes."""
    parted = _CAMEL.sub(" ", text[:LONGEST_TEXT])
    return [token for words in (_plain(parted),) for token in _SCRIPTS.findall(words)]


def _plain(text: str) -> str:
    """Return a text without case and accents."""
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_LETTERS)
    decomposed = unicodedata.normalize("NFD", folded)
    bare = "".join(c for c in decomposed if not "\u0300" <= c <= "\u036f")
    return unicodedata.normalize("NFC", bare)


@cache
def _words() -> _Words:
    table = tomllib.loads(_TABLE.read_text(encoding="utf-8"))
    words = _Words()
    for sport in sorted(table["sport"], key=lambda one: "sub_sport" in one):
        meaning: Sport = (sport["sport"], sport.get("sub_sport"))
        words.rows |= dict.fromkeys(_rows(sport.get("words", ())), meaning)
        words.types |= dict.fromkeys(_rows(sport.get("types", ())), meaning)
        words.endings |= dict.fromkeys(map(_plain, sport.get("endings", ())), meaning)
        words.characters |= dict.fromkeys(map(_plain, sport.get("characters", ())), meaning)
    words.rows |= dict.fromkeys(_rows([*table["none"], *table["brands"]]), None)
    for name in SPORTS.values():
        words.rows.setdefault(tuple(name.split("_")), (name, None))
    for sub_sport in table["sub_sport"]:
        meanings: Mapping[str, str] = sub_sport["with"]
        words.sub_sports.update(dict.fromkeys(_rows(sub_sport["words"]), meanings))
    words.longest_row = max(map(len, words.rows))
    return words


def _rows(words: Iterable[str]) -> Iterator[tuple[str, ...]]:
    for row in words:
        yield tuple(_tokens(row))
