"""Secrets that a person types: never an argument, never shown."""

import sys

import typer

from runningcoach.base import i18n
from runningcoach.cli.problems import NothingTyped


def ask_secret(question: str) -> str:
    """Prompt without echo; without a terminal, read one line. Raises NothingTyped."""
    if sys.stdin.isatty():
        typed = typer.prompt(i18n.t(question), hide_input=True)
    else:
        typed = sys.stdin.readline()
    if not typed.strip():
        raise NothingTyped
    return typed.strip()
