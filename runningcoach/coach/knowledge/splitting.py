"""A text cut into passages short enough for the embedder, which reads a bag of words."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

WORDS_MOST = 80
CHARACTERS_MOST = 600
"""What one passage may hold: the embedder was measured with passages of up to 80 words."""
SENTENCE_END = re.compile(r"(?<=[.!?。])\s+|\n+")
INVISIBLE = {"Cf", "Cc", "Co", "Cs", "Cn"}
"""Unicode categories that show nothing: joiners, marks of direction, tags, control characters."""


def visible_text(text: str) -> str:
    """Return the text without characters that a reader cannot see, in composed form."""
    kept = (
        char
        for char in unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\t", " "))
        if char == "\n" or unicodedata.category(char) not in INVISIBLE
    )
    return "".join(kept).strip()


def split_text(text: str) -> list[str]:
    """Return the passages of a text: whole sentences of one paragraph or several, in order."""
    passages: list[str] = []
    for piece in _pieces(text):
        if passages and _fits(f"{passages[-1]} {piece}"):
            passages[-1] = f"{passages[-1]} {piece}"
        else:
            passages.append(piece)
    return passages


def _fits(text: str) -> bool:
    return len(text.split()) <= WORDS_MOST and len(text) <= CHARACTERS_MOST


def _pieces(text: str) -> Iterator[str]:
    """Yield the sentences; one that is too long comes in parts."""
    for sentence in filter(None, map(str.strip, SENTENCE_END.split(text))):
        yield from [" ".join(sentence.split())] if _fits(sentence) else _parts(sentence.split())


def _parts(words: Iterable[str]) -> Iterator[str]:
    part = ""
    for word in words:
        for piece in (word[i : i + CHARACTERS_MOST] for i in range(0, len(word), CHARACTERS_MOST)):
            if part and not _fits(f"{part} {piece}"):
                yield part
                part = piece
            else:
                part = f"{part} {piece}".strip()
    if part:
        yield part
