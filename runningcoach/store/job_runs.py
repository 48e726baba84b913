"""Runs of jobs: waiting, running, and what became of them.

Every function that writes takes the moment it is, so that a schedule can be tried out in
compressed time.
"""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal

import psycopg
from psycopg.rows import class_row, scalar_row
from psycopg.types.json import Jsonb

from runningcoach.model.record import Record
from runningcoach.store.activities import PageCursor
from runningcoach.store.database import statements

type Connection = psycopg.Connection[Any]

State = Literal[
    "queued", "running", "succeeded", "failed", "timed_out", "cancelled", "missed", "skipped",
    "crashed",
]  # fmt: skip
RunTrigger = Literal["schedule", "user"]

SQL = statements("job_runs")
AHEAD = timedelta(minutes=1)
"""A run dated later than so long from now is of a clock that was ahead."""
LEADER = 0x52435F4A
"""The advisory lock of the scheduler that acts ("RC_J")."""


class JobRun(Record):
    """One run of a job for one user; attempts of the same run share `scheduled_for`.

    `error_code` is a word for programs, `error` the failing cell's own words without secrets;
    `notebook` and `report` are paths below home/jobs.
    """

    id: int
    user_id: int
    job: str
    run_id: str
    asked_by: RunTrigger
    scheduled_for: datetime
    attempt: int
    state: State
    parameters: dict[str, Any]
    queued_at: datetime
    not_before: datetime
    started_at: datetime | None = None
    ended_at: datetime | None = None
    cancel_asked_at: datetime | None = None
    host: str | None = None
    pid: int | None = None
    error_code: str | None = None
    error: str | None = None
    notebook: str | None = None
    report: str | None = None


class RunOutcome(Record):
    """The final state of a run, and its files."""

    state: State
    error_code: str | None = None
    error: str | None = None
    notebook: str | None = None
    report: str | None = None


def _fetch_one(conn: Connection, name: str, row: Mapping[str, Any]) -> JobRun | None:
    return conn.cursor(row_factory=class_row(JobRun)).execute(SQL[name], row).fetchone()


def _fetch_all(conn: Connection, name: str, row: Mapping[str, Any]) -> list[JobRun]:
    return conn.cursor(row_factory=class_row(JobRun)).execute(SQL[name], row).fetchall()


def _is_true(conn: Connection, name: str, row: Mapping[str, Any]) -> bool:
    return bool(conn.cursor(row_factory=scalar_row).execute(SQL[name], row).fetchone())


def new_run_id(job: str) -> str:
    """Return a new unique id for a run of a job."""
    return f"{job[:60]}-{secrets.token_hex(6)}"


def enqueue(
    conn: Connection,
    user_id: int,
    job: str,
    now: datetime,
    *,
    asked_by: RunTrigger = "user",
    scheduled_for: datetime | None = None,
    attempt: int = 1,
    not_before: datetime | None = None,
    parameters: Mapping[str, Any] | None = None,
) -> JobRun | None:
    """Queue a run; return None when this job waits or runs for this user already.

    A retry that waits gives way to a first attempt.
    """
    row = {
        "user_id": user_id,
        "job": job,
        "now": now,
        "run_id": new_run_id(job),
        "asked_by": asked_by,
        "scheduled_for": scheduled_for or now,
        "attempt": attempt,
        "not_before": not_before or now,
        "parameters": Jsonb(dict(parameters or {})),
    }
    with conn.transaction():
        if attempt == 1:
            conn.execute(SQL["supersede"], row)
        run = _fetch_one(conn, "enqueue", row)
        conn.execute(SQL["wake"])
    return run


def record_skipped(
    conn: Connection,
    user_id: int,
    job: str,
    now: datetime,
    scheduled_for: datetime,
    state: Literal["missed", "skipped"],
    error_code: str,
) -> JobRun | None:
    """Record a run that will not take place; None when it was recorded before."""
    row = {
        "user_id": user_id,
        "job": job,
        "now": now,
        "run_id": new_run_id(job),
        "scheduled_for": scheduled_for,
        "state": state,
        "error_code": error_code,
    }
    return _fetch_one(conn, "note", row)


def listen(conn: Connection) -> None:
    """Listen for notifications of runs that are queued or to be cancelled."""
    conn.execute("LISTEN runningcoach_jobs")  # not a statement that can be prepared


def last_due(conn: Connection, now: datetime) -> dict[tuple[str, int], datetime]:
    """Return the last recorded due time up to now, by job and user."""
    cursor = conn.execute(SQL["last_due"], {"now": now})
    rows: list[tuple[str, int, datetime]] = cursor.fetchall()
    return {(job, user_id): due for job, user_id, due in rows}


