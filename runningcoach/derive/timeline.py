"""The benchmark in force on each day."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta

from runningcoach.model.benchmark import Benchmark, BenchmarkKind

RANKS = ("user", "garmin", "estimate", "default")
"""Sources by precedence."""
GOOD_FOR = {("lthr_bpm", "garmin"): timedelta(days=180)}
"""A threshold that a watch found half a year ago says little about today."""


def ends(row: Benchmark) -> date | None:
    """Return the day from which on a row no longer counts; None when only a newer one ends it."""
    span = GOOD_FOR.get((row.kind, row.source))
    return None if span is None else row.valid_from + span


class Timeline:
    """Dated benchmarks, looked up by kind and day."""

    def __init__(self, rows: Iterable[Benchmark]) -> None:
        self._rows: dict[tuple[str, str], list[Benchmark]] = defaultdict(list)
        for row in sorted(rows, key=lambda row: row.valid_from):
            self._rows[row.kind, row.source].append(row)
        self._days = {key: [row.valid_from for row in rows] for key, rows in self._rows.items()}

    def value(self, kind: BenchmarkKind, day: date) -> float | None:
        """Return the value in force on a day; None before the first row."""
        row = self.row(kind, day)
        return None if row is None else row.value

    def row(self, kind: BenchmarkKind, day: date) -> Benchmark | None:
        """Return the row in force on a day; None before the first."""
        for source in RANKS:
            days = self._days.get((kind, source))
            if days and (count := bisect_right(days, day)):
                row = self._rows[kind, source][count - 1]
                if (end := ends(row)) is None or day < end:
                    return row
        return None
