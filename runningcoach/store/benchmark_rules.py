"""What the runner says of the own benchmarks: what can be true, and keeping it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any, NamedTuple

import psycopg

from runningcoach.base import i18n
from runningcoach.base.errors import RunningCoachError
from runningcoach.metrics import limits
from runningcoach.model.benchmark import Benchmark, BenchmarkKind
from runningcoach.store import benchmarks
from runningcoach.store.database import locks

ZONES: tuple[BenchmarkKind, ...] = (
    "hr_zone_1_bpm", "hr_zone_2_bpm", "hr_zone_3_bpm", "hr_zone_4_bpm", "hr_zone_5_bpm",
)  # fmt: skip
"""The lower edges of the zones of heart rate."""

ASCENDING: tuple[tuple[BenchmarkKind, BenchmarkKind], ...] = (
    ("hrrest_bpm", "hrmax_bpm"),
    ("hrrest_bpm", "lthr_bpm"),
    ("lthr_bpm", "hrmax_bpm"),
    ("hrrest_bpm", "vt1_bpm"),
    ("vt1_bpm", "vt2_bpm"),
    ("vt2_bpm", "hrmax_bpm"),
    *pairwise(ZONES),
    ("hr_zone_5_bpm", "hrmax_bpm"),
)
"""The first of each pair lies below the second."""

FOLLOWS: Mapping[BenchmarkKind, frozenset[BenchmarkKind]] = {
    "lthr_bpm": frozenset({"hrmax_bpm"}),
    "vt1_bpm": frozenset({"hrmax_bpm"}),
    "vt2_bpm": frozenset({"hrmax_bpm", "lthr_bpm"}),
    **dict.fromkeys(ZONES, frozenset[BenchmarkKind]({"hrmax_bpm"})),
}
"""What each is estimated from: such an estimate gives way when that changes."""


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
    """What the runner says of one benchmark, from a day on."""

    kind: BenchmarkKind
    value: float
    valid_from: date


def put(
    conn: psycopg.Connection[Any], user_id: int, said: Sequence[OwnBenchmark], today: date
) -> list[Benchmark]:
    """Keep what the runner said, all of it or nothing; what rests on it is then behind.

    Raises OutOfRange, InTheFuture, or Contradicts when it does not go with what is in force
    on its day, or on the day of a later word of the runner's or of Garmin's.
    """
    for one in said:
        _possible(one, today)
    with locks.changing(conn, user_id):
        for one in said:
            benchmarks.set_user(conn, user_id, *one)
        for day in _days(benchmarks.all(conn, user_id), said):
            _agreeing(benchmarks.in_force(conn, user_id, day), {one.kind for one in said}, day)
    return [
        Benchmark(**one._asdict(), source="user", confidence="high")
        for one in {(one.kind, one.valid_from): one for one in said}.values()
    ]


def _possible(one: OwnBenchmark, today: date) -> None:
    low, high = limits.RANGES[one.kind]
    if not low <= one.value <= high:
        raise OutOfRange(kind=label(one.kind), value=f"{one.value:g}", low=low, high=high)
    if one.valid_from > today:
        raise InTheFuture(day=one.valid_from, today=today)


def _days(rows: Iterable[Benchmark], said: Sequence[OwnBenchmark]) -> list[date]:
    """Return the days on which something that was said meets another word."""
    first = min((one.valid_from for one in said), default=date.max)
    given = {row.valid_from for row in rows if row.source in ("user", "garmin")}
    return sorted(day for day in given if day >= first)


def _agreeing(rows: Mapping[str, Benchmark], said: set[BenchmarkKind], day: date) -> None:
    for low, high in _pairs(rows, said):
        if low.value >= high.value:
            raise BenchmarkContradiction(
                low=label(low.kind),
                low_value=f"{low.value:g}",
                high=label(high.kind),
                high_value=f"{high.value:g}",
                day=day,
            )


def _pairs(
    rows: Mapping[str, Benchmark], said: set[BenchmarkKind]
) -> Iterator[tuple[Benchmark, Benchmark]]:
    """Yield the pairs of which one was said and the other does not give way."""
    for below, above in ASCENDING:
        low, high = rows.get(below), rows.get(above)
        if low and high and said & {below, above} and not _gives_way(low, high):
            yield low, high


def _gives_way(one: Benchmark, other: Benchmark) -> bool:
    return any(
        a.source in ("estimate", "default") and b.kind in FOLLOWS.get(a.kind, frozenset())
        for a, b in ((one, other), (other, one))
    )


def label(kind: BenchmarkKind) -> str:
    """Return what a benchmark is called in the reader's language; its own name without words."""
    return i18n.words(i18n.language(), "metrics")["labels"].get(kind, kind)