def correct_future_dates(conn: Connection, now: datetime) -> list[JobRun]:
    """Correct the runs that are dated after `now`; return them.

    They were recorded while the clock was ahead, and would stand in the way of what is due.
    """
    return _fetch_all(conn, "date_back", {"now": now, "tolerance": AHEAD})


def count_clock_ahead(conn: Connection, now: datetime, since: datetime) -> int:
    """Return how many runs, since a moment, were recorded while the clock was ahead."""
    params = {"now": now, "since": since, "tolerance": AHEAD}
    cursor = conn.cursor(row_factory=scalar_row).execute(SQL["count_clock_ahead"], params)
    return cursor.fetchone() or 0


def waiting(conn: Connection) -> list[JobRun]:
    """Return the runs that wait, the first to be started first."""
    return _fetch_all(conn, "waiting", {})


def running(conn: Connection) -> list[JobRun]:
    """Return the runs in state `running`; their process may have ended."""
    return _fetch_all(conn, "running", {})


def begin(conn: Connection, run_id: int, now: datetime, host: str) -> JobRun | None:
    """Mark a waiting run as running; return None when it waits no longer."""
    return _fetch_one(conn, "begin", {"id": run_id, "now": now, "host": host})


def record_process(conn: Connection, run_id: int, pid: int) -> None:
    """Store the process id of a run."""
    conn.execute(SQL["started"], {"id": run_id, "pid": pid})


def finish(conn: Connection, run_id: int, now: datetime, ending: RunOutcome) -> JobRun | None:
    """Record how a run ended; None when it does not run."""
    return _fetch_one(conn, "finish", {"id": run_id, "now": now} | ending.model_dump())


def drop_queued(conn: Connection, run_id: int, now: datetime) -> None:
    """End a waiting run whose job no longer exists."""
    conn.execute(SQL["drop"], {"id": run_id, "now": now})


def request_cancel(conn: Connection, user_id: int, run_id: int, now: datetime) -> JobRun | None:
    """Cancel a run of this user: at once if it waits; None when it has ended or is not there."""
    with conn.transaction():
        run = _fetch_one(conn, "ask_to_cancel", {"id": run_id, "user_id": user_id, "now": now})
        conn.execute(SQL["wake"])
    return run


def get(conn: Connection, user_id: int, run_id: int) -> JobRun | None:
    """Return one run of this user."""
    return _fetch_one(conn, "get", {"id": run_id, "user_id": user_id})


def page(
    conn: Connection,
    user_id: int,
    job: str | None = None,
    before: PageCursor | None = None,
    limit: int = 50,
) -> list[JobRun]:
    """Return up to `limit` runs of this user, newest first, of one job or of all."""
    row = {
        "user_id": user_id,
        "job": job,
        "before": before.started_at if before else None,
        "before_id": before.id if before else None,
        "limit": limit,
    }
    return _fetch_all(conn, "page", row)


def latest(conn: Connection, user_id: int) -> dict[str, JobRun]:
    """Return the last run of each job of this user."""
    return {run.job: run for run in _fetch_all(conn, "latest", {"user_id": user_id})}


def try_lock(conn: Connection, user_id: int, queue: str) -> bool:
    """Lock a queue of a user until `conn` closes; return False if another connection holds it."""
    return _is_true(conn, "try_lock", {"user_id": user_id, "queue": queue})


def unlock(conn: Connection, user_id: int, queue: str) -> None:
    """Release the lock on a queue of a user."""
    conn.execute(SQL["unlock"], {"user_id": user_id, "queue": queue})


def try_lead(conn: Connection) -> bool:
    """Become the leading scheduler until `conn` closes; return False if another one leads."""
    return _is_true(conn, "try_lead", {"lock": LEADER})


def stop_leading(conn: Connection) -> None:
    """Release the scheduler's lead."""
    conn.execute(SQL["stop_leading"], {"lock": LEADER})


def has_leader(conn: Connection) -> bool:
    """Return whether a scheduler leads now."""
    if not try_lead(conn):
        return True
    stop_leading(conn)
    return False


def delete_old(conn: Connection, keep: Mapping[str, int]) -> list[str]:
    """Remove all but the newest `keep[job]` ended runs of each user; return their run ids.

    Runs of jobs that are not in `keep` are removed.
    """
    jobs: Sequence[str] = list(keep)
    row = {"jobs": jobs, "keeps": [keep[job] for job in jobs]}
    return conn.cursor(row_factory=scalar_row).execute(SQL["forget"], row).fetchall()


def run_ids(conn: Connection, user_id: int | None = None) -> set[str]:
    """Return the run ids of all runs, or of those of one user."""
    cursor = conn.cursor(row_factory=scalar_row).execute(SQL["run_ids"], {"user_id": user_id})
    return set(cursor.fetchall())
