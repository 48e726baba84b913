"""`runningcoach garmin`: connect once, see how it goes, fetch, leave."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from psycopg import Connection
from rich.console import Console
from rich.table import Table

from runningcoach.base import i18n, periods
from runningcoach.base.settings import settings
from runningcoach.cli import progress
from runningcoach.cli.opened import opened
from runningcoach.cli.problems import NoGarminConnection
from runningcoach.cli.secret_prompt import ask_secret
from runningcoach.model.connection import GarminConnection
from runningcoach.model.user import User
from runningcoach.sources.garmin import LaneName

app = typer.Typer(help="The connection to Garmin.", no_args_is_help=True)
console = Console()
t = i18n.t

Username = Annotated[
    str | None, typer.Option("--user", "-u", help="Whose data; the owner's when not given.")
]
STOPPED = 2
"""The exit code of a run that ended before its time; an error's is 1."""


@app.command()
def connect(
    email: Annotated[
        str | None, typer.Option(help="Sign in with this address instead of a key.")
    ] = None,
    expires: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The day on which the key ends."),
    ] = None,
    user: Username = None,
) -> None:
    """Connect by a Personal API key, or by e-mail address and password; asks for the secret."""
    from runningcoach.jobs import sync_requests

    with opened(settings(), user) as (conn, runner):
        if email is None:
            lane = _by_key(conn, runner, expires.date() if expires else None)
        else:
            lane = _by_name(conn, runner, email)
        sync_requests.request_history(conn, runner, settings().garmin_backfill_days)
    _say("connected", lane=t(f"garmin.lanes.{lane.lane}"), account=lane.account or "")
    _say("follows")


def _by_key(conn: Connection[Any], runner: User, ends: date | None) -> GarminConnection:
    from runningcoach.ingest.garmin import connection

    zone = ZoneInfo(runner.timezone)
    at = datetime.combine(ends, time(0), zone) if ends else None
    return connection.connect_key(conn, runner.id, ask_secret("cli.garmin.ask_key"), _place(), at)


def _by_name(conn: Connection[Any], runner: User, email: str) -> GarminConnection:
    from runningcoach.ingest.garmin import connection

    password = ask_secret("cli.garmin.ask_password")
    with console.status(t("cli.garmin.signing_in")):
        lane = connection.sign_in(conn, runner.id, email, password, _place())
    while lane.status == "needs_mfa":
        lane = _by_code(conn, runner, lane)
    return lane


def _by_code(conn: Connection[Any], runner: User, waiting: GarminConnection) -> GarminConnection:
    """Enter one code; report a wrong one, after which another may follow."""
    from runningcoach.ingest.garmin import connection

    code = ask_secret("cli.garmin.ask_code")
    try:
        return connection.enter_code(conn, runner.id, code, _place())
    except connection.WrongDigits as wrong:
        console.print(str(wrong), style="yellow", highlight=False)
        return waiting


@app.command()
def status(user: Username = None) -> None:
    """Show the connection, what to know of it, and how far the sync is."""
    from runningcoach.ingest.garmin import connection_status
    from runningcoach.jobs import sync_requests

    with opened(settings(), user) as (conn, runner):
        stands = connection_status.of(conn, runner, simulated=settings().garmin_url is not None)
        sync = sync_requests.progress(conn, runner, settings().garmin_requests_a_day)
    if stands.simulated:
        _say("simulated")
    if not stands.lanes:
        _say("not_connected")
    for lane in stands.lanes:
        _say_lane(lane)
    for notice in stands.notices:
        console.print(notice.words, style="yellow", highlight=False)
    _say_sync(sync, runner)


def _say_lane(lane: GarminConnection) -> None:
    name, state = t(f"garmin.lanes.{lane.lane}"), t(f"garmin.status.{lane.status}")
    console.print(f"{name}: {state} {lane.account or ''}".rstrip(), highlight=False)


def _say_sync(sync: Any, runner: User) -> None:
    last = sync.last_success_at
    moment = periods.clock(last, runner.timezone) if last else t("cli.garmin.never")
    _say("last_success", at=moment)
    _say("units", done=sync.units_done, left=sync.units_left, parked=sync.units_parked)
    _say("requests", today=sync.requests_today, left=sync.requests_left)
    if sync.step == "fetches":
        ends = periods.clock(sync.ends_at, runner.timezone) if sync.ends_at else "–"
        _say("running", rate=sync.units_per_minute or "–", ends=ends)
    elif sync.step:
        _say(sync.step)
    if sync.last_problem_words:
        console.print(sync.last_problem_words, style="yellow", highlight=False)


