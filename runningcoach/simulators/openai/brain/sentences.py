"""The sentences of the simulated model in two languages: words/ko.toml and words/en.toml."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).with_name("words")


@cache
def sentences(language: str) -> dict[str, Any]:
    """Return the sentences of a language, in tables."""
    return tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))


def sentence(key: str, language: str, **blanks: Any) -> str:
    """Return a sentence with its blanks filled."""
    return _find(key, language).format(**blanks)


def word(group: str, name: str, language: str) -> str:
    """Return a word of a group, such as a kind of run; the name itself where there is none."""
    return str(sentences(language)[group].get(name, name.replace("_", " ")))


def _find(key: str, language: str) -> str:
    table, _, name = key.partition(".")
    return str(sentences(language)[table][name])


@cache
def korean_passages() -> dict[str, str]:
    """Return summaries in Korean of passages, by the ids of the passages."""
    return tomllib.loads((FOLDER / "passages_ko.toml").read_text(encoding="utf-8"))
