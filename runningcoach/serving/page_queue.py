"""How many pages are drawn at once: the rest wait their turn, and too many are turned away.

Each page has a process of its own while it is drawn, which keeps a core busy and takes memory.
Drawn all together, pages that many tabs ask for would take longer than one after the other, until
the machine runs out.
"""

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager

MOST_AT_ONCE = 4
"""A page takes some 100 MB while it is drawn; a small NAS has 2 GB."""
LONGEST_QUEUE = 60
"""Pages that may wait; on two cores the last of them waits for a quarter of a minute."""


class QueueFull(Exception):
    """So many pages wait that another would wait too long."""


class QueueTicket:
    """The place of one visit: it waits, then it is on, then it is over."""

    def __init__(self, turns: asyncio.Semaphore) -> None:
        self._turns = turns
        self.is_on = False

    async def wait(self) -> None:
        """Return when it is on."""
        await self._turns.acquire()
        self.is_on = True

    def end(self) -> None:
        """Let the next one have its turn."""
        if self.is_on:
            self._turns.release()
            self.is_on = False


class PageQueue:
    """Gives the visits to pages their turns, first come, first served."""

    def __init__(self, at_once: int | None = None, longest: int = LONGEST_QUEUE) -> None:
        self.at_once = at_once or min(MOST_AT_ONCE, (os.cpu_count() or 1) + 1)
        self._most = self.at_once + longest
        self._visits = 0
        self._turns = asyncio.Semaphore(self.at_once)

    @contextmanager
    def turn(self) -> Iterator[QueueTicket]:
        """Yield a place in the queue. Raises QueueFull."""
        if self._visits >= self._most:
            raise QueueFull
        self._visits += 1
        turn = QueueTicket(self._turns)
        try:
            yield turn
        finally:
            turn.end()
            self._visits -= 1
