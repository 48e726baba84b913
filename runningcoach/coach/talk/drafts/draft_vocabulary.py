"""The words of drafts in both languages, as words.toml holds them."""

import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from runningcoach.base import i18n

WORDS = Path(__file__).with_name("words.toml")


def vocabularies() -> Iterator[dict[str, Any]]:
    """Yield the words of each language."""
    for language in i18n.LANGUAGES:
        yield _words()[language]


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads(WORDS.read_text(encoding="utf-8"))
