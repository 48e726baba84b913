"""`runningcoach plan`: training plans in versions, from the request to the watch."""

import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from psycopg import Connection
from rich.console import Console

from runningcoach.base import periods
from runningcoach.base.i18n import t
from runningcoach.base.settings import settings
from runningcoach.cli import plan_words
from runningcoach.cli.opened import opened
from runningcoach.cli.problems import NoGarminConnection
from runningcoach.coach.plans import versions
from runningcoach.coach.plans.athlete import load_athlete
from runningcoach.model.plan_edit import PlanFinding
from runningcoach.model.plan_request import GoalKind
from runningcoach.model.stored_plan import StoredPlan
from runningcoach.model.user import User

app = typer.Typer(help="Training plans.", no_args_is_help=True)
console = Console()

Username = Annotated[
    str | None, typer.Option("--user", "-u", help="Whose plan; the owner's when not given.")
]
PlanId = Annotated[
    int | None,
    typer.Argument(help="Its number in `plan list`; the proposed one, else the current one."),
]
Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"])]


@app.command("list")
def list_(user: Username = None) -> None:
    """List the versions, newest first."""
    from runningcoach.store import plans

    with opened(settings(), user) as (conn, runner):
        rows = plans.list_versions(conn, runner.id, limit=50)
    console.print(plan_words.version_table(rows) if rows else t("cli.plan.none"))


@app.command()
def new(
    goal: Annotated[GoalKind, typer.Argument(help="What it is for.")],
    days: Annotated[str, typer.Option(help="Days for running, as tue,thu,sat,sun.")],
    long_day: Annotated[
        str | None, typer.Option(help="Day of the long run; the last of the week if absent.")
    ] = None,
    start: Day = None,
    race: Day = None,
    race_name: str = "",
    target: Annotated[str | None, typer.Option(help="Target time, as 45:00 or 1:45:00.")] = None,
    weeks: Annotated[int | None, typer.Option(help="How many, where there is no race.")] = None,
    weekday_max: Annotated[int | None, typer.Option(help="Longest session, minutes.")] = None,
    long_max: Annotated[int | None, typer.Option(help="Longest long run, minutes.")] = None,
    ambitious: Annotated[bool, typer.Option("--ambitious", help="More, sooner.")] = False,
    by_heart_rate: Annotated[bool, typer.Option("--by-heart-rate", help="No paces.")] = False,
    hills: Annotated[bool, typer.Option("--hills/--no-hills", help="With runs uphill.")] = True,
    user: Username = None,
) -> None:
    """Make a plan by the rules and propose it; nothing changes until it is approved."""
    from runningcoach.cli.plan_requests import plan_request, weekdays

    free = weekdays(days)
    with opened(settings(), user) as (conn, runner):
        today = periods.today(runner.timezone)
        request = plan_request(
            goal=goal,
            start=start.date() if start else today,
            race_date=race.date() if race else None,
            race_name=race_name,
            target_time=target,
            weeks=weeks,
            available_weekdays=free,
            long_day=weekdays(long_day)[0] if long_day else max(free),
            weekday_max_min=weekday_max,
            long_max_min=long_max,
            ambition="ambitious" if ambitious else "steady",
            by_heart_rate=by_heart_rate,
            with_hills=hills,
        )
        athlete = load_athlete(conn, runner.id, today)
        stored = versions.generate_plan(conn, runner.id, request, athlete, runner.language)
        _show(conn, runner, stored)


@app.command()
def show(
    plan: PlanId = None,
    week: Annotated[int | None, typer.Option(min=1, help="One week, counted from 1.")] = None,
    user: Username = None,
) -> None:
    """Show a plan: its weeks, and the sessions of this week and the next."""
    with opened(settings(), user) as (conn, runner):
        _show(conn, runner, versions.find_plan(conn, runner.id, plan), week)


def _show(conn: Connection[Any], runner: User, stored: StoredPlan, week: int | None = None) -> None:
    from runningcoach.coach.plans import overview

    today = periods.today(runner.timezone)
    loaded = overview.load_overview(conn, runner.id, today, stored.id)
    assert loaded is not None  # noqa: S101 - the version was read just now
    console.print(plan_words.heading(stored), highlight=False)
    console.print(plan_words.week_table(overview.overview_weeks(loaded)))
    for line in plan_words.session_lines(stored.plan, today, week):
        console.print(line, highlight=False, soft_wrap=True)
    _print_findings(loaded.findings)


def _print_findings(findings: list[PlanFinding]) -> None:
    for line in plan_words.finding_lines(findings):
        console.print(line, highlight=False, soft_wrap=True)


@app.command()
def check(plan: PlanId = None, user: Username = None) -> None:
    """Check a plan against the rules and today's data; ends with 1 where errors block it."""
    with opened(settings(), user) as (conn, runner):
        stored = versions.find_plan(conn, runner.id, plan)
        athlete = load_athlete(conn, runner.id, periods.today(runner.timezone))
        findings = versions.find_problems(stored, athlete)
    _print_findings(findings)
    raise typer.Exit(int(any(finding.severity == "error" for finding in findings)))


