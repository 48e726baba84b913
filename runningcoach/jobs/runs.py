"""Life cycle of a run: started under a lock, watched, ended or killed, perhaps retried.

Whoever runs a job for a user holds the job's queue for that user, an advisory lock of the
database, for as long as its connection lives. A row that says "running" while nobody holds its
queue is of a watcher that died.
"""

import logging
import socket
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import psycopg

from runningcoach.base import logs
from runningcoach.base.errors import RunningCoachError
from runningcoach.jobs import notebook_process
from runningcoach.jobs.clock import SchedulerClock
from runningcoach.jobs.job_table import Job, Table
from runningcoach.jobs.notebook_process import Launch, Process
from runningcoach.model.user import User
from runningcoach.store import job_runs
from runningcoach.store.home import DiskFull
from runningcoach.store.job_runs import JobRun, RunOutcome

RETRIED_STATES = ("failed", "timed_out", "crashed")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ActiveRun:
    """A run that this process watches."""

    run: JobRun
    job: Job
    process: Process
    begun_at: datetime

    @property
    def deadline(self) -> datetime:
        """Return when its time-out passes."""
        return self.begun_at + timedelta(seconds=self.job.timeout_s)


class Runs:
    """The runs that this process watches."""

    def __init__(
        self, conn: psycopg.Connection[Any], table: Table, clock: SchedulerClock, launch: Launch
    ) -> None:
        self._conn = conn
        self._table = table
        self._clock = clock
        self._launch = launch
        self._active: dict[int, ActiveRun] = {}

    def __len__(self) -> int:
        return len(self._active)

    def watches(self, run: JobRun) -> bool:
        """Return whether `run`, or another of the same queue and user, is watched here."""
        place = self._place(run)
        return any(place == self._place(active.run) for active in self._active.values())

    def _place(self, run: JobRun) -> tuple[int, str]:
        """Return the user and the queue of a run; one without a job has its own queue."""
        job = self._table.get(run.job)
        return run.user_id, job.queue if job else run.job

    def begin(self, waiting: JobRun, job: Job, user: User) -> bool:
        """Start a waiting run; False when another of its queue runs for this user."""
        if self.watches(waiting) or not job_runs.try_lock(self._conn, *self._place(waiting)):
            return False
        now = self._clock.now()
        run = job_runs.begin(self._conn, waiting.id, now, socket.gethostname())
        if run is None:
            job_runs.unlock(self._conn, *self._place(waiting))
            return False
        self._watch(run, job, user, now)
        return True

    def _watch(self, run: JobRun, job: Job, user: User, now: datetime) -> None:
        with logs.run(run.run_id):
            log.info("%s begins, attempt %d", job.name, run.attempt, extra={"user_id": user.id})
            try:
                begun = self._launch(run, job, user)
            except DiskFull:
                self._record(run, RunOutcome(state="crashed", error_code="disk_full"))
                return
            except (OSError, RunningCoachError) as error:
                self._record(run, RunOutcome(state="crashed", error_code="died", error=str(error)))
                return
        job_runs.record_process(self._conn, run.id, begun.pid)
        self._active[run.id] = ActiveRun(run, job, begun, now)

    def attend(self) -> None:
        """Record the runs that ended; end those that took too long or are to be cancelled."""
        if not self._active:
            return
        self._follow_clock()
        rows = {run.id: run for run in job_runs.running(self._conn)}
        for active in list(self._active.values()):
            row = rows.get(active.run.id)  # none: its account is gone
            cancelled = row is None or row.cancel_asked_at is not None
            ending = active.process.ended() or self._ended_by_us(active, cancelled)
            if ending is not None:
                del self._active[active.run.id]
                self._record(active.run, ending)

    def _follow_clock(self) -> None:
        """Count the time of runs anew that began, by a clock that was set back, in the future."""
        now = self._clock.now()
        for active in list(self._active.values()):
            if active.begun_at > now:
                self._active[active.run.id] = replace(active, begun_at=now)

    def _ended_by_us(self, active: ActiveRun, cancelled: bool) -> RunOutcome | None:
        if cancelled:
            return _with_end(active.process.kill(), "cancelled", None)
        if self._clock.now() >= active.deadline:
            return _with_end(active.process.kill(), "timed_out", "too_long")
        return None

    def stop(self) -> None:
        """End every run because the program stops; each is tried again later, if it may be."""
        for active in self._active.values():
            self._record(active.run, _with_end(active.process.kill(), "crashed", "stopped"))
        self._active.clear()

    def recover(self) -> int:
        """Record the runs whose watcher died; return how many there were."""
        lost = [run for run in job_runs.running(self._conn) if self._is_lost(run)]
        for run in lost:
            notebook_process.kill_leftover(run)
            self._record(run, RunOutcome(state="crashed", error_code="watcher_died"))
        return len(lost)

    def _is_lost(self, run: JobRun) -> bool:
        """Return whether nobody watches a run; its lock is ours then."""
        return not self.watches(run) and job_runs.try_lock(self._conn, *self._place(run))

    def next_look(self) -> datetime | None:
        """Return when to attend again; None when nothing is watched."""
        now = self._clock.now()
        moments = [
            min(active.process.next_look(now), active.deadline) for active in self._active.values()
        ]
        return min(moments, default=None)

    def _record(self, run: JobRun, ending: RunOutcome) -> None:
        """Store the outcome of a run, queue its next attempt, and release its lock."""
        with logs.run(run.run_id):
            log.info("%s %s", run.job, ending.state, extra={"error_code": ending.error_code})
        job, now = self._table.get(run.job), self._clock.now()
        with self._conn.transaction():
            finished = job_runs.finish(self._conn, run.id, now, ending)
            if finished and job and ending.state in RETRIED_STATES and run.attempt <= job.retries:
                self._enqueue_retry(finished, job, now)
        job_runs.unlock(self._conn, *self._place(run))

    def _enqueue_retry(self, run: JobRun, job: Job, now: datetime) -> None:
        job_runs.enqueue(
            self._conn,
            run.user_id,
            run.job,
            now,
            asked_by=run.asked_by,
            scheduled_for=run.scheduled_for,
            attempt=run.attempt + 1,
            not_before=now + timedelta(seconds=job.retry_after_s),
            parameters=run.parameters,
        )


def _with_end(outcome: RunOutcome, state: Any, error_code: str | None) -> RunOutcome:
    """Return the outcome of a run with another final state."""
    return outcome.model_copy(update={"state": state, "error_code": error_code, "error": None})
