"""Which benchmark counts on which day."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from runningcoach.records import Benchmark, BenchmarkKind

RANKS = ("user", "garmin", "estimate", "default")
"""Whose word counts first."""


class Timeline:
    """Dated benchmarks; asked for a kind and a day, it answers with the value in force."""

    def __init__(self, rows: Iterable[Benchmark]) -> None:
        dated: dict[tuple[str, str], list[tuple[date, float]]] = defaultdict(list)
        for row in rows:
            dated[row.kind, row.source].append((row.valid_from, row.value))
        self._days: dict[tuple[str, str], list[date]] = {}
        self._values: dict[tuple[str, str], list[float]] = {}
        for key, pairs in dated.items():
            pairs.sort()
            self._days[key] = [day for day, _ in pairs]
            self._values[key] = [value for _, value in pairs]

    def value(self, kind: BenchmarkKind, day: date) -> float | None:
        """Return the value in force on a day; None before the first row."""
        for source in RANKS:
            days = self._days.get((kind, source))
            if days and (known := bisect_right(days, day)):
                return self._values[kind, source][known - 1]
        return None