@app.command()
def sync(user: Username = None) -> None:
    """Fetch what is new or changed at Garmin, and derive what that changed."""
    _run("incremental", user)


@app.command()
def backfill(
    days: Annotated[
        int | None, typer.Option(min=0, help="How far back; 0 is all. GARMIN_BACKFILL_DAYS else.")
    ] = None,
    user: Username = None,
) -> None:
    """Fetch the history, newest first, as far as today's requests go. Safe to stop and repeat."""
    _run("backfill", user, settings().garmin_backfill_days if days is None else days)


def _run(mode: Any, username: str | None, days: int = 0) -> None:
    from runningcoach import jobs

    with opened(settings(), username) as (conn, runner), _bar(conn, runner) as show:
        _refuse_without_connection(conn, runner)
        report = jobs.sync_garmin(
            conn, runner.id, jobs.GarminOrder(mode, days), _place(),
            requests_a_day=settings().garmin_requests_a_day, progress=show,
        )  # fmt: skip
    console.print(str(report), highlight=False)
    if report.stopped:
        raise typer.Exit(STOPPED)


def _refuse_without_connection(conn: Connection[Any], runner: User) -> None:
    from runningcoach.store import garmin

    if all(lane.status != "connected" for lane in garmin.connections(conn, runner.id)):
        raise NoGarminConnection


@contextmanager
def _bar(conn: Connection[Any], runner: User) -> Iterator[Callable[[Any], None]]:
    """Yield a callback that shows units done out of all, units a minute and time left."""
    from runningcoach.store import garmin

    with progress.of_units(console) as show:

        def tell(report: Any) -> None:
            state = garmin.sync_state(conn, runner.id)
            show(report.units, report.units + state.units_left)

        yield tell


@app.command()
def gaps(
    first: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First day.")
    ] = None,
    last: Annotated[
        datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="Last day.")
    ] = None,
    user: Username = None,
) -> None:
    """List the days that lack sleep, heart rate or stress, with the reason; the last 90 else."""
    from runningcoach.store import scores

    with opened(settings(), user) as (conn, runner):
        end = last.date() if last else periods.today(runner.timezone)
        begin = first.date() if first else end - timedelta(days=89)
        listed = scores.gaps(conn, runner.id, begin, end)
    table = Table(*(t(f"cli.garmin.{name}") for name in ("day", "stream", "reason", "again_on")))
    for gap in listed:
        table.add_row(
            str(gap.date), t(f"garmin.streams.{gap.stream}"), t(f"garmin.reasons.{gap.reason}"),
            str(gap.recheck_on or "–"),
        )  # fmt: skip
    console.print(table if listed else t("cli.garmin.no_gaps"))


@app.command()
def disconnect(
    lane: Annotated[LaneName, typer.Argument(help="key or signin.")],
    forget: Annotated[
        bool | None,
        typer.Option("--forget/--keep", help="Delete what was fetched, or keep it; asks else."),
    ] = None,
    user: Username = None,
) -> None:
    """Leave: the tokens are forgotten; what was fetched is kept, or deleted too."""
    from runningcoach.ingest.garmin import disconnection

    with opened(settings(), user) as (conn, runner):
        is_forgotten = _shall_forget() if forget is None else forget
        disconnection.leave(conn, runner.id, lane, _place(), forget=is_forgotten)
        if is_forgotten:
            _derive(conn, runner)
    _say("left_and_forgot" if is_forgotten else "left", lane=t(f"garmin.lanes.{lane}"))


def _shall_forget() -> bool:
    """Prompt; return False without a terminal."""
    return sys.stdin.isatty() and typer.confirm(t("cli.garmin.ask_forget"), default=False)


def _derive(conn: Connection[Any], runner: User) -> None:
    from runningcoach.derive import rebuild

    rebuild.refresh(conn, runner.id)


def _place() -> Any:
    from runningcoach.ingest.garmin.connection import endpoint_from

    return endpoint_from(settings())


def _say(key: str, **blanks: object) -> None:
    console.print(t(f"cli.garmin.{key}", **blanks), highlight=False)
