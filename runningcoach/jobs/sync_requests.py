"""Fetching from Garmin as a run of the schedule: ordered by somebody, done when its turn comes."""

from contextlib import suppress
from datetime import date
from typing import Any, Literal

from psycopg import Connection

from runningcoach.base import i18n, periods
from runningcoach.ingest.garmin import connection_status
from runningcoach.ingest.garmin.connection_status import SyncProgress
from runningcoach.jobs import job_table
from runningcoach.jobs.garmin_sync import GarminOrder
from runningcoach.jobs.problems import AlreadyRuns, NoSuchJob
from runningcoach.model.user import User
from runningcoach.store import garmin, job_runs
from runningcoach.store.job_runs import JobRun

JOBS = {"incremental": "sync", "range": "sync", "backfill": "backfill"}
"""Which job does what is asked of Garmin."""
BROKEN = ("failed", "timed_out", "crashed")

type Step = Literal["waits", "unattended", "works", "fetches"]


class SyncRequestStatus(SyncProgress):
    """How far the sync is, and the run that was ordered last.

    `step`: the run `waits` for its turn, or `unattended` because no scheduler is up; it `works`
    before and after it talks to Garmin, and `fetches` meanwhile. None: nothing is under way.
    """

    step: Step | None
    run: JobRun | None


def order(conn: Connection[Any], user: User, wish: GarminOrder) -> JobRun:
    """Queue what is wished for.

    Raises AlreadyRuns while the same job waits or runs, NoSuchJob without a connection.
    """
    connected = garmin.connected(conn)
    job = job_table.job_for(job_table.table(), JOBS[wish.mode], user, connected)
    run = job_runs.enqueue(conn, user.id, job.name, periods.now(), parameters=_parameters(wish))
    if run is None:
        raise AlreadyRuns(name=job.name)
    return run


def order_history(conn: Connection[Any], user: User, days: int) -> None:
    """Queue what follows a new connection: the newest, then the history of so many days.

    Nothing happens where it waits or runs already, or where the table has no such job.
    """
    with suppress(AlreadyRuns, NoSuchJob):
        order(conn, user, GarminOrder("backfill", days))


def _parameters(wish: GarminOrder) -> dict[str, Any]:
    """Return an order as its notebook takes it."""
    if wish.mode == "range":
        return {"first": wish.first.isoformat(), "last": wish.last.isoformat()}
    return {"days": wish.days} if wish.mode == "backfill" else {}


def newest_or_range(first: str, last: str) -> GarminOrder:
    """Return what a sync is told: the days from `first` to `last`, or with "" the newest."""
    if not first:
        return GarminOrder("incremental")
    return GarminOrder("range", first=date.fromisoformat(first), last=date.fromisoformat(last))


def progress(conn: Connection[Any], user: User, requests_a_day: int) -> SyncRequestStatus:
    """Return how far the sync of a runner is."""
    sync = connection_status.progress(conn, user, requests_a_day)
    run = _latest(conn, user)
    step = "fetches" if sync.running else _step(conn, run)
    facts: dict[str, Any] = sync.model_dump() | {"running": step is not None}
    if run and _broke_off(run, sync):
        facts["last_problem_words"] = _broken(run)
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
    return "waits" if job_runs.is_led(conn) else "unattended"


def _broke_off(run: JobRun, sync: SyncProgress) -> bool:
    """Return whether a run failed and no sync has begun since."""
    ended, began = run.ended_at, sync.last_started_at
    return run.state in BROKEN and ended is not None and (began is None or began <= ended)


def _broken(run: JobRun) -> str:
    """Say why a run failed, and what the failing step said."""
    why = i18n.words(i18n.language(), "jobs")["why"]
    said = why.get(run.error_code, run.error_code) if run.error_code else ""
    return " ".join(filter(None, [said, run.error]))
