"""What `up` says on the terminal, which may be gone by the time it stops."""

from contextlib import suppress

from rich.console import Console
from rich.text import Text

_console = Console(highlight=False)


def say(words: str, style: str = "") -> None:
    """Print a line, if anybody can still read it."""
    with suppress(OSError):
        _console.print(Text(words, style=style), soft_wrap=True)
