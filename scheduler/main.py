"""The scheduler: `python scheduler/main.py`. It starts jobs at their times until told to stop.

Any number may run against one database; one acts and the others wait to take its place.
"""

import logging
import signal
import sys
import time
from types import FrameType
from typing import Any

import psycopg

from runningcoach.base import i18n, logs, parent_process
from runningcoach.base.errors import RunningCoachError
from runningcoach.base.settings import settings
from runningcoach.jobs import job_table, notebook_process
from runningcoach.jobs.clock import WallClock
from runningcoach.jobs.schedule import Schedule
from runningcoach.store import database, job_runs
from runningcoach.store import home as homes

PATIENCE_S = 60.0
BETWEEN_S = 1.0

log = logging.getLogger("scheduler")


class Told:
    """Whether somebody asked this process to stop."""

    def __init__(self) -> None:
        self._told = False
        signal.signal(signal.SIGTERM, self._hear)
        signal.signal(signal.SIGINT, self._hear)

    def __call__(self) -> bool:
        """Return whether it is time to stop."""
        return self._told

    def _hear(self, _number: int, _frame: FrameType | None) -> None:
        self._told = True


def main() -> None:
    """Act, or wait to act, until told to stop."""
    parent_process.follow_parent()
    homes.keep_private()
    try:
        logs.configure(settings().log_level)
        i18n.use(settings().language)
        told = Told()
        jobs = job_table.table()
        with _connected(told) as conn:
            if _leads(conn, told):
                log.info("the scheduler acts: %s", ", ".join(jobs))
                clock, launch = WallClock(conn, told), notebook_process.launcher(settings())
                Schedule(conn, jobs, clock, launch, _has_room).keep(told)
    except RunningCoachError as error:
        print(error, file=sys.stderr)  # noqa: T201
        sys.exit(error.exit_code)


def _has_room() -> bool:
    return homes.has_room(settings().home)


def _connected(told: Told) -> psycopg.Connection[Any]:
    """Return a connection as soon as the database answers; wait a while for that."""
    give_up = time.monotonic() + PATIENCE_S
    while True:
        try:
            return database.connect()
        except RunningCoachError:
            if told() or time.monotonic() > give_up:
                raise
            time.sleep(BETWEEN_S)


def _leads(conn: psycopg.Connection[Any], told: Told) -> bool:
    """Return True as soon as this scheduler is the one that acts, False when told to stop."""
    while not told():
        if job_runs.try_lead(conn):
            return True
        time.sleep(BETWEEN_S)
    return False


if __name__ == "__main__":
    main()
