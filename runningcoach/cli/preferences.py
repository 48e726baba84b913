"""`runningcoach preferences`: how load and form are reckoned."""

from typing import Annotated

import typer
from rich.console import Console

from runningcoach.base import i18n
from runningcoach.base.settings import settings
from runningcoach.cli.opened import opened
from runningcoach.model.user import Convention, FormOf, LoadBy, Preferences
from runningcoach.store import preferences

app = typer.Typer(help="How load and form are reckoned.", no_args_is_help=True)
console = Console()

Username = Annotated[
    str | None, typer.Option("--user", "-u", help="Whose data; the owner's when not given.")
]


@app.command()
def show(user: Username = None) -> None:
    """Show how load and form are reckoned."""
    with opened(settings(), user) as (conn, runner):
        _print(preferences.get(conn, runner.id))


@app.command("set")
def set_(
    load_by: Annotated[
        LoadBy | None, typer.Option(help="Load of runs: by the terrain, pace, or heart rate.")
    ] = None,
    fitness_convention: Annotated[
        Convention | None, typer.Option(help="Weight of a day in fitness and fatigue.")
    ] = None,
    form_of: Annotated[FormOf | None, typer.Option(help="Which evening form is of.")] = None,
    seeded: Annotated[
        bool | None,
        typer.Option("--seeded/--no-seeded", help="Begin at the load of the first four weeks."),
    ] = None,
    user: Username = None,
) -> None:
    """Choose how load and form are reckoned; everything derived follows."""
    from runningcoach.derive import rebuild

    options = {
        "load_by": load_by,
        "fitness_convention": fitness_convention,
        "form_of": form_of,
        "seeded": seeded,
    }
    selected = {name: value for name, value in options.items() if value is not None}
    with opened(settings(), user) as (conn, runner):
        changed = preferences.get(conn, runner.id).model_copy(update=selected)
        preferences.put(conn, runner.id, changed)
        rebuild.refresh(conn, runner.id)
    _print(changed)


def _print(current: Preferences) -> None:
    for name, value in current:
        label = i18n.t(f"cli.preferences.{name}")
        words = i18n.t(f"cli.preferences.choices.{str(value).lower()}")
        console.print(f"{label}: {words} ({name}={str(value).lower()})", highlight=False)
