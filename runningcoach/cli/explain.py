"""`runningcoach explain`: why a number is what it is, on one page of the terminal."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date
from typing import Any

from psycopg import Connection
from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from runningcoach.base.i18n import t
from runningcoach.derive import explain, rebuild
from runningcoach.derive.explain.problems import OneSubject
from runningcoach.metrics.definitions.definition import WHERE
from runningcoach.model.explanation import Explanation, Ingredient


def ask(conn: Connection[Any], user_id: int, metric: str, about: str) -> Explanation:
    """Explain a metric of `about`: the number of an activity, or a date as 2026-05-01."""
    explain.known_metric(metric)
    rebuild.refresh(conn, user_id)
    return explain.of(conn, user_id, metric, *_subject(about))


def _subject(about: str) -> tuple[int | None, date | None]:
    if about.isascii() and about.isdigit() and len(about) < 19:
        return int(about), None
    with suppress(ValueError):
        return None, date.fromisoformat(about)
    raise OneSubject


def show(explanation: Explanation, console: Console) -> None:
    """Print an explanation: the value first, then how it came about."""
    console.print(Panel(Group(*_lines(explanation)), title=_title(explanation), title_align="left"))


def _title(explanation: Explanation) -> Text:
    return Text.assemble((explanation.label, "bold"), f" · {explanation.subject}")


def _lines(explanation: Explanation) -> Iterator[RenderableType]:
    yield (
        Text(explanation.shown, style="bold cyan")
        if explanation.value is not None
        else _missing(explanation)
    )
    yield Text(explanation.meaning, style="dim")
    yield from _section("formula", explanation.formula.split(WHERE))
    yield from _section("filled", explanation.filled.split(WHERE) if explanation.filled else [])
    yield from _ingredient_table("ingredients", explanation.ingredients)
    yield from _ingredient_table("benchmarks", explanation.benchmarks)
    yield from _ingredient_table("garmin", [explanation.garmin] if explanation.garmin else [])
    yield from _section("notes", [f"• {note}" for note in explanation.notes])
    engine = f"{t('explain.panel.engine')} {explanation.engine_version}"
    yield from _section("made", [f"{explanation.algorithm} · {engine}"])
    yield from _section("literature", [explanation.literature])


def _missing(explanation: Explanation) -> Text:
    return Text.assemble((explanation.shown, "bold"), f"  {explanation.reason}", style="yellow")


def _heading(key: str) -> Text:
    return Text(f"\n{t(f'explain.panel.{key}')}", style="bold")


def _section(key: str, lines: Sequence[str]) -> Iterator[RenderableType]:
    if lines:
        yield _heading(key)
        yield from map(Text, lines)


def _ingredient_table(key: str, parts: Sequence[Ingredient]) -> Iterator[RenderableType]:
    if not parts:
        return
    yield _heading(key)
    table = Table.grid(padding=(0, 2))
    for part in parts:
        table.add_row(Text(part.label), Text(part.shown, "cyan"), Text(part.source or "", "dim"))
    yield table
