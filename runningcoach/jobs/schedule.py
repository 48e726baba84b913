"""Queue and start due jobs: one scheduler leads, however many run.

APScheduler's cron arithmetic says when (see `due`); its own loop is not used, because it reads the
time by itself and keeps its plans in memory or in pickles. Ours is a step that looks at the table,
at the rows and at an injected clock, so that a restart forgets nothing and ten days can be tried
out in seconds.
"""

import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import psycopg

from runningcoach.jobs import due_times
from runningcoach.jobs.clock import SchedulerClock
from runningcoach.jobs.job_table import Job, Table
from runningcoach.jobs.notebook_process import Launch
from runningcoach.jobs.runs import Runs
from runningcoach.model.user import User
from runningcoach.store import accounts, garmin, job_runs

MOST_AT_ONCE = 2
LONGEST_NAP = timedelta(minutes=15)
"""New accounts and other time zones are noticed after this long."""
FULL_DISK_RETRY = timedelta(seconds=10)
"""The interval of checks while the disk is full."""
YOUNGEST = timedelta(hours=1)
"""An account that is dated in the future, by a clock that was ahead, counts as this old."""

log = logging.getLogger(__name__)


class Schedule:
    """A scheduler that queues due jobs and starts waiting runs."""

    def __init__(
        self,
        conn: psycopg.Connection[Any],
        table: Table,
        clock: SchedulerClock,
        launch: Launch,
        has_room: Callable[[], bool] = lambda: True,
    ) -> None:
        """Start runs by `launch`, as long as the disk has room for what they leave."""
        self.runs = Runs(conn, table, clock, launch)
        self._has_room = has_room
        self._had_room = True
        self._conn = conn
        self._table = table
        self._clock = clock

    def keep(self, is_stopping: Callable[[], bool]) -> None:
        """Run until stopped; then end the active runs."""
        self.runs.recover()
        try:
            while not is_stopping():
                self._clock.wait(self.step())
        finally:
            self.runs.stop()

    def step(self) -> datetime:
        """Queue and start what is due now; return when to look again."""
        users = {user.id: user for user in accounts.all_users(self._conn)}
        self.runs.attend()
        self._correct_dates()
        later = [self._clock.now() + LONGEST_NAP, *self._queue_due(users)]
        later += (
            self._start_waiting(users) if self._is_room() else [self._clock.now() + FULL_DISK_RETRY]
        )
        if look := self.runs.next_look():
            later.append(look)
        return min(later)

    def _correct_dates(self) -> None:
        """Correct runs recorded while the clock was ahead, which would block due ones."""
        if moved := job_runs.correct_future_dates(self._conn, self._clock.now()):
            log.warning("the clock was ahead: %d runs were dated in the future", len(moved))

    def _queue_due(self, users: dict[int, User]) -> Iterator[datetime]:
        """Queue what is due; yield when the next of each job is."""
        now = self._clock.now()
        last = job_runs.last_due(self._conn, now)
        connected = garmin.connected_users(self._conn)
        for job in self._table.values():
            for user in users.values():
                if job.is_for(user, connected):
                    begin = user.created_at if user.created_at <= now else now - YOUNGEST
                    since = last.get((job.name, user.id), begin)
                    yield from self._queue(job, user, since)

    def _queue(self, job: Job, user: User, since: datetime) -> Iterator[datetime]:
        """Queue the last moment that is due since a moment, if any; yield when to look again."""
        now = self._clock.now()
        moment = due_times.latest(job, user, since, now)
        if moment is not None:
            start = moment + due_times.delay(job, user.id, moment)
            if start > now:
                yield start
            else:
                self._take(job, user, moment, now - start)
        if following := due_times.next_after(job, user, now):
            yield following + due_times.delay(job, user.id, following)

    def _take(self, job: Job, user: User, moment: datetime, late: timedelta) -> None:
        """Queue a run for a due time, or record why not."""
        now = self._clock.now()
        if late > timedelta(seconds=job.late_s):
            job_runs.record_skipped(
                self._conn, user.id, job.name, now, moment, "missed", "too_late"
            )
        elif not job_runs.enqueue(
            self._conn, user.id, job.name, now, asked_by="schedule", scheduled_for=moment
        ):
            job_runs.record_skipped(
                self._conn, user.id, job.name, now, moment, "skipped", "overlap"
            )

    def _is_room(self) -> bool:
        """Return whether runs may be started; log when that changes."""
        has_room = self._has_room()
        if has_room != self._had_room:
            log.warning("the disk has room again" if has_room else "the disk is full: runs wait")
        self._had_room = has_room
        return has_room

    def _start_waiting(self, users: dict[int, User]) -> Iterator[datetime]:
        """Start what waits, as long as there is room; yield when the next may start."""
        for run in job_runs.waiting(self._conn):
            job, now = self._table.get(run.job), self._clock.now()
            if job is None:
                job_runs.drop_queued(self._conn, run.id, now)
            elif run.not_before > now:
                yield run.not_before
            elif len(self.runs) < MOST_AT_ONCE and run.user_id in users:
                self.runs.begin(run, job, users[run.user_id])
