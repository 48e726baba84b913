"""English words for the Korean of a question, and for abbreviations: a table in TOML."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("glossary.toml")
COMMON = {"running", "run", "training", "exercise", "activity", "week", "weekly", "day", "days"}
"""Words that most passages on running hold: they find nothing, and drown the others."""


class Glossary:
    """Finds its entries in a question, the longest first, each part of the question once.

    Korean entries are found inside words, since particles and endings follow them; spaces in them
    may be left out. Entries in Latin letters are whole words, with endings of verbs and plurals; a
    Korean particle may follow.
    """

    def __init__(self, entries: Mapping[str, str]) -> None:
        """Build from English words by entry, of which common ones are left out."""
        longest_first = sorted(entries, key=lambda entry: (-len(entry), entry))
        self._words = [_telling(entries[entry]) for entry in longest_first]
        self._pattern = re.compile("|".join(map(_pattern, longest_first)), re.IGNORECASE)

    def expand(self, question: str) -> list[str]:
        """Return the English words of every entry in the question, in its order."""
        numbers = (match.lastindex or 0 for match in self._pattern.finditer(question))
        return [words for number in numbers if (words := self._words[number - 1])]


def _telling(words: str) -> str:
    return " ".join(word for word in words.split() if word not in COMMON)


def _pattern(entry: str) -> str:
    """Return the pattern of an entry as a group of its own."""
    loose = r"\s?".join(re.escape(word) for word in entry.split())
    if not entry.isascii():
        return f"({loose})"
    return rf"(?<![A-Za-z0-9])({loose})(?:s|es|d|ed|ing)?(?![A-Za-z0-9])"


@cache
def shipped_glossary() -> Glossary:
    """Return the glossary that comes with the program."""
    tables = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return Glossary(tables["korean"] | tables["english"])
