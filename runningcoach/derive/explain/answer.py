"""From a derivation to the answer: formula, numbers, benchmarks and reasons in words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from runningcoach.base.i18n import t
from runningcoach.derive.explain import wording
from runningcoach.metrics import catalogue
from runningcoach.metrics.catalogue import Metric
from runningcoach.metrics.definitions.definition import (
    WHERE,
    Derivation,
    TraceIngredient,
    fill,
    known,
)
from runningcoach.model.explanation import Explanation
from runningcoach.model.explanation import Ingredient as ShownIngredient
from runningcoach.store.benchmarks import BenchmarkDetail

type Value = float | str | list[float | None] | None

UNITS = {metric.name: metric.unit for metric in catalogue.of("benchmark")}


@dataclass(frozen=True)
class StoredValue:
    """What the tables hold of a quantity: its value, or the code of a reason, and its marks.

    `given_by` names who gave a value that is not computed here: the runner or Garmin.
    """

    value: Value = None
    reason: str = ""
    flags: Sequence[str] = ()
    notes: Sequence[str] = ()
    engine_version: str = ""
    algorithm: str = ""
    given_by: str = ""
    rows: Mapping[str, BenchmarkDetail] = field(default_factory=dict)


def answer(metric: Metric, subject: str, found: StoredValue, derivation: Derivation) -> Explanation:
    """Return the explanation of one value in the reader's language."""
    return Explanation(
        metric=metric.name,
        label=t(f"metrics.labels.{metric.name}"),
        meaning=_meaning(metric, found),
        unit=metric.unit,
        subject=subject,
        value=found.value,
        reason=_why_not(found, derivation) if found.value is None else None,
        formula=fill(derivation.formula, wording.label),
        filled=_filled(derivation, metric, found.value),
        ingredients=[wording.ingredient(part) for part in derivation.ingredients],
        benchmarks=_benchmarks(derivation.ingredients, found.rows),
        notes=_notes(metric, found, derivation),
        garmin=wording.ingredient(derivation.garmin) if derivation.garmin else None,
        algorithm=found.algorithm or metric.algorithm,
        engine_version=found.engine_version,
        literature=_literature(metric, found),
        shown=wording.shown(found.value, metric.unit),
    )


def _meaning(metric: Metric, found: StoredValue) -> str:
    """Return what the quantity is; of a given value not how we would estimate it."""
    if not found.given_by:
        return t(f"metrics.explain.{metric.name}")
    label = t(f"metrics.labels.{metric.name}")
    return t(f"explain.given.{found.given_by}", label=label)


def _literature(metric: Metric, found: StoredValue) -> str:
    if found.given_by:
        return t(f"metrics.sources.{found.given_by}")
    return metric.literature or t("explain.ours")


def _filled(derivation: Derivation, metric: Metric, value: Value) -> str | None:
    """Return the formula with its numbers and the result; None where there is no value.

    The result stands after the formula itself, before what says how its own letters are made.
    """
    if value is None:
        return None
    numbers = _numbers(derivation)

    def word(name: str) -> str:
        return numbers.get(name) or wording.label(name)

    formula, apart, letters = derivation.formula.partition(WHERE)
    result = wording.shown(value, metric.unit)
    return f"{fill(formula, word)} = {result}{apart}{fill(letters, word)}"


def _numbers(derivation: Derivation) -> dict[str, str]:
    """Return the numbers of the blanks that have one."""
    one = {
        part.name: wording.in_formula(part.value, part.unit)
        for part in derivation.ingredients
        if part.value is not None
    }
    return one | {name: wording.joined(many) for name, many in derivation.many.items()}


def _why_not(found: StoredValue, derivation: Derivation) -> str:
    return wording.reason(found.reason or derivation.why_not or "not_computed")


def _benchmarks(
    parts: Iterable[TraceIngredient], rows: Mapping[str, BenchmarkDetail]
) -> list[ShownIngredient]:
    kinds = dict.fromkeys(part.name for part in parts if part.name in rows)
    return [wording.benchmark(rows[kind], UNITS[kind]) for kind in kinds]


def _notes(metric: Metric, found: StoredValue, derivation: Derivation) -> list[str]:
    marks = wording.flags(found.flags, metric.name)
    return [*dict.fromkeys([*marks, *wording.notes([*found.notes, *derivation.notes])])]


def plain(value: object) -> Value:
    """Return a stored value without NaN: a number, words, or a list of numbers."""
    if isinstance(value, list):
        numbers = cast("list[float | None]", value)
        return [known(one) for one in numbers]
    return known(value) if isinstance(value, (int, float, str)) else None
