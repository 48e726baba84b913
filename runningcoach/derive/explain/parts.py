"""What goes into a value, before it is put into words."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from runningcoach.model.benchmark import BenchmarkKind
from runningcoach.store.benchmarks import BenchmarkDetail


class Part(NamedTuple):
    """One ingredient: its name, its value (None: not known), unit, and where it came from.

    `source` is a key of the words' `sources`, or words already; `label` is given where the name
    is not one of the words', as a run's or a day's.
    """

    name: str
    value: float | str | None
    unit: str = ""
    source: str = ""
    label: str = ""


class Many(NamedTuple):
    """Numbers that a formula takes together: their unit, and the sign between them."""

    values: Sequence[float]
    unit: str = ""
    sign: str = " + "


@dataclass(frozen=True, slots=True)
class Account:
    """How one value came about: the formula (a key, "" for its own), what went in, and what else.

    `garmin` is Garmin's own value of the same thing; `notes` are keys of the words' `notes`;
    `why_not` says why there is no value, where the table does not. `many` are the numbers of
    blanks that stand for more than one.
    """

    parts: Sequence[Part] = ()
    formula: str = ""
    garmin: Part | None = None
    notes: Sequence[str] = ()
    why_not: str = ""
    many: Mapping[str, Many] = field(default_factory=dict)


def known(value: float | None) -> float | None:
    """Return a number, None for NaN too."""
    return None if value is None or not math.isfinite(value) else float(value)


def of_benchmark(rows: Mapping[str, BenchmarkDetail], kind: BenchmarkKind, unit: str) -> Part:
    """Return the value in force of a kind; None where there is no row."""
    row = rows.get(kind)
    return Part(kind, row.value if row else None, unit, "benchmark")


def ratio(above: float | None, below: float | None) -> float | None:
    """Return a quotient; None where either is missing or `below` is 0."""
    return None if above is None or not below else above / below


def mean(values: Sequence[float]) -> float | None:
    """Return the mean; None of nothing."""
    return sum(values) / len(values) if values else None
