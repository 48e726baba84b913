"""Stop signals: Ctrl-C, SIGTERM, or a closed terminal."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


_is_stopping = False


class StopSignal(KeyboardInterrupt):
    """A signal to stop the program."""


@contextmanager
def raising_stop() -> Iterator[None]:
    """Raise StopSignal inside the block at the first stop signal; ignore later ones.

    A signal that was ignored from the start, as `nohup` does with SIGHUP, stays so.
    """
    global _is_stopping
    _is_stopping = False
    before = {number: signal.getsignal(number) for number in STOP_SIGNALS}
    heeded = [number for number in STOP_SIGNALS if before[number] is not signal.SIG_IGN]
    for number in heeded:
        signal.signal(number, _stop)
    try:
        yield
    finally:
        for number in heeded:
            signal.signal(number, before[number])


def raise_if_stopping() -> None:
    """Raise StopSignal after a stop signal: one raised in a destructor is lost."""
    if _is_stopping:
        raise StopSignal


def ignore_signals() -> None:
    """Ignore further stop signals: stopping is under way and short."""
    for number in STOP_SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def _stop(*_: object) -> None:
    global _is_stopping
    _is_stopping = True
    ignore_signals()
    raise StopSignal
