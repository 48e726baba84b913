"""The runner's own benchmarks: validation and storage."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any, NamedTuple

import psycopg

from runningcoach.base import i18n
from runningcoach.base.errors import RunningCoachError
from runningcoach.metrics import limits
from runningcoach.model.benchmark import HR_ZONES, Benchmark, BenchmarkKind
from runningcoach.store import benchmarks
from runningcoach.store.database import locks

ASCENDING: tuple[tuple[BenchmarkKind, BenchmarkKind], ...] = (
    ("hrrest_bpm", "hrmax_bpm"),
    ("hrrest_bpm", "lthr_bpm"),
    ("lthr_bpm", "hrmax_bpm"),
    ("hrrest_bpm", "vt1_bpm"),
    ("vt1_bpm", "vt2_bpm"),
    ("vt2_bpm", "hrmax_bpm"),
    *pairwise(HR_ZONES),
    ("hr_zone_5_bpm", "hrmax_bpm"),
)
"""The first of each pair lies below the second."""

FOLLOWS: Mapping[BenchmarkKind, frozenset[BenchmarkKind]] = {
    "lthr_bpm": frozenset({"hrmax_bpm"}),
    "vt1_bpm": frozenset({"hrmax_bpm"}),
    "vt2_bpm": frozenset({"hrmax_bpm", "lthr_bpm"}),
    **dict.fromkeys(HR_ZONES, frozenset[BenchmarkKind]({"hrmax_bpm"})),
}
"""The benchmarks that each is estimated from: an estimate follows their changes."""


class OutOfRange(RunningCoachError):
    """No person has such a value."""

    code = "store.benchmark_out_of_range"
    status = 422


class InTheFuture(RunningCoachError):
    """A benchmark is dated after today."""

    code = "store.benchmark_in_the_future"
    status = 422


class BenchmarkContradiction(RunningCoachError):
    """A benchmark does not go with another one that is in force on the same day."""

    code = "store.benchmark_contradicts"
    status = 422


class OwnBenchmark(NamedTuple):
    """A benchmark set by the runner, valid from a day on."""

    kind: BenchmarkKind
    value: float
    valid_from: date


def put(
    conn: psycopg.Connection[Any], user_id: int, entries: Sequence[OwnBenchmark], today: date
) -> list[Benchmark]:
    """Store the runner's benchmarks, all or none; mark what depends on them as stale.

    Raises OutOfRange, InTheFuture, or BenchmarkContradiction against what is in force
    on its day, or on the day of a later value of the runner's or of Garmin's.
    """
    for entry in entries:
        _check_range(entry, today)
    with locks.hold_change_lock(conn, user_id):
        for entry in entries:
            benchmarks.set_user(conn, user_id, *entry)
        for day in _days(benchmarks.list_all(conn, user_id), entries):
            _check_consistency(
                benchmarks.in_force(conn, user_id, day), {entry.kind for entry in entries}, day
            )
    return [
        Benchmark(**entry._asdict(), source="user", confidence="high")
        for entry in {(entry.kind, entry.valid_from): entry for entry in entries}.values()
    ]


def _check_range(entry: OwnBenchmark, today: date) -> None:
    low, high = limits.RANGES[entry.kind]
    if not low <= entry.value <= high:
        raise OutOfRange(
            kind=benchmark_label(entry.kind), value=f"{entry.value:g}", low=low, high=high
        )
    if entry.valid_from > today:
        raise InTheFuture(day=entry.valid_from, today=today)


def _days(rows: Iterable[Benchmark], entries: Sequence[OwnBenchmark]) -> list[date]:
    """Return the days on which the entries have to agree with other benchmarks."""
    first = min((entry.valid_from for entry in entries), default=date.max)
    dated = {row.valid_from for row in rows if row.source in ("user", "garmin")}
    return sorted(day for day in dated if day >= first)


def _check_consistency(
    rows: Mapping[str, Benchmark], entered: set[BenchmarkKind], day: date
) -> None:
    for low, high in _pairs(rows, entered):
        if low.value >= high.value:
            raise BenchmarkContradiction(
                low=benchmark_label(low.kind),
                low_value=f"{low.value:g}",
                high=benchmark_label(high.kind),
                high_value=f"{high.value:g}",
                day=day,
            )


def _pairs(
    rows: Mapping[str, Benchmark], entered: set[BenchmarkKind]
) -> Iterator[tuple[Benchmark, Benchmark]]:
    """Yield the pairs of which one was entered and the other is not estimated from it."""
    for below, above in ASCENDING:
        low, high = rows.get(below), rows.get(above)
        if low and high and entered & {below, above} and not _gives_way(low, high):
            yield low, high


def _gives_way(low: Benchmark, high: Benchmark) -> bool:
    return any(
        a.source in ("estimate", "default") and b.kind in FOLLOWS.get(a.kind, frozenset())
        for a, b in ((low, high), (high, low))
    )


def benchmark_label(kind: BenchmarkKind) -> str:
    """Return the label of a benchmark in the reader's language; its name without one."""
    return i18n.words(i18n.language(), "metrics")["labels"].get(kind, kind)
