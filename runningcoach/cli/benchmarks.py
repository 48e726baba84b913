"""`runningcoach benchmarks`: limits and thresholds, and those set by the runner."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any

import typer
from psycopg import Connection
from rich.console import Console
from rich.table import Table

from runningcoach.base import i18n, periods, units
from runningcoach.base.settings import settings
from runningcoach.cli.opened import opened
from runningcoach.cli.problems import BadValue, BenchmarkNotSet
from runningcoach.model.benchmark import Benchmark, BenchmarkKind
from runningcoach.model.user import User
from runningcoach.store import benchmark_rules, benchmarks
from runningcoach.store.benchmark_rules import OwnBenchmark

app = typer.Typer(help="Limits and thresholds of the body.", no_args_is_help=True)
console = Console()

COLUMNS = ("kind", "value", "since", "source")

Kind = Annotated[BenchmarkKind, typer.Argument(help="Which one, as hrmax_bpm.")]
Day = Annotated[datetime, typer.Argument(formats=["%Y-%m-%d"], help="From which day on.")]
Username = Annotated[
    str | None, typer.Option("--user", "-u", help="Whose data; the owner's when not given.")
]


@app.command("list")
def list_(
    every: Annotated[bool, typer.Option("--all", help="Earlier ones too.")] = False,
    user: Username = None,
) -> None:
    """List the benchmarks in force today, with who says so since when."""
    with opened(settings(), user) as (conn, runner):
        rows = _every(conn, runner) if every else _in_force(conn, runner)
    console.print(_table(rows))


def _every(conn: Connection[Any], runner: User) -> Iterable[Benchmark]:
    return benchmarks.list_all(conn, runner.id)


def _in_force(conn: Connection[Any], runner: User) -> Iterable[Benchmark]:
    return benchmarks.in_force(conn, runner.id, periods.today(runner.timezone)).values()


def _table(rows: Iterable[Benchmark]) -> Table:
    table = Table("", *(i18n.t(f"cli.benchmarks.{column}") for column in COLUMNS))
    for row in rows:
        source = i18n.t(f"metrics.sources.{row.source}")
        value = format_benchmark(row.kind, row.value)
        table.add_row(
            row.kind, benchmark_rules.benchmark_label(row.kind), value, str(row.valid_from), source
        )
    return table


@app.command("set")
def set_(
    kind: Kind,
    value: Annotated[str, typer.Argument(help="bpm, m, m/s, or a pace as 4:15 a kilometre.")],
    since: Annotated[
        datetime | None,
        typer.Option("--from", formats=["%Y-%m-%d"], help="From which day on; today if absent."),
    ] = None,
    user: Username = None,
) -> None:
    """Set a benchmark of one's own; it counts before estimates from its day on."""
    number = parse_benchmark(kind, value)
    with opened(settings(), user) as (conn, runner):
        today = periods.today(runner.timezone)
        entry = OwnBenchmark(kind, number, since.date() if since else today)
        benchmark_rules.put(conn, runner.id, [entry], today)
        _derive(conn, runner)
    console.print(
        i18n.t(
            "cli.benchmarks.kept",
            kind=benchmark_rules.benchmark_label(kind),
            value=format_benchmark(kind, number),
            day=entry.valid_from,
        ),
        highlight=False,
    )


@app.command()
def remove(kind: Kind, since: Day, user: Username = None) -> None:
    """Take back what was set from that day on; estimates count again."""
    with opened(settings(), user) as (conn, runner):
        if not benchmarks.remove_user(conn, runner.id, kind, since.date()):
            raise BenchmarkNotSet(kind=benchmark_rules.benchmark_label(kind), day=since.date())
        _derive(conn, runner)
    console.print(i18n.t("cli.benchmarks.removed"), highlight=False)


def _derive(conn: Connection[Any], runner: User) -> None:
    from runningcoach.derive import rebuild

    rebuild.refresh(conn, runner.id)


def parse_benchmark(kind: BenchmarkKind, text: str) -> float:
    """Return the number that was typed; a pace, m:ss a kilometre, as a speed [m/s]."""
    minutes, colon, seconds = text.partition(":")
    try:
        if colon and kind.endswith("_mps"):
            return units.M_PER_KM / (60 * int(minutes) + int(seconds))
        return float(text)
    except (ValueError, ZeroDivisionError):
        raise BadValue(value=text) from None


def format_benchmark(kind: BenchmarkKind, value: float) -> str:
    """Write a benchmark with its unit; speeds as pace."""
    if kind.endswith("_mps"):
        return f"{units.pace(value)} /km"
    return f"{value:g} {'bpm' if kind.endswith('_bpm') else 'm'}"
