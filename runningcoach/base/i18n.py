"""Words in the reader's language.

`t("today.form")` looks up `form` in locales/<language>/today.toml: the first part of a key
is the file, the rest the path inside it. Korean comes first; both languages hold the same
keys and the same blanks, which a test checks.
"""

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any

LANGUAGES = ("ko", "en")
LOCALES = Path(__file__).parents[1] / "locales"

_current: ContextVar[str] = ContextVar("language", default="ko")


def language() -> str:
    """Return the language in force: "ko" or "en"."""
    return _current.get()


def use(language: str) -> None:
    """Set the language of this context; unknown ones fall back to Korean."""
    _current.set(language if language in LANGUAGES else "ko")


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak `language` inside the block."""
    token = _current.set(language if language in LANGUAGES else "ko")
    try:
        yield
    finally:
        _current.reset(token)


@cache
def words(language: str, file: str) -> dict[str, Any]:
    """Return the table of locales/<language>/<file>.toml."""
    return tomllib.loads((LOCALES / language / f"{file}.toml").read_text(encoding="utf-8"))


def t(key: str, language: str | None = None, /, **blanks: object) -> str:
    """Return the words for `key` with its blanks filled. Raises KeyError for an unknown key."""
    file, *path = key.split(".")
    entry: Any = words(language or _current.get(), file)
    for part in path:
        entry = entry[part]
    if not isinstance(entry, str):
        raise KeyError(key)
    return entry.format(**blanks) if blanks else entry
