"""Words of a draft that are shown to people: markup and orders taken out."""

import re
import unicodedata

from runningcoach.coach.talk.drafts.draft_vocabulary import vocabularies

SCRIPT = re.compile(r"<(script|style|iframe|svg|object)\b.*?(?:</\1\s*>|$)", re.S | re.I)
TAG = re.compile(r"</?[a-zA-Z!][^<>]*>?")
IMAGE_OR_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
ADDRESS = re.compile(r"(?:\w+://|www\.)\S+", re.I)


def visible(text: str) -> str:
    """Return a text without characters that cannot be seen: zero-width, direction marks, tags."""
    return "".join(
        character
        for character in text
        if unicodedata.category(character) not in {"Cf", "Cc", "Co", "Cs"} or character in "\n\t"
    )


def plain(text: str) -> str:
    """Return a text without markup: scripts go whole, of other elements the words stay."""
    without = SCRIPT.sub("", text)
    without = IMAGE_OR_LINK.sub(r"\1", without)
    return re.sub(r"[ \t]{2,}", " ", TAG.sub("", without)).strip()


def without_addresses(text: str) -> str:
    """Return a text without markup and without addresses, which lead out of a plan."""
    return re.sub(r"[ \t]{2,}", " ", ADDRESS.sub("", plain(text))).strip()


def is_order(text: str) -> bool:
    """Return whether a text tells a program what to do, or claims that something was approved."""
    folded = unicodedata.normalize("NFKC", visible(text)).casefold()
    joined = re.sub(r"\s+", "", folded)
    return any(
        re.search(pattern, candidate)
        for vocabulary in vocabularies()
        for pattern in vocabulary["orders"]["patterns"]
        for candidate in (folded, joined)
    )
