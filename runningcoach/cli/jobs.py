"""`runningcoach jobs`: the table of jobs, running one by hand, what became of runs."""

import json
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from psycopg import Connection
from rich.console import Console
from rich.table import Table

from runningcoach.base import i18n, periods
from runningcoach.base.settings import settings
from runningcoach.cli.opened import opened
from runningcoach.cli.problems import BadParameter
from runningcoach.jobs import due_times, job_table, notebook_process
from runningcoach.jobs.clock import WallClock
from runningcoach.jobs.problems import AlreadyRuns, NotRunning
from runningcoach.jobs.runs import Runs
from runningcoach.model.user import User
from runningcoach.store import garmin, job_runs
from runningcoach.store.job_runs import JobRun

app = typer.Typer(help="Notebooks that run at their times.", no_args_is_help=True)
console = Console()

Username = Annotated[
    str | None, typer.Option("--user", "-u", help="For whom; the owner when not given.")
]
BETWEEN_S = 0.5


@app.command("list")
def list_(user: Username = None) -> None:
    """List the jobs: when each runs next, and what became of the last run."""
    table = Table(*(i18n.t(f"cli.jobs.{name}") for name in ("job", "about", "next", "last")))
    with opened(settings(), user) as (conn, runner):
        latest = job_runs.latest(conn, runner.id)
        for job in job_table.jobs_for(job_table.table(), runner, garmin.connected_users(conn)):
            following = due_times.next_after(job, runner, periods.now())
            last = latest.get(job.name)
            table.add_row(
                job.name,
                _words("about", job.name),
                _moment(following, runner) or i18n.t("jobs.never"),
                _outcome(last, runner) if last else i18n.t("jobs.yet"),
            )
    console.print(table)


@app.command()
def run(
    name: Annotated[str, typer.Argument(help="The name of a job.")],
    user: Username = None,
    parameter: Annotated[
        list[str] | None, typer.Option("--parameter", "-p", help="name=value, as JSON or text.")
    ] = None,
) -> None:
    """Run a job now: by the scheduler if one is up, else here."""
    parameters = dict(_parameter(text) for text in parameter or [])
    with opened(settings(), user) as (conn, runner):
        ended = run_now(conn, runner, name, parameters)
    raise typer.Exit(0 if ended.state == "succeeded" else 1)


def run_now(
    conn: Connection[Any], runner: User, name: str, parameters: dict[str, Any] | None = None
) -> JobRun:
    """Run a job, by the scheduler if one is up, else here; print how it ended and return that."""
    job = job_table.job_for(job_table.table(), name, runner, garmin.connected_users(conn))
    queued = job_runs.enqueue(conn, runner.id, name, periods.now(), parameters=parameters)
    if queued is None:
        raise AlreadyRuns(name=name)
    attend = _elsewhere if job_runs.has_leader(conn) else _here(conn, job, runner, queued)
    ended = _wait(conn, runner, queued, attend)
    console.print(_outcome(ended, runner), highlight=False)
    if ended.report:
        console.print(str(settings().home / "jobs" / ended.report), soft_wrap=True)
    return ended


def _elsewhere() -> None:
    """Leave the run to the scheduler."""


def _here(
    conn: Connection[Any], job: job_table.Job, runner: User, queued: JobRun
) -> Callable[[], None]:
    """Start the run in this process; return the function that watches it."""
    once = job.model_copy(update={"retries": 0})  # whoever asked sees what happened
    launch = notebook_process.launcher(settings())
    runs = Runs(conn, {job.name: once}, WallClock(conn), launch)
    if not runs.begin(queued, once, runner):
        job_runs.request_cancel(conn, runner.id, queued.id, periods.now())
        raise AlreadyRuns(name=job.name)
    return runs.attend


def _wait(
    conn: Connection[Any], runner: User, queued: JobRun, attend: Callable[[], None]
) -> JobRun:
    """Return the run when it has ended; cancel it on Ctrl-C."""
    with console.status(_words("names", queued.job)):
        while True:
            try:
                attend()
                now = job_runs.get(conn, runner.id, queued.id) or queued
                if now.ended_at:
                    return now
                time.sleep(BETWEEN_S)
            except KeyboardInterrupt:
                job_runs.request_cancel(conn, runner.id, queued.id, periods.now())


def _parameter(text: str) -> tuple[str, Any]:
    """Return name and value of `name=value`; a value that is not JSON is text."""
    name, equals, value = text.partition("=")
    if not equals or not name.isidentifier():
        raise BadParameter(text=text)
    try:
        return name, json.loads(value)
    except json.JSONDecodeError:
        return name, value


@app.command()
def history(
    name: Annotated[str | None, typer.Argument(help="Of one job; of all when not given.")] = None,
    user: Username = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many.")] = 20,
) -> None:
    """List the last runs, newest first."""
    table = Table("id", *(i18n.t(f"cli.jobs.{column}") for column in ("job", "due", "outcome")))
    with opened(settings(), user) as (conn, runner):
        for entry in job_runs.page(conn, runner.id, name, limit=limit):
            when = _moment(entry.scheduled_for, runner)
            table.add_row(str(entry.id), entry.job, when, _outcome(entry, runner))
    console.print(table)


@app.command()
def cancel(
    run: Annotated[int, typer.Argument(help="The id that `jobs history` shows.")],
    user: Username = None,
) -> None:
    """Cancel a run that waits or runs."""
    with opened(settings(), user) as (conn, runner):
        if job_runs.request_cancel(conn, runner.id, run, periods.now()) is None:
            raise NotRunning
    console.print(i18n.t("cli.jobs.cancelling", id=run), highlight=False)


def _words(group: str, name: str) -> str:
    return i18n.words(i18n.language(), "jobs")[group].get(name, name)


def _outcome(run: JobRun, runner: User) -> str:
    """Return the outcome of a run in words: state, end, duration, reason."""
    parts = [_words("states", run.state), _moment(run.ended_at or run.started_at, runner)]
    if run.started_at and run.ended_at:
        parts.append(_spell(run.ended_at - run.started_at))
    if run.error_code:
        parts.append(_words("why", run.error_code))
    return " · ".join(filter(None, [*parts, run.error]))


def _spell(lasted: timedelta) -> str:
    return f"{lasted.total_seconds():.1f} s"


def _moment(when: datetime | None, runner: User) -> str:
    return f"{when.astimezone(ZoneInfo(runner.timezone)):%Y-%m-%d %H:%M}" if when else ""
