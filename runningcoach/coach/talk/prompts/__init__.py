"""What a model is told: instructions and the words around data, as files of this folder."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


@cache
def instructions() -> str:
    """Return the instructions: the same for every runner and every day."""
    return (FOLDER / "instructions.md").read_text(encoding="utf-8").strip()


@cache
def _parts() -> dict[str, Any]:
    return tomllib.loads((FOLDER / "parts.toml").read_text(encoding="utf-8"))


def prompt_version() -> str:
    """Return the dated version of instructions and words around data."""
    return str(_parts()["version"])


def part(name: str, **blanks: str) -> str:
    """Return some of the words around data, with its blanks filled."""
    return str(_parts()[name]).strip().format(**blanks)


def title(section: str) -> str:
    """Return the heading of a section of data."""
    return str(_parts()["titles"][section])
