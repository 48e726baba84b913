"""The gate in front of every model: signs of danger in what a runner writes.

Rules alone decide, in Korean and English, before a byte leaves the host. A message with a red sign
gets a scripted answer and no model; an amber one holds progression. What is denied ("no chest
pain"), an idiom, healed long ago or told of a relative's past is no sign.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Literal, NamedTuple

from runningcoach.coach.talk.safety.patterns import (
    LANGUAGES,
    SignLanguage,
    SignPattern,
    SignPatterns,
    load_patterns,
)
from runningcoach.coach.talk.safety.spelling import correct_english, correct_korean

type SafetyLevel = Literal["red", "amber", "none"]


class SafetySign(NamedTuple):
    """What a message was taken for: its level and the category of its gravest sign."""

    level: SafetyLevel
    category: str | None


NO_SIGN = SafetySign("none", None)


def find_sign(text: str) -> SafetySign:
    """Return the gravest sign in a message, in either language, or none."""
    return next(iter(find_signs(text)), NO_SIGN)


def find_signs(text: str) -> list[SafetySign]:
    """Return all signs in a message, in either language, the red ones first."""
    found = [sign for language in LANGUAGES for sign in _signs(text, language)]
    return [
        SafetySign(level, sign.category)
        for level in ("red", "amber")
        for sign in found
        if sign.level == level
    ]


def _signs(text: str, language: SignLanguage) -> Iterator[SignPattern]:
    patterns = load_patterns(language)
    plain = patterns.harmless.sub(" # ", _plain(text, language))
    for sign in patterns.signs:
        if any(_counts(found, sign, patterns, language) for found in sign.pattern.finditer(plain)):
            yield sign


def _plain(text: str, language: SignLanguage) -> str:
    """Return a message as the patterns read it: Korean without spaces, English in small letters."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    folded = "".join(c for c in folded if unicodedata.category(c) != "Cf")
    if language == "ko":
        return correct_korean(re.sub(r"[^\S\n]+", "", folded))
    folded = re.sub(r"['\u2018\u2019`]", "", folded)
    return correct_english(re.sub(r"\s+", " ", folded))


def _counts(
    found: re.Match[str], sign: SignPattern, patterns: SignPatterns, language: SignLanguage
) -> bool:
    """Return whether a match is a sign: not denied, not long past, not a relative's story."""
    clause = _clause(found, patterns.clause_end)
    if sign.is_negatable and _is_denied(found, patterns, language):
        return False
    told = found.string if sign.passes else clause
    is_past = patterns.past.search(told) or _is_inside(found, patterns.past)
    if is_past or _is_inside(found, patterns.relative):
        return not sign.is_negatable
    return not (sign.passes and patterns.over.search(found.string))


def _is_inside(found: re.Match[str], pattern: re.Pattern[str]) -> bool:
    return any(
        story.start() <= found.start() < story.end() for story in pattern.finditer(found.string)
    )


def _clause(found: re.Match[str], ends: re.Pattern[str]) -> str:
    before = [one.end() for one in ends.finditer(found.string, 0, found.start())]
    after = ends.search(found.string, found.end())
    return found.string[before[-1] if before else 0 : after.start() if after else None]


def _is_denied(found: re.Match[str], patterns: SignPatterns, language: SignLanguage) -> bool:
    before, after = found.string[: found.start()], found.string[found.end() :]
    if language == "ko":
        return bool(patterns.denied.match(after))
    return bool(patterns.denied.search(before)) and not patterns.unsure.search(before)
