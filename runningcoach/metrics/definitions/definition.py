"""What a quantity is: its unit, formula, inputs, source, and how one value of it came about."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from string import Formatter
from typing import Any, Literal, NamedTuple, overload

type Table = Literal["activity", "day", "morning", "benchmark"]
type Value = float | str | None

WHERE = ",  "
"""Between a formula and what says how its letters are made."""


class TracePhrase(NamedTuple):
    """A sentence of the locales, by its key, with a word, or the key of one, for each blank."""

    key: str
    blanks: Mapping[str, str]


class TraceIngredient(NamedTuple):
    """One number that went into a value: its name, its value (None: not known), unit and source.

    `source` is a key of the words' `sources`, or words already; `label` is given where the name
    is not one of the words', as a run's or a day's.
    """

    name: str
    value: Value
    unit: str = ""
    source: str | TracePhrase = ""
    label: str | TracePhrase = ""


class Many(NamedTuple):
    """Numbers that a formula takes together: their unit, and the sign between them."""

    values: Sequence[float]
    unit: str = ""
    sign: str = " + "


@dataclass(frozen=True, slots=True)
class Derivation:
    """How one value came about: its formula, what went in, and what to mind.

    `garmin` is Garmin's own value of the same thing; `notes` are keys of the words' `notes`;
    `why_not` is the reason of a missing value where the table has none. `many` holds the numbers
    of blanks that stand for more than one.
    """

    formula: str
    ingredients: Sequence[TraceIngredient] = ()
    garmin: TraceIngredient | None = None
    notes: Sequence[str] = ()
    why_not: str = ""
    many: Mapping[str, Many] = field(default_factory=dict[str, Many])


@dataclass(frozen=True, slots=True, eq=False)
class Input[T]:
    """One ingredient, or several of one kind: their names, unit and source, and their values.

    `values` returns one value a name, or nothing where they have no part in this value.
    """

    names: tuple[str, ...]
    unit: str
    source: str
    values: Callable[[T], Sequence[Value]]

    def trace(self, of: T) -> list[TraceIngredient]:
        """Return the ingredients of one value."""
        values = self.values(of)
        pairs = zip(self.names, values, strict=True) if values else ()
        return [TraceIngredient(name, known(v), self.unit, self.source) for name, v in pairs]

    def many(self, _: Sequence[TraceIngredient]) -> Mapping[str, Many]:
        """Return nothing: each name is a blank of its own."""
        return {}


@dataclass(frozen=True, slots=True, eq=False)
class Series[T]:
    """Ingredients whose number depends on what is asked for: activities, nights, races.

    `blank` stands for all of them in the formula, joined by `sign`, in
    `unit`; `nothing` stands in where there are none.
    """

    trace: Callable[[T], Sequence[TraceIngredient]]
    blank: str = ""
    sign: str = " + "
    unit: str = ""
    nothing: tuple[float, ...] = ()

    def many(self, parts: Sequence[TraceIngredient]) -> Mapping[str, Many]:
        """Return the numbers that the blank stands for."""
        values = [part.value for part in parts if isinstance(part.value, float)] or self.nothing
        return {self.blank: Many(values, self.unit, self.sign)} if self.blank and values else {}


@dataclass(frozen=True, slots=True, eq=False)
class Case[T]:
    """One way in which a value comes about: its formula, and what goes into it."""

    formula: str
    inputs: Sequence[Input[T] | Series[T]] = ()


def _usual_case(_: Any) -> str:
    return ""


def _nothing(_: Any) -> Sequence[str]:
    return ()


@dataclass(frozen=True, slots=True, eq=False)
class Definition[T]:
    """One stored quantity, by the name of its column and of its record's field.

    `unit` is "" or "1" for pure numbers, `literature` "" for our own. The algorithm's name ends
    with its version, which rises when its results change. `cases` are the other ways in which a
    value may come about, of which `case` chooses; `reasons` why one may be missing, `why_not`
    among them where the table has none. Names and meanings stand in the locales.
    """

    name: str
    of: Table
    unit: str
    algorithm: str
    _: KW_ONLY
    formula: str
    inputs: Sequence[Input[T] | Series[T]] = ()
    literature: str = ""
    reasons: tuple[str, ...] = ()
    cases: Mapping[str, Case[T]] = field(default_factory=dict[str, Case[T]])
    case: Callable[[T], str] = _usual_case
    garmin: Input[T] | None = None
    notes: Callable[[T], Sequence[str]] = _nothing
    why_not: Callable[[T], str] | str = ""

    def trace(self, of: T) -> Derivation:
        """Return how one value came about."""
        case = self.cases.get(self.case(of)) or Case(self.formula, self.inputs)
        traced = [(source, source.trace(of)) for source in case.inputs]
        many = [source.many(parts) for source, parts in traced]
        beside = self.garmin.trace(of) if self.garmin else []
        return Derivation(
            formula=case.formula,
            ingredients=[part for _, parts in traced for part in parts],
            garmin=beside[0] if beside else None,
            notes=self.notes(of),
            why_not=self.why_not if isinstance(self.why_not, str) else self.why_not(of),
            many={
                name: numbers
                for numbers_by_name in many
                for name, numbers in numbers_by_name.items()
            },
        )

    def formulas(self) -> list[str]:
        """Return the formula of every way in which a value comes about."""
        return [self.formula, *(case.formula for case in self.cases.values())]


@overload
def known(value: float | None) -> float | None: ...
@overload
def known(value: Value) -> Value: ...
def known(value: Value) -> Value:
    """Return a value; None for NaN too."""
    if value is None or isinstance(value, str):
        return value
    return float(value) if math.isfinite(value) else None


def always(*keys: str) -> Callable[[Any], Sequence[str]]:
    """Return the notes of a quantity that are the same for every value."""
    return lambda _: keys


def one[T](
    name: str, unit: str, source: str, value: Callable[[T], Value], *, optional: bool = False
) -> Input[T]:
    """Return the input of one value; an optional one is left out where it is not known."""

    def values(of: T) -> Sequence[Value]:
        found = value(of)
        return () if optional and found is None else (found,)

    return Input((name,), unit, source, values)


def constant(name: str, value: float, unit: str = "") -> Input[Any]:
    """Return a constant of the formula that is listed among its inputs."""
    return Input((name,), unit, "constant", lambda _: (float(value),))


def template(text: str, **constants: float) -> str:
    """Return a formula whose constants are filled in; its other blanks name inputs, and stay.

    A format after a constant's name says how it is written: `{low:.2f}`.
    """
    out = ""
    for piece, name, form, _ in Formatter().parse(text):
        out += piece
        if name in constants:
            out += f"{constants[name]:{form or '.12g'}}".replace("-", "−")
        elif name:
            out += f"{{{name}}}"
    return out


def fill(text: str, word: Callable[[str], str]) -> str:
    """Return a formula with each blank replaced by what `word` returns for its name."""
    pieces = Formatter().parse(text)
    return "".join(piece + (word(name) if name else "") for piece, name, _, _ in pieces)


def blanks(text: str) -> set[str]:
    """Return the names of the blanks of a formula."""
    return {name for _, name, _, _ in Formatter().parse(text) if name}
