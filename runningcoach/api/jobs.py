"""/jobs: schedule and runs of jobs; start and cancel them."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from runningcoach.api import page_cursors
from runningcoach.api.dependencies import CurrentUser, Database, Home
from runningcoach.api.problems import NotFound, described
from runningcoach.base import periods
from runningcoach.jobs import due_times, job_table
from runningcoach.jobs.problems import AlreadyRuns, NotRunning
from runningcoach.model.record import Page
from runningcoach.model.user import User
from runningcoach.store import garmin, job_runs
from runningcoach.store.activities import PageCursor
from runningcoach.store.job_runs import JobRun

router = APIRouter(prefix="/jobs", tags=["jobs"])

RunId = Annotated[int, Path(alias="id", ge=1, lt=2**63)]
Name = Annotated[str, Path(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
Scalar = str | int | float | bool
REPORT_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'self'; "
    "form-action 'none'; frame-ancestors 'self'; "
    "sandbox allow-top-navigation-by-user-activation"
)
"""A report runs no script and fetches nothing, whatever stands in it."""


class JobState(BaseModel):
    """A job of the table: when it runs next for this runner, and its last run."""

    name: str
    cron: str | None
    timezone: str
    next_at: datetime | None
    last_run: JobRun | None


class RunRequest(BaseModel):
    """Parameters of a run in addition to those of the table."""

    model_config = ConfigDict(extra="forbid")

    parameters: Annotated[
        dict[Annotated[str, Field(pattern=r"^[a-z_]\w{0,62}$")], Scalar], Field(max_length=20)
    ] = {}


class RunListQuery(BaseModel):
    """Which runs a list shows, and where its page begins."""

    model_config = ConfigDict(extra="forbid")

    job: Annotated[str, Field(max_length=63)] | None = None
    cursor: (
        Annotated[str, Field(max_length=200, description="`next` of the page before")] | None
    ) = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


@router.get("", responses=described(401))
def list_jobs(db: Database, user: CurrentUser) -> list[JobState]:
    """Return the jobs that run for this runner."""
    latest = job_runs.latest(db, user.id)
    jobs = job_table.jobs_for(job_table.table(), user, garmin.connected_users(db))
    return [_state(job, user, latest.get(job.name)) for job in jobs]


def _state(job: job_table.Job, user: User, last: JobRun | None) -> JobState:
    return JobState(
        name=job.name,
        cron=job.cron,
        timezone=job.zone(user).key,
        next_at=due_times.next_after(job, user, periods.now()),
        last_run=last,
    )


@router.get("/runs", responses=described(401, 422))
def list_runs(
    db: Database, user: CurrentUser, query: Annotated[RunListQuery, Query()]
) -> Page[JobRun]:
    """Return the runner's runs, newest first, also those that were missed or skipped."""
    before = page_cursors.decode(query.cursor) if query.cursor else None
    rows = job_runs.page(db, user.id, query.job, before, query.limit + 1)
    items = rows[: query.limit]
    more = len(rows) > query.limit
    last = page_cursors.encode(PageCursor(items[-1].queued_at, items[-1].id)) if more else None
    return Page[JobRun](items=items, next=last)


@router.get("/runs/{id}", responses=described(401, 404, 422))
def read_run(db: Database, user: CurrentUser, id: RunId) -> JobRun:
    """Return one run."""
    return _owned(job_runs.get(db, user.id, id))


@router.get("/runs/{id}/report", response_class=Response, responses=described(401, 404, 422))
def read_report(db: Database, user: CurrentUser, id: RunId, home: Home) -> Response:
    """Return the report of a run, as a page that runs no script and fetches nothing."""
    run = _owned(job_runs.get(db, user.id, id))
    file = home / "jobs" / (run.report or "")
    if run.report is None or not file.is_file():
        raise NotFound
    headers = {"Content-Security-Policy": REPORT_POLICY}
    return Response(file.read_bytes(), media_type="text/html; charset=utf-8", headers=headers)


@router.post("/{name}/run", status_code=202, responses=described(401, 403, 404, 409, 422))
def run_job(
    db: Database, user: CurrentUser, name: Name, request: RunRequest | None = None
) -> JobRun:
    """Queue a run for this runner; a job of the household is the owner's to run."""
    job = job_table.job_for(job_table.table(), name, user, garmin.connected_users(db))
    parameters: dict[str, Any] = dict(request.parameters) if request else {}
    run = job_runs.enqueue(db, user.id, job.name, periods.now(), parameters=parameters)
    if run is None:
        raise AlreadyRuns(name=name)
    return run


@router.post("/runs/{id}/cancel", status_code=202, responses=described(401, 403, 404, 409, 422))
def cancel_run(db: Database, user: CurrentUser, id: RunId) -> JobRun:
    """Cancel a run: at once while it waits, within a second or two while it runs."""
    _owned(job_runs.get(db, user.id, id))
    run = job_runs.request_cancel(db, user.id, id, periods.now())
    if run is None:
        raise NotRunning
    return run


def _owned(run: JobRun | None) -> JobRun:
    if run is None:
        raise NotFound
    return run
