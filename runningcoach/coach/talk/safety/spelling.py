"""Slips of the keyboard in words that matter, put right before signs are looked for."""

import re

from runningcoach.coach.talk.safety.patterns import load_slips

ENGLISH = (
    "chest", "fainted", "fainting", "passed", "blacked", "collapsed", "dizzy", "dizziness",
    "breathe", "breathing", "breath", "palpitations", "irregular", "unconscious", "swollen",
    "confused", "vomiting", "headache", "fever", "pregnant", "ibuprofen", "suicidal", "numbness",
    "slurred", "drooping", "fracture", "pinpoint", "tightness", "pressure", "heartbeat", "blood",
    "urine", "asthma", "inhaler", "achilles", "hamstring", "plantar", "concussion", "seizure",
    "lightheaded", "depressed", "hopeless", "antibiotics", "medication", "period",
)  # fmt: skip
COMMON = frozenset({
    "chess", "cheat", "cheats", "chests", "fewer", "favor", "bloom", "floor", "breadth", "breaths",
    "dizzier", "urines", "pressures", "periods", "swallow", "breathes", "breather", "fevers",
    "brooding", "blacker", "passes", "passer", "parsed", "paused", "bleed", "brood", "broods",
    "headaches", "fractures", "hamstrings", "inhalers", "collapses", "flood", "based",
})  # fmt: skip
SHORTEST = 5


def correct_korean(text: str) -> str:
    """Return text without spaces with often mistyped syllables put right."""
    for wrong, right in load_slips().items():
        text = text.replace(wrong, right)
    return text


def correct_english(text: str) -> str:
    """Return text with words that are one slip away from a word that matters put right."""
    return re.sub(r"[a-z]{5,}", lambda word: _corrected(word[0]), text)


def _corrected(word: str) -> str:
    if word in ENGLISH or word in COMMON:
        return word
    near = (right for right in ENGLISH if right[0] == word[0] and is_one_slip(word, right))
    return next(near, word)


def is_one_slip(word: str, right: str) -> bool:
    """Return whether one letter was left out, added, changed, or exchanged with its neighbour."""
    if abs(len(word) - len(right)) > 1:
        return False
    start = next((i for i, (a, b) in enumerate(zip(word, right, strict=False)) if a != b), None)
    if start is None:
        return len(word) != len(right)
    rest, rest_right = word[start:], right[start:]
    return (
        rest[1:] == rest_right[1:]
        or rest == rest_right[1:]
        or rest[1:] == rest_right
        or (rest[:2] == rest_right[:2][::-1] and rest[2:] == rest_right[2:])
    )
