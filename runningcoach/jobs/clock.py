"""The scheduler's clock, injected so that a test can let ten days pass in seconds."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Protocol

import psycopg

from runningcoach.base import periods
from runningcoach.store import job_runs

SLICE = timedelta(seconds=0.5)
SECOND = timedelta(seconds=1)
NONE = timedelta()


class SchedulerClock(Protocol):
    """A source of the current time that can wait."""

    def now(self) -> datetime:
        """Return this moment in UTC."""
        ...

    def wait(self, until: datetime) -> None:
        """Return at `until`, or earlier if there may be something to do."""
        ...


class WallClock:
    """The system clock. Waiting ends as soon as a run is queued or is to be cancelled."""

    def __init__(
        self, conn: psycopg.Connection[Any], is_stopping: Callable[[], bool] = lambda: False
    ) -> None:
        """Be woken through `conn`, which commits by itself; wait no longer when told to stop."""
        self._conn = conn
        self._is_stopping = is_stopping
        job_runs.listen(conn)

    def now(self) -> datetime:
        """Return this moment in UTC."""
        return periods.now()

    def wait(self, until: datetime) -> None:
        """Return at `until`, or when woken or told to stop, or when the clock was set.

        A signal does not interrupt the wait for the database, so that is cut into slices.
        """
        began, woken = self.now(), False
        give_up = time.monotonic() + (until - began) / SECOND
        while not woken and not self._is_stopping() and time.monotonic() < give_up:
            remaining = until - self.now()
            if not NONE < remaining <= until - began:  # there, or the clock was set back
                return
            woken = any(
                True for _ in self._conn.notifies(timeout=_slice_s(remaining), stop_after=1)
            )


def _slice_s(remaining: timedelta) -> float:
    return min(remaining, SLICE) / SECOND
