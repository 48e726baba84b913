"""Fetching from Garmin as a run of the schedule: ordered by somebody, done when its turn comes."""

from contextlib import suppress
from datetime import date
from typing import Any, Literal

from psycopg import Connection

from runningcoach.base import i18n, periods
from runningcoach.ingest.garmin import connection_status
from runningcoach.ingest.garmin.connection_status import SyncProgress
from runningcoach.jobs import job_table
from runningcoach.jobs.garmin_orders import GarminOrder
from runningcoach.jobs.problems import AlreadyRuns, NoSuchJob
from runningcoach.model.user import User
from runningcoach.store import garmin, job_runs
from runningcoach.store.job_runs import JobRun

JOBS = {"incremental": "sync", "range": "sync", "backfill": "backfill"}
"""Which job does what is asked of Garmin."""
FAILED_STATES = ("failed", "timed_out", "crashed")

type Step = Literal["waits", "unattended", "works", "fetches"]


class SyncRequestStatus(SyncProgress):
    """How far the sync is, and the run that was ordered last.

    `step`: the run `waits` for its turn, or `unattended` because no scheduler is up; it `works`
    before and after it talks to Garmin, and `fetches` meanwhile. None: nothing is under way.
    """

    step: Step | None
    run: JobRun | None


def request_sync(conn: Connection[Any], user: User, request: GarminOrder) -> JobRun:
    """Queue a sync.

    Raises AlreadyRuns while the same job waits or runs, NoSuchJob without a connection.
    """
    connected = garmin.connected_users(conn)
    job = job_table.job_for(job_table.table(), JOBS[request.mode], user, connected)
    run = job_runs.enqueue(conn, user.id, job.name, periods.now(), parameters=_parameters(request))
    if run is None:
        raise AlreadyRuns(name=job.name)
    return run


def request_history(conn: Connection[Any], user: User, days: int) -> None:
    """Queue the history of a new connection: the newest first, then so many days.

    Nothing happens where it waits or runs already, or where the table has no such job.
    """
    with suppress(AlreadyRuns, NoSuchJob):
        request_sync(conn, user, GarminOrder("backfill", days))


def _parameters(request: GarminOrder) -> dict[str, Any]:
    """Return an order as its notebook takes it."""
    if request.mode == "range":
        return {"first": request.first.isoformat(), "last": request.last.isoformat()}
    return {"days": request.days} if request.mode == "backfill" else {}


def newest_or_range(first: str, last: str) -> GarminOrder:
    """Return the order for the days from `first` to `last`, or with "" for the newest."""
    if not first:
        return GarminOrder("incremental")
    return GarminOrder("range", first=date.fromisoformat(first), last=date.fromisoformat(last))


def progress(conn: Connection[Any], user: User, requests_a_day: int) -> SyncRequestStatus:
    """Return the progress of the sync of a runner."""
    sync = connection_status.progress(conn, user, requests_a_day)
    run = _latest(conn, user)
    step = "fetches" if sync.running else _step(conn, run)
    facts: dict[str, Any] = sync.model_dump() | {"running": step is not None}
    if run and _has_failed(run, sync):
        facts["last_problem_words"] = _failure_words(run)
    return SyncRequestStatus(**facts, step=step, run=run)


def _latest(conn: Connection[Any], user: User) -> JobRun | None:
    latest = job_runs.latest(conn, user.id)
    runs = [run for job, run in latest.items() if job in JOBS.values()]
    return max(runs, key=lambda run: (run.queued_at, run.id), default=None)


def _step(conn: Connection[Any], run: JobRun | None) -> Step | None:
    if run is None or run.ended_at:
        return None
    if run.state == "running":
        return "works"
    return "waits" if job_runs.has_leader(conn) else "unattended"


def _has_failed(run: JobRun, sync: SyncProgress) -> bool:
    """Return whether a run failed and no sync has begun since."""
    ended, began = run.ended_at, sync.last_started_at
    return run.state in FAILED_STATES and ended is not None and (began is None or began <= ended)


def _failure_words(run: JobRun) -> str:
    """Return why a run failed, with the error of the failing step."""
    why = i18n.words(i18n.language(), "jobs")["why"]
    reason = why.get(run.error_code, run.error_code) if run.error_code else ""
    return " ".join(filter(None, [reason, run.error]))
