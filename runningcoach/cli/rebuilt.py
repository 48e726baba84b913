"""What a rebuild changed, as a table in the reader's language."""

import math

from rich.console import Console
from rich.table import Table

from runningcoach.base import i18n
from runningcoach.derive.metric_changes import Change
from runningcoach.derive.rebuild import RebuildReport
from runningcoach.ingest.lost_samples import RestoredSamples

COLUMNS = ("of", "metric", "changed", "appeared", "vanished", "largest", "algorithm")
NAMED = 5
"""Activities that could not be read are named up to this many."""


def print_report(report: RebuildReport, console: Console) -> None:
    """Print how much was rebuilt, which metrics changed, and what could not be read."""
    counts = {
        "activities": report.derived.activities,
        "facts": report.facts,
        "seconds": report.seconds,
    }
    console.print(i18n.t("cli.rebuilt.done", **counts), highlight=False)
    if report.engines:
        console.print(i18n.t("cli.rebuilt.engines", engines=", ".join(report.engines)))
    console.print(_table(report) if report.changes else i18n.t("cli.rebuilt.same"), highlight=False)
    if report.unread:
        _print_unread(report, console)


def print_restored(restored: RestoredSamples, console: Console) -> None:
    """Print how many lost sample files came back from their originals, if any was lost."""
    if restored.lost:
        words = i18n.t("cli.rebuilt.restored", **restored._asdict())
        console.print(words, highlight=False, soft_wrap=True)


def _table(report: RebuildReport) -> Table:
    table = Table()
    for name in COLUMNS:
        is_number = name in ("changed", "appeared", "vanished", "largest")
        justify = "right" if is_number else "left"
        table.add_column(i18n.t(f"cli.rebuilt.columns.{name}"), justify=justify)
    for change in report.changes:
        table.add_row(*_row(change, report))
    return table


def _row(change: Change, report: RebuildReport) -> list[str]:
    counts = (change.changed, change.appeared, change.vanished)
    return [
        i18n.t(f"cli.rebuilt.of.{change.of}"),
        _label(change.metric),
        *(str(count) if count else "" for count in counts),
        _percent(change.largest),
        _algorithm(report, f"{change.of}.{change.metric}"),
    ]


def _label(metric: str) -> str:
    """Return the label of a metric; its own name without one."""
    return i18n.words(i18n.language(), "metrics")["labels"].get(metric, metric)


def _percent(share: float | None) -> str:
    if share is None:
        return ""
    return "∞" if math.isinf(share) else f"{100 * share:,.2f} %"


def _algorithm(report: RebuildReport, metric: str) -> str:
    """Return the algorithm before and after, where one is known to have been replaced."""
    before, after = report.algorithms.get(metric, (None, None))
    return f"{before} → {after}" if before and after else ""


def _print_unread(report: RebuildReport, console: Console) -> None:
    console.print(i18n.t("cli.rebuilt.unread", count=len(report.unread)), style="yellow")
    for activity in report.unread[:NAMED]:
        console.print(
            f"  {activity.activity_id}  {activity.path}: {activity.why}",
            highlight=False,
            markup=False,
        )
