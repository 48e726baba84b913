"""Leave out what a model thinks aloud before its answer, as some models at home do."""

from collections.abc import Iterator

_OPEN, _CLOSE = "<think>", "</think>"


def without_thinking(pieces: Iterator[str]) -> Iterator[str]:
    """Yield the pieces of an answer without a `<think>` part at its beginning.

    A part that is never closed leaves nothing. The same mark further on is text like any other.
    """
    held = ""
    for piece in pieces:
        held += piece
        begun = held.lstrip()
        if not _OPEN.startswith(begun[: len(_OPEN)]):
            yield held
            break
        if begun.startswith(_OPEN) and _CLOSE in begun:
            yield from _after_thinking(begun.partition(_CLOSE)[2], pieces)
            break
    else:
        if not held.lstrip().startswith(_OPEN):
            yield held
    yield from pieces


def _after_thinking(rest: str, pieces: Iterator[str]) -> Iterator[str]:
    """Yield what follows up to the first piece that is not blank."""
    while not rest.strip():
        following = next(pieces, None)
        if following is None:
            return
        rest = following
    yield rest.lstrip()
