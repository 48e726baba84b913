"""Korean as pairs of syllables, which match whatever particles and endings follow a word."""

import re

HANGUL = re.compile("[\\uac00-\\ud7a3]")
BORDER = re.compile("(?<=[A-Za-z0-9])(?=[\\uac00-\\ud7a3])|(?<=[\\uac00-\\ud7a3])(?=[A-Za-z0-9])")
RUN = re.compile("[\\uac00-\\ud7a3]+|[a-z0-9]+")


def bigrams(text: str) -> list[str]:
    """Return the pairs of neighbouring syllables within words, and words of other letters whole."""
    found: list[str] = []
    for run in RUN.findall(text.lower()):
        is_whole = run.isascii() or len(run) == 1
        found += [run] if is_whole else [run[i : i + 2] for i in range(len(run) - 1)]
    return found


def is_korean(text: str) -> bool:
    """Return whether a text has Korean syllables."""
    return HANGUL.search(text) is not None


def with_words_apart(text: str) -> str:
    """Return the text with spaces between Latin letters and the Korean that follows or precedes."""
    return BORDER.sub(" ", text)
