"""Labels, numbers, reasons and flags as the reader's language has them."""

import math
from collections.abc import Iterable, Sequence
from typing import Any

from runningcoach.base import i18n, units
from runningcoach.base.i18n import t
from runningcoach.metrics.definitions.definition import Many, TracePhrase
from runningcoach.metrics.definitions.definition import TraceIngredient as Part
from runningcoach.metrics.definitions.flags import is_affected
from runningcoach.model.explanation import Ingredient
from runningcoach.store.benchmarks import BenchmarkDetail

NOTHING = "–"
DIGITS = 4
"""A number shows four significant digits: enough to reckon it again."""


def _words(*path: str) -> dict[str, str]:
    """Return a table of words: the file, then the way inside it."""
    found: Any = i18n.words(i18n.language(), path[0])
    for step in path[1:]:
        found = found.get(step, {})
    return found


def _first(key: str, *places: tuple[str, ...]) -> str | None:
    return next((words[key] for place in places if key in (words := _words(*place))), None)


def label(name: str) -> str:
    """Return what an ingredient or a quantity is called; its name where it has no words."""
    return _first(name, ("explain", "inputs"), ("metrics", "labels")) or name


def source(key: str | TracePhrase) -> str | None:
    """Return in words where an ingredient came from; words stay as they are."""
    if isinstance(key, TracePhrase):
        return phrase(key)
    return _words("explain", "sources").get(key, key) or None


def phrase(of: TracePhrase) -> str:
    """Return a sentence with its blanks filled."""
    return t(f"explain.{of.key}", **{name: label(word) for name, word in of.blanks.items()})


def unit(name: str) -> str:
    """Return a unit as the reader writes it; "" for what needs none."""
    return _words("explain", "units").get(name, name)


def number(value: float) -> str:
    """Write a number with four significant digits, a true minus, no idle zeros."""
    if value == 0 or not math.isfinite(value):
        return "0" if value == 0 else NOTHING
    digits = min(max(DIGITS - 1 - math.floor(math.log10(abs(value))), 0), 6)
    text = f"{value:,.{digits}f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace("-", "−")


def shown(value: float | str | Sequence[float | None] | None, measure: str = "") -> str:
    """Write a value with its unit: paces beside m/s, long times by the clock too."""
    if value is None:
        return NOTHING
    if isinstance(value, str):
        return f"{value} {unit(measure)}".rstrip()
    if isinstance(value, Sequence):
        return " · ".join(shown(one, measure) for one in value)
    return _measured(value, measure)


def _measured(value: float, measure: str) -> str:
    plain = f"{number(value)} {unit(measure)}".rstrip()
    if measure == "m/s" and value > 0:
        return f"{units.pace(value)} /km ({plain})"
    if measure == "s" and value >= units.S_PER_HOUR / 60:
        return f"{units.clock(value)} ({value:,.0f} {unit('s')})"
    return plain


def in_formula(value: float | str, measure: str) -> str:
    """Write a value inside a formula: a negative number in brackets."""
    text = f"{number(value)} {unit(measure)}".rstrip() if isinstance(value, float) else str(value)
    if measure == "m/s" and isinstance(value, float) and value > 0:
        text = f"{text} ({units.pace(value)} /km)"
    return f"({text})" if text.startswith("−") else text


def joined(many: Many) -> str:
    """Write numbers that are added up, or that a mean is taken of."""
    return many.sign.join(in_formula(value, many.unit) for value in many.values)


def ingredient(part: Part) -> Ingredient:
    """Return a part in words."""
    return Ingredient(
        name=part.name,
        label=_own_label(part),
        value=part.value,
        unit=part.unit,
        source=source(part.source),
        shown=shown(_choice(part), part.unit),
    )


def _own_label(part: Part) -> str:
    return (
        phrase(part.label)
        if isinstance(part.label, TracePhrase)
        else part.label or label(part.name)
    )


def _choice(part: Part) -> float | str | None:
    """Return a value; a word of a known set, as a sex, in the reader's language."""
    if isinstance(part.value, str):
        return _words("explain", "values").get(part.value, part.value)
    return part.value


def benchmark(row: BenchmarkDetail, measure: str) -> Ingredient:
    """Return a benchmark with who says so, since when, how sure, and how it was found."""
    words = t(
        "explain.benchmark",
        source=t(f"metrics.sources.{row.source}"),
        since=row.valid_from.isoformat(),
        confidence=t(f"explain.confidence.{row.confidence}"),
    )
    found = " · ".join([words, *([row.algorithm] if row.algorithm else []), *_evidence(row)])
    return Ingredient(
        name=row.kind,
        label=label(row.kind),
        value=row.value,
        unit=measure,
        source=found,
        shown=shown(row.value, measure),
    )


def _evidence(row: BenchmarkDetail) -> list[str]:
    return [f"{label(name)}: {_list(value)}" for name, value in row.evidence.items()]


def _list(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_list(one) for one in value)
    return number(value) if isinstance(value, (int, float)) else str(value)


def reason(code: str) -> str:
    """Return in words why a value is missing."""
    places = (("metrics", "reasons"), ("explain", "reasons"), ("pages", "reasons"))
    return _first(code, *places) or f"{t('explain.reasons.not_known')} ({code})"


def flags(codes: Iterable[str], metric: str) -> list[str]:
    """Return in words the flags that affect a quantity."""
    places = (("pages", "flags"), ("metrics", "flags"))
    return [_first(code, *places) or code for code in codes if is_affected(metric, code)]


def notes(keys: Iterable[str]) -> list[str]:
    """Return notes in words."""
    return [t(f"explain.notes.{key}") for key in keys]
