"""`runningcoach workout`: planned workouts and one's own, and workouts in other forms."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from psycopg import Connection
from rich.console import Console
from rich.table import Table
from rich.text import Text

from runningcoach.base import i18n, periods
from runningcoach.base.settings import settings
from runningcoach.cli.opened import opened
from runningcoach.model.plan_request import AthleteState
from runningcoach.model.stored_plan import StoredWorkout
from runningcoach.model.user import User
from runningcoach.model.workout import ConvertedWorkout
from runningcoach.model.workout_conversion import WorkoutConversion, WorkoutForm
from runningcoach.store import workouts

app = typer.Typer(help="Workouts: planned ones, your own, other forms.", no_args_is_help=True)
console, error_console = Console(), Console(stderr=True)

COLUMNS = ("id", "day", "type", "title", "steps")

WorkoutId = Annotated[int, typer.Argument(help="The number of a workout, as `list` shows it.")]
Source = Annotated[str, typer.Argument(help="A file (FIT, JSON, text), or the text itself.")]
Output = Annotated[Path | None, typer.Option("--output", "-o", help="The file to write.")]
Username = Annotated[
    str | None, typer.Option("--user", "-u", help="Whose data; the owner's when not given.")
]


@app.command("list")
def list_(
    days: Annotated[int, typer.Option(min=1, max=400, help="How far ahead.")] = 28,
    user: Username = None,
) -> None:
    """List the workouts of the coming days, and your own without a day."""
    with opened(settings(), user) as (conn, runner):
        today = periods.today(runner.timezone)
        coming = workouts.list_between(conn, runner.id, today, today + timedelta(days=days))
        undated = [one for one in workouts.list_own(conn, runner.id) if one.day is None]
    console.print(_table([*coming, *undated]))


def _table(rows: Iterable[StoredWorkout]) -> Table:
    from runningcoach.coach.plans.text.render import render_steps

    table = Table(*(i18n.t(f"cli.workout.{column}") for column in COLUMNS))
    for row in rows:
        workout = row.workout
        day, steps = str(row.day or ""), render_steps(workout.steps)
        table.add_row(str(row.id), day, workout.type, Text(workout.title), Text(steps))
    return table


@app.command()
def show(workout_id: WorkoutId, user: Username = None) -> None:
    """Show a workout as planned, and with your own paces and heart rates."""
    from runningcoach.coach.plans.targets import WorkoutUnresolvable, resolve_workout
    from runningcoach.coach.plans.text.render import render_steps

    with opened(settings(), user) as (conn, runner):
        stored, athlete = _stored(conn, runner, workout_id), _athlete(conn, runner)
    workout = stored.workout
    for line in (workout.title, workout.purpose, render_steps(workout.steps)):
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    try:
        resolved = resolve_workout(workout, athlete)
    except WorkoutUnresolvable as error:
        _warn([str(error)])
    else:
        if resolved.workout != workout:
            _say("cli.workout.on_the_watch", steps=render_steps(resolved.workout.steps))
        _warn(resolved.warnings)


@app.command()
def convert(
    source: Source,
    to: Annotated[WorkoutForm, typer.Option(help="The form that it is to have.")] = "text",
    output: Output = None,
    user: Username = None,
) -> None:
    """Convert a workout to text, Garmin's JSON, a FIT file or the form that is stored here."""
    if to == "fit" and output is None:
        raise typer.BadParameter(i18n.t("cli.workout.needs_output"), param_hint="--output")
    from runningcoach.coach.plans.conversions import convert_workout

    read = _read(source)
    converted = convert_workout(read, to, _athlete_for(to, user))
    _write(converted, output)
    _warn(converted.warnings)


def _athlete_for(to: WorkoutForm, user: str | None) -> AthleteState:
    """Return the athlete whose targets a form has; text and our own form keep those they have."""
    if to in ("text", "canonical"):
        return AthleteState(today=date.min)
    with opened(settings(), user) as (conn, runner):
        return _athlete(conn, runner)


def _write(converted: WorkoutConversion, output: Path | None) -> None:
    if output is not None:
        output.write_bytes(converted.content())
        _say("cli.workout.written", file=output)
    else:
        typer.echo(converted.content().decode(), nl=False)


@app.command("import")
def import_(
    source: Source,
    day: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day to run it on.")
    ] = None,
    user: Username = None,
) -> None:
    """Keep a workout of a FIT file, of Garmin's JSON or of a text as your own."""
    read = _read(source)
    with opened(settings(), user) as (conn, runner):
        stored = workouts.add_own(conn, runner.id, read.workout, day.date() if day else None)
    _say("cli.workout.kept", id=stored.id, title=stored.workout.title)
    _warn(read.warnings)


@app.command()
def export(workout_id: WorkoutId, output: Output = None, user: Username = None) -> None:
    """Write a workout as a FIT file with your own targets, for a watch on a cable."""
    from runningcoach.coach.plans.conversions import fit_file

    with opened(settings(), user) as (conn, runner):
        stored, athlete = _stored(conn, runner, workout_id), _athlete(conn, runner)
    content, told = fit_file(stored.workout, athlete, stored.created_at.timestamp())
    file = output or Path(f"workout-{stored.id}.fit")
    file.write_bytes(content)
    _say("cli.workout.written", file=file)
    _warn(told)


def _read(source: str) -> ConvertedWorkout:
    """Return the workout of a file, or of the text itself where there is no such file."""
    from runningcoach.coach.plans.conversions import read_source, source_from_file

    path = Path(source)
    is_file = len(source) < 4_096 and "\n" not in source and path.is_file()
    return read_source(source_from_file(path.read_bytes()) if is_file else source)


def _stored(conn: Connection[Any], runner: User, workout_id: int) -> StoredWorkout:
    from runningcoach.coach.plans.own_workouts import WorkoutNotFound

    stored = workouts.get(conn, runner.id, workout_id)
    if stored is None:
        raise WorkoutNotFound
    return stored


def _athlete(conn: Connection[Any], runner: User) -> AthleteState:
    from runningcoach.coach.plans.athlete import load_athlete

    return load_athlete(conn, runner.id, periods.today(runner.timezone))


def _say(key: str, **blanks: object) -> None:
    console.print(i18n.t(key, **blanks), markup=False, highlight=False, soft_wrap=True)


def _warn(sentences: Iterable[str]) -> None:
    for sentence in sentences:
        error_console.print(sentence, markup=False, highlight=False, soft_wrap=True)
