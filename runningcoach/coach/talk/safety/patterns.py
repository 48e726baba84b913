"""The patterns of signs.toml, read once and compiled."""

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any, Literal, NamedTuple

SIGNS = Path(__file__).with_name("signs.toml")

type SignLevel = Literal["red", "amber"]
type SignLanguage = Literal["ko", "en"]
LANGUAGES: tuple[SignLanguage, ...] = ("ko", "en")

GAP = r"[ ,;:/&()-]+"
"""What may stand between two English words of a pattern."""


class SignPattern(NamedTuple):
    """A category of signs in one language; `is_negatable`: "no chest pain" is none.

    `passes`: none any more once the runner is well again.
    """

    category: str
    level: SignLevel
    is_negatable: bool
    passes: bool
    pattern: re.Pattern[str]


class SignPatterns(NamedTuple):
    """All patterns of a language."""

    signs: tuple[SignPattern, ...]
    harmless: re.Pattern[str]
    past: re.Pattern[str]
    over: re.Pattern[str]
    relative: re.Pattern[str]
    clause_end: re.Pattern[str]
    denied: re.Pattern[str]
    unsure: re.Pattern[str]


@cache
def load_patterns(language: SignLanguage) -> SignPatterns:
    """Return the patterns of a language, the gravest categories first."""
    table = _table()
    lists: dict[str, str] = table["words"][language]
    signs = tuple(
        SignPattern(
            sign["category"],
            sign["level"],
            sign.get("negatable", True),
            sign.get("passes", sign["level"] == "amber"),
            _compiled(sign[language], lists, language),
        )
        for sign in table["signs"]
    )
    parts = SignPatterns._fields[1:]
    return SignPatterns(signs, *(_compiled(table[p][language], lists, language) for p in parts))


def load_slips() -> dict[str, str]:
    """Return Korean syllables that are often mistyped, and what was meant."""
    return _table()["slips"]


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(SIGNS.read_text(encoding="utf-8"))


def _compiled(
    alternatives: list[Any], lists: dict[str, str], language: SignLanguage
) -> re.Pattern[str]:
    text = "|".join(f"(?:{one})" for one in alternatives)
    while re.search(r"\{[a-z_]+\}", text):
        text = re.sub(r"\{([a-z_]+)\}", lambda found: lists[found[1]], text)
    if language == "ko":
        return re.compile(text)
    return re.compile(rf"(?<![a-z])(?:{text.replace("'", '').replace(' ', GAP)})(?![a-z])")
