"""Changes made by a derivation, by metric."""

import math
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

import psycopg

from runningcoach.metrics import catalogue
from runningcoach.metrics.catalogue import Metric, Table
from runningcoach.store import benchmarks, fitness

type Column = Mapping[Any, Any]
"""The known values of one metric, by activity, day, or row of a benchmark."""
type Snapshot = Mapping[Metric, Column]


class Change(NamedTuple):
    """The number of values of a metric that changed, are new, or vanished.

    `largest` is the largest change relative to the value before: 0.1 is a tenth up or down,
    infinity a change from 0; None when no value changed.
    """

    of: Table
    metric: str
    changed: int
    appeared: int
    vanished: int
    largest: float | None


def snapshot(conn: psycopg.Connection[Any], user_id: int) -> Snapshot:
    """Return every stored value of every metric."""
    rows: dict[Table, Mapping[Any, Any]] = {
        "activity": fitness.metrics(conn, user_id),
        "day": {d.date: d for d in fitness.daily(conn, user_id, date.min, date.max)},
        "morning": {d.date: d for d in fitness.recovery(conn, user_id, date.min, date.max)},
    }
    dated = {
        (row.kind, row.valid_from, row.source): row.value
        for row in benchmarks.list_all(conn, user_id)
    }
    return {
        metric: _of_kind(dated, metric.name)
        if metric.of == "benchmark"
        else _present(rows[metric.of], metric.name)
        for metric in catalogue.CATALOGUE
    }


def _of_kind(dated: Mapping[tuple[str, date, str], float], kind: str) -> Column:
    return {key: value for key, value in dated.items() if key[0] == kind}


def _present(rows: Mapping[Any, Any], name: str) -> Column:
    values = ((key, getattr(row, name)) for key, row in rows.items())
    return {key: value for key, value in values if value is not None}


def compare_snapshots(before: Snapshot, after: Snapshot) -> Iterator[Change]:
    """Yield the metrics of which any value differs, in the order of the catalogue."""
    for metric, old in before.items():
        change = _change(metric, old, after[metric])
        if change.changed or change.appeared or change.vanished:
            yield change


def _change(metric: Metric, old: Column, new: Column) -> Change:
    pairs = [(old[key], new[key]) for key in old.keys() & new.keys()]
    sizes = [relative(before, after) for before, after in pairs if before != after]
    appeared, vanished = len(new.keys() - old.keys()), len(old.keys() - new.keys())
    return Change(metric.of, metric.name, len(sizes), appeared, vanished, max(sizes, default=None))


def relative(old: Any, new: Any) -> float:
    """Return the change of a number relative to its old value; of a list, the largest.

    Infinite from 0, for a list of another length, and where a number came or went inside a list.
    """
    if not isinstance(old, list):
        return _step(old, new)
    if len(old) != len(new):
        return math.inf
    return max(_step(before, after) for before, after in zip(old, new, strict=True))


def _step(old: float | None, new: float | None) -> float:
    if old == new:
        return 0.0
    if not old or new is None:
        return math.inf
    return abs(new - old) / abs(old)


def replaced_algorithms(
    before: Mapping[str, str], after: Mapping[str, str]
) -> dict[str, tuple[str | None, str | None]]:
    """Return the algorithms that differ, by metric, as they were and as they are."""
    names = [*after, *(name for name in before if name not in after)]
    pairs = {name: (before.get(name), after.get(name)) for name in names}
    return {name: (old, new) for name, (old, new) in pairs.items() if old != new}
