"""What a runner wrote: looked at by the gate, cleaned, its language, and a title from it."""

import re
from typing import NamedTuple

from runningcoach.base.errors import RunningCoachError
from runningcoach.base.key_masking import mask_keys
from runningcoach.coach.talk.drafts.untrusted_text import visible
from runningcoach.coach.talk.safety.gate import SafetySign, find_sign

LONGEST_MESSAGE = 4_000
"""Characters of a message; a longer text is for the import of plans."""
LONGEST_LOOKED_AT = 20_000
"""Characters of a message in which a sign of danger is looked for."""
LONGEST_TITLE = 60
HANGUL = re.compile("[\uac00-\ud7a3\u3131-\u318e]")
ENGLISH_WORD = re.compile(r"[A-Za-z]{2,}")
ENGLISH_WORDS_LEAST = 3
"""From how many words on a text without Hangul is taken for English."""


class MessageEmpty(RunningCoachError):
    """A message has no words."""

    code = "talk.message_empty"
    status = 422


class MessageOverLimit(RunningCoachError):
    """A message is longer than a message may be."""

    code = "talk.message_over_limit"
    status = 422


class RunnerMessage(NamedTuple):
    """A message as it is stored and sent, the gravest sign of danger in it, and its language."""

    text: str
    sign: SafetySign
    language: str


def read_message(text: str, usual_language: str) -> RunnerMessage:
    """Return a message after the gate, without keys and what cannot be seen.

    Raises MessageEmpty and MessageOverLimit; one with a red sign is cut, for its answer must come.
    """
    sign = find_sign(text[:LONGEST_LOOKED_AT])
    words = mask_keys(clean_message(text, may_be_cut=sign.level == "red"))
    return RunnerMessage(words, sign, message_language(words, usual_language))


def clean_message(text: str, *, may_be_cut: bool = False) -> str:
    """Return a message without what cannot be seen. Raises MessageEmpty and MessageOverLimit."""
    cleaned = visible(text).strip()
    if not cleaned:
        raise MessageEmpty
    if len(cleaned) > LONGEST_MESSAGE and may_be_cut:
        return f"{cleaned[: LONGEST_MESSAGE - 1]}\u2026"
    if len(cleaned) > LONGEST_MESSAGE:
        raise MessageOverLimit(most=LONGEST_MESSAGE, count=len(cleaned))
    return cleaned


def message_language(text: str, usual: str) -> str:
    """Return the language in which a message is answered: its own, else the runner's."""
    if HANGUL.search(text):
        return "ko"
    return "en" if len(ENGLISH_WORD.findall(text)) >= ENGLISH_WORDS_LEAST else usual


def conversation_title(text: str) -> str:
    """Return a title from the first message of a conversation: its beginning, in one line."""
    line = re.sub(r"\s+", " ", text).strip()
    if len(line) <= LONGEST_TITLE:
        return line
    cut = line[: LONGEST_TITLE - 1]
    whole_words = cut.rpartition(" ")[0]
    return f"{whole_words if len(whole_words) > LONGEST_TITLE // 2 else cut}\u2026"
