"""What a runner wrote: cleaned, bounded, its language, and a title from it."""

import re

from runningcoach.base.errors import RunningCoachError
from runningcoach.coach.talk.drafts.untrusted_text import visible

LONGEST_MESSAGE = 4_000
"""Characters of a message; a longer text is for the import of plans."""
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


def clean_message(text: str, *, may_be_cut: bool = False) -> str:
    """Return a message without what cannot be seen. Raises MessageEmpty and MessageOverLimit.

    One with a red sign is cut: its answer must come.
    """
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
