"""A value, or the reason why there is none."""

import math
from collections.abc import Callable
from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class Missing:
    """The reason why there is no value."""

    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class MetricGroup:
    """Values of one topic by the names of their fields, each known or missing."""

    def reasons(self) -> dict[str, str]:
        """Return the reason of each missing value, by name."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: v.reason for name, v in values.items() if isinstance(v, Missing)}


def known_or[T](value: T | None, reason: str) -> T | Missing:
    """Return a value; for None the reason."""
    return Missing(reason) if value is None else value


def compute_unless[T](why_not: str | None, compute: Callable[[], T | None]) -> T | Missing:
    """Return what `compute` returns, unless there is a reason against it.

    The reason is `no_window` where the result is None or not finite.
    """
    if why_not:
        return Missing(why_not)
    value = compute()
    infinite = isinstance(value, float) and not math.isfinite(value)
    return Missing("no_window") if value is None or infinite else value


def value_of[T](value: T | Missing) -> T | None:
    """Return a value; None where it is missing."""
    return None if isinstance(value, Missing) else value
