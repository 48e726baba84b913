"""The benchmark in force on each day."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
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


class Timeline[Row: Benchmark]:
    """Dated benchmarks, looked up by kind and day.

    The runner's own value counts before Garmin's, that before estimates, that before defaults;
    of one source the newest.
    """

    def __init__(self, rows: Iterable[Row]) -> None:
        by_source: dict[tuple[str, str], list[Row]] = defaultdict(list)
        for row in sorted(rows, key=lambda row: row.valid_from):
            by_source[row.kind, row.source].append(row)
        self._rows: Mapping[tuple[str, str], Sequence[Row]] = by_source
        self._days = {key: [row.valid_from for row in rows] for key, rows in by_source.items()}

    def value(self, kind: BenchmarkKind, day: date) -> float | None:
        """Return the value in force on a day; None before the first row."""
        row = self.row(kind, day)
        return None if row is None else row.value

    def row(self, kind: BenchmarkKind, day: date) -> Row | None:
        """Return the row in force on a day; None before the first."""
        for source in RANKS:
            days = self._days.get((kind, source))
            if days and (count := bisect_right(days, day)):
                row = self._rows[kind, source][count - 1]
                if (end := ends(row)) is None or day < end:
                    return row
        return None


type BenchmarkTimeline = Timeline[Benchmark]
