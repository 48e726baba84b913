"""Being told to stop: Ctrl-C, SIGTERM, or the terminal closed."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

TOLD = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


_told = False


class StopSignal(KeyboardInterrupt):
    """Somebody wants the program to stop."""


@contextmanager
def raising_stop() -> Iterator[None]:
    """Raise Stop inside the block at the first such signal; pass over those that follow.

    A signal that was ignored from the start, as `nohup` does with SIGHUP, stays so.
    """
    global _told
    _told = False
    before = {number: signal.getsignal(number) for number in TOLD}
    heeded = [number for number in TOLD if before[number] is not signal.SIG_IGN]
    for number in heeded:
        signal.signal(number, _stop)
    try:
        yield
    finally:
        for number in heeded:
            signal.signal(number, before[number])


def check() -> None:
    """Raise Stop if it was asked for: an exception in a destructor, say, goes unheard."""
    if _told:
        raise StopSignal


def pass_over() -> None:
    """Heed no further signal: stopping is under way and does not take long."""
    for number in TOLD:
        signal.signal(number, signal.SIG_IGN)


def _stop(*_: object) -> None:
    global _told
    _told = True
    pass_over()
    raise StopSignal
