"""Restart policy of a part that ended: at once, then after growing pauses.

A part that had been ready is never given up, as what ended it may pass: a full disk, too little
memory, somebody's `kill`. One that never came up is, after a few attempts: it cannot work here.
"""

import time

PAUSES_S = (0.0, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0)
"""Before the first, second, … start in a row; the last one repeats."""
STEADY_S = 60.0
"""After running for so long the next end counts as the first one."""
MOST_FAILURES = 5
"""Ends in a row after which a part that never came up is given up."""


class Restarts:
    """The ends of one part, and when it is to be started again."""

    def __init__(self) -> None:
        self.came_up = False
        self._ends = 0
        self._started_at = time.monotonic()
        self._due_at: float | None = None

    def note_start(self) -> None:
        """Note that the part runs from now on."""
        self._started_at = time.monotonic()
        self._due_at = None

    def note_end(self) -> float:
        """Note that it ended; return the pause in seconds before it is started again."""
        self._ends = 1 if self.runs_for_s > STEADY_S and not self.is_pending else self._ends + 1
        pause_s = PAUSES_S[min(self._ends, len(PAUSES_S)) - 1]
        self._due_at = time.monotonic() + pause_s
        return pause_s

    @property
    def runs_for_s(self) -> float:
        """Seconds since it was started last."""
        return time.monotonic() - self._started_at

    @property
    def is_pending(self) -> bool:
        """Return whether the part ended and waits to be started again."""
        return self._due_at is not None

    @property
    def is_due(self) -> bool:
        """Return whether it is time to start it again."""
        return self._due_at is not None and time.monotonic() >= self._due_at

    @property
    def is_hopeless(self) -> bool:
        """Return whether it ended too often without ever having been ready."""
        return not self.came_up and self._ends >= MOST_FAILURES
