"""The commands of `runningcoach`."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from runningcoach import __version__
from runningcoach.base import i18n
from runningcoach.base.settings import settings
from runningcoach.cli import progress
from runningcoach.cli.groups import Commands
from runningcoach.cli.opened import opened
from runningcoach.model.quarantine import Quarantined

app = typer.Typer(
    cls=Commands,
    help="RunningCoach: the running coach that lives on your own machine.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)
quarantine_app = typer.Typer(help="Files that could not be taken.", no_args_is_help=True)
app.add_typer(quarantine_app, name="quarantine")

console = Console()

Username = Annotated[
    str | None, typer.Option("--user", "-u", help="Whose data; the owner's when not given.")
]


@app.command()
def up() -> None:
    """Start everything: database, migrations, API, dashboards (and JupyterLab if set)."""
    from runningcoach.ops import supervisor

    raise typer.Exit(supervisor.up(settings()))


@app.command()
def scheduler() -> None:
    """Run jobs at their times, beside an `up` elsewhere that has RUNNINGCOACH_SCHEDULER=false."""
    from runningcoach.base import shipped_folders

    main = shipped_folders.folder("scheduler") / "main.py"
    os.execv(sys.executable, [sys.executable, str(main)])  # noqa: S606  takes our place and signals


@app.command()
def demo(
    years: Annotated[float, typer.Option(help="Years of made-up history.")] = 2.0,
    seed: Annotated[int, typer.Option(help="Another seed is another runner.")] = 7,
) -> None:
    """Start everything with a made-up runner, in a home of its own."""
    from runningcoach.cli import demo as demonstration

    raise typer.Exit(demonstration.run(years, seed))


@app.command("import")
def import_(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(help="Files, folders, archives, account exports.", exists=True),
    ] = None,
    user: Username = None,
    workers: Annotated[int | None, typer.Option(help="Processes that decode.")] = None,
    again: Annotated[
        bool,
        typer.Option(
            help="Take files again that are known or deleted; without PATHS what is kept."
        ),
    ] = False,
    sport: Annotated[
        str | None, typer.Option(help="Sport of files that state none: running, cycling, …")
    ] = None,
) -> None:
    """Import FIT, TCX and GPX files, folders of them, zips, Garmin and Strava exports."""
    from runningcoach.ingest.files.sport_choice import sport_by_name
    from runningcoach.jobs import take_files
    from runningcoach.store.blobs import files

    if not paths and not again:
        raise typer.BadParameter(i18n.t("cli.import.no_paths"), param_hint="PATHS")
    default = sport_by_name(sport) if sport else None
    with opened(settings(), user) as (conn, athlete), progress.of_import(console) as show:
        report = take_files(
            conn,
            athlete.id,
            paths or [files.folder(settings().home)],
            home=settings().home,
            workers=workers or settings().workers,
            engine=settings().fit_engine,
            again=again,
            progress=show,
            sport=default,
        )
    console.print(str(report), highlight=False)


@app.command()
def rebuild(user: Username = None) -> None:
    """Compute everything derived anew from the samples, and say what changed.

    Sample files that are gone or damaged are made again from the originals first.
    """
    from runningcoach.cli import rebuilt
    from runningcoach.jobs import rebuild_all

    current = settings()
    with opened(current, user) as (conn, athlete), progress.of_steps(console) as show:
        restored, report = rebuild_all(
            conn,
            athlete.id,
            current.home,
            workers=current.workers,
            engine=current.fit_engine,
            progress=show,
        )
    rebuilt.print_restored(restored, console)
    rebuilt.print_report(report, console)


@app.command("explain")
def explain_(
    metric: Annotated[str, typer.Argument(help="Its name, as in the glossary: trimp, ctl.")],
    about: Annotated[str, typer.Argument(help="A date as 2026-05-01, or an activity's number.")],
    user: Username = None,
) -> None:
    """Say why a number is what it is: formula, inputs, benchmarks, reasons, source."""
    from runningcoach.cli import explain

    with opened(settings(), user) as (conn, athlete):
        explain.show(explain.ask(conn, athlete.id, metric, about), console)


@quarantine_app.command("list")
def quarantine_list(user: Username = None) -> None:
    """List the files in quarantine with their reasons."""
    from runningcoach.ingest import quarantine

    columns = ("name", "reason", "code", "since")
    table = Table("id", *(i18n.t(f"cli.quarantine.{c}") for c in columns))
    with opened(settings(), user) as (conn, athlete):
        for row in quarantine.everything(conn, athlete.id):
            table.add_row(
                str(row.id),
                _name(row),
                row.reason,
                row.reason_code,
                f"{row.first_seen_at:%Y-%m-%d %H:%M}",
            )
    console.print(table if table.row_count else i18n.t("cli.quarantine.empty"))


def _name(row: Quarantined) -> str:
    """Return the name of a file in quarantine, and which of its activities it is about."""
    if row.leg is None:
        return row.name
    return i18n.t("cli.quarantine.one_of", name=row.name, number=row.leg + 1)


@quarantine_app.command("retry")
def quarantine_retry(
    ids: Annotated[list[int] | None, typer.Argument(help="Ids; all when none is given.")] = None,
    user: Username = None,
) -> None:
    """Try files in quarantine again, for instance after an update."""
    from runningcoach.derive import rebuild as derived
    from runningcoach.derive import stale_facts
    from runningcoach.ingest import quarantine

    with opened(settings(), user) as (conn, athlete):
        report = quarantine.retry(conn, athlete.id, ids or None, home=settings().home)
        stale_facts.renew(conn, athlete.id, settings().home)
        derived.refresh(conn, athlete.id)
    console.print(str(report), highlight=False)


@quarantine_app.command("empty")
def quarantine_empty(
    older_than: Annotated[
        int, typer.Option(min=0, help="Only what is there for so many days.", metavar="DAYS")
    ] = 0,
    reason: Annotated[
        str | None, typer.Option(help="Only what is there for this reason, as bad_json.")
    ] = None,
    user: Username = None,
) -> None:
    """Delete files that could not be taken. Activities that were deleted are not touched."""
    from runningcoach.ingest import quarantine

    with opened(settings(), user) as (conn, athlete):
        removed = quarantine.empty(
            conn, athlete.id, settings().home, older_than_days=older_than, reason_code=reason
        )
    size = f"{removed.size_bytes / 1e6:,.1f}"
    console.print(i18n.t("cli.quarantine.emptied", count=removed.files, size=size), highlight=False)


@app.command("mcp")
def mcp_(
    user: Username = None,
    propose: Annotated[
        bool, typer.Option("--propose", help="Let the assistant propose plans, too.")
    ] = False,
) -> None:
    """Offer the coach's tools to an assistant that starts this command (MCP over stdio)."""
    from runningcoach.cli import mcp

    mcp.serve(settings(), user, propose)


@app.command("service")
def service_(
    write: Annotated[
        bool, typer.Option("--write", help="Write it where systemd looks for your own units.")
    ] = False,
) -> None:
    """Print a systemd user unit that starts the program with the machine."""
    from runningcoach.cli import service

    service.show_or_write(write, console)


@app.command("doctor")
def doctor_() -> None:
    """Say what is wrong and how to mend it."""
    from runningcoach.cli import doctor

    raise typer.Exit(doctor.examine(settings(), console))


@app.command()
def version() -> None:
    """Print the version."""
    console.print(f"RunningCoach {__version__}", highlight=False)
