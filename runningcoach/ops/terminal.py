"""Messages of `up` on the terminal, which may be closed before it stops."""

from contextlib import suppress

from rich.console import Console
from rich.text import Text

_console = Console(highlight=False)


def say(words: str, style: str = "") -> None:
    """Print a line, if the terminal is still open."""
    with suppress(OSError):
        _console.print(Text(words, style=style), soft_wrap=True)
