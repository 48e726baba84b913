"""The stored quantities by table and by name; `definitions` declares each of them."""

from collections.abc import Iterator
from typing import Any

from runningcoach.metrics.definitions import DEFINITIONS
from runningcoach.metrics.definitions.definition import Definition, Table

__all__ = ["CATALOGUE", "Metric", "Table", "algorithms", "named", "of"]

type Metric = Definition[Any]

CATALOGUE = DEFINITIONS


def of(table: Table) -> Iterator[Metric]:
    """Yield the quantities of one table."""
    return (metric for metric in CATALOGUE if metric.of == table)


def named(name: str) -> dict[Table, Metric]:
    """Return the quantities of a name by the table they stand in; none for an unknown name."""
    return {metric.of: metric for metric in CATALOGUE if metric.name == name}


def algorithms() -> dict[str, str]:
    """Return the algorithm of each quantity, by table and name: `{"activity.trimp": ...}`."""
    return {f"{metric.of}.{metric.name}": metric.algorithm for metric in CATALOGUE}