@app.command()
def approve(
    plan: PlanId = None,
    sha256: Annotated[
        str | None, typer.Option(help="Its hash, or the beginning, as `plan show` prints it.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    user: Username = None,
) -> None:
    """Make the proposed plan the current one; its workouts go to the watch."""
    from runningcoach.jobs.workout_push_requests import approve_and_push

    with opened(settings(), user) as (conn, runner):
        stored = versions.find_plan(conn, runner.id, plan)
        if sha256 is not None and not (sha256 and stored.sha256.startswith(sha256)):
            raise versions.PlanHashDiffers
        if sha256 is None and not yes:
            console.print(plan_words.heading(stored), highlight=False)
            _confirm()
        today = periods.today(runner.timezone)
        approved = approve_and_push(conn, runner, stored.id, stored.sha256, today)
    console.print(t("cli.plan.approved", version=approved.version), highlight=False)
    console.print(t("cli.plan.pushed" if approved.push else "cli.plan.not_pushed"))


def _confirm() -> None:
    if not typer.confirm(t("cli.plan.ask_approval")):
        raise typer.Exit(1)


@app.command()
def reject(plan: PlanId = None, user: Username = None) -> None:
    """Reject the proposed plan; the current one stays."""
    with opened(settings(), user) as (conn, runner):
        stored = versions.find_plan(conn, runner.id, plan)
        rejected = versions.reject_plan(conn, runner.id, stored.id)
    console.print(t("cli.plan.rejected", version=rejected.version), highlight=False)


@app.command()
def push(user: Username = None) -> None:
    """Bring the coming workouts of the current plan to the watch."""
    from runningcoach.cli.jobs import run_now
    from runningcoach.jobs.workout_push_requests import WORKOUT_PUSH
    from runningcoach.store import garmin

    with opened(settings(), user) as (conn, runner):
        versions.get_current_plan(conn, runner.id)
        if runner.id not in garmin.connected_users(conn):
            raise NoGarminConnection
        ended = run_now(conn, runner, WORKOUT_PUSH)
    raise typer.Exit(0 if ended.state == "succeeded" else 1)


@app.command()
def edit(
    edits: Annotated[
        list[str],
        typer.Argument(
            help="Each in quotation marks: 'move DAY DAY', 'swap DAY DAY', 'scale DAY 80%',"
            " 'scale_week MONDAY 70%', 'replace DAY 2km E + 3km T', 'make_easy DAY', 'rest DAY'."
        ),
    ],
    plan: Annotated[int | None, typer.Option("--plan", help="Its number; else as `show`.")] = None,
    price: Annotated[
        bool, typer.Option("--price", help="Say what it would cost, and store nothing.")
    ] = False,
    user: Username = None,
) -> None:
    """Propose a plan with edits applied in their order, all of them or none."""
    from runningcoach.cli.plan_edits import parse_edits

    parsed = parse_edits(edits)
    with opened(settings(), user) as (conn, runner):
        today = periods.today(runner.timezone)
        base = versions.find_plan(conn, runner.id, plan)
        cost = versions.price_edits(conn, runner.id, base.id, parsed, today)
        edited = None if price else versions.edit_plan(conn, runner.id, base.id, parsed, today)
    for line in plan_words.price_lines(cost):
        console.print(line, highlight=False, soft_wrap=True)
    if edited is not None:
        console.print(plan_words.heading(edited), highlight=False)


@app.command()
def export(
    plan: PlanId = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Into a file.")] = None,
    user: Username = None,
) -> None:
    """Write a plan in its canonical form, whose SHA-256 is that of the version."""
    from runningcoach.model.canonical import canonical_json

    with opened(settings(), user) as (conn, runner):
        content = canonical_json(versions.find_plan(conn, runner.id, plan).plan)
    if output is None:
        sys.stdout.buffer.write(content.encode())
    else:
        output.write_bytes(content.encode())


@app.command("import")
def import_(
    file: Annotated[typer.FileBinaryRead, typer.Argument(help="A file; - is standard input.")],
    user: Username = None,
) -> None:
    """Propose a plan from a file: an export, or a draft with its request."""
    from runningcoach.cli.plan_requests import read_import
    from runningcoach.coach.plans import plan_imports

    content = read_import(file.read())
    with opened(settings(), user) as (conn, runner):
        today = periods.today(runner.timezone)
        try:
            review = plan_imports.propose_import(conn, runner.id, content, today)
        except plan_imports.DraftRefused as refusal:
            for place, what in refusal.places:
                console.print(f"{place}: {what}", highlight=False, soft_wrap=True)
            raise
    console.print(plan_words.heading(review), highlight=False)
    _print_findings(review.findings)
