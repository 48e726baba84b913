"""The athlete's dated benchmarks: heart-rate limits and threshold, with who says so."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import psycopg
from psycopg.rows import class_row
from pydantic import Field

from runningcoach.model.benchmark import Benchmark, BenchmarkKind
from runningcoach.store import fitness
from runningcoach.store.database import locks, statements
from runningcoach.store.database.finite_values import is_finite
from runningcoach.store.database.row_replacement import replace


class BenchmarkDetail(Benchmark):
    """A benchmark with how it was found."""

    algorithm: str | None = None
    evidence: dict[str, Any] = Field(default_factory=dict)


def replace_estimates(
    conn: psycopg.Connection[Any], user_id: int, rows: Sequence[BenchmarkDetail]
) -> int:
    """Put estimated and default rows in the place of earlier ones; return how many were written.

    A row with a number that is not finite is none.
    """
    sql = statements("benchmarks")
    finite = [row for row in rows if is_finite(row.value) and is_finite(row.evidence)]
    return replace(conn, sql["clear_estimates"], sql["put_estimates"], user_id, finite)


def set_user(
    conn: psycopg.Connection[Any],
    user_id: int,
    kind: BenchmarkKind,
    value: float,
    valid_from: date,
) -> None:
    """Take the runner's own value from a day on; what rests on it is derived again."""
    row = {
        "user_id": user_id, "kind": kind, "value": value, "valid_from": valid_from,
        "source": "user", "confidence": "high",
    }  # fmt: skip
    with locks.changing(conn, user_id):
        conn.execute(statements("benchmarks")["put"], row)
        fitness.mark_stale(conn, user_id, valid_from)


def remove_user(
    conn: psycopg.Connection[Any], user_id: int, kind: BenchmarkKind, valid_from: date
) -> bool:
    """Take the runner's value back; estimates count again. Returns whether there was one."""
    row = {"user_id": user_id, "kind": kind, "valid_from": valid_from}
    with locks.changing(conn, user_id):
        removed = conn.execute(statements("benchmarks")["remove_user"], row).rowcount
        if removed:
            fitness.mark_stale(conn, user_id, valid_from)
    return removed > 0


def all(conn: psycopg.Connection[Any], user_id: int) -> list[BenchmarkDetail]:
    """Return every row by kind, oldest first."""
    with conn.cursor(row_factory=class_row(BenchmarkDetail)) as cursor:
        return cursor.execute(statements("benchmarks")["all"], {"user_id": user_id}).fetchall()


def in_force(conn: psycopg.Connection[Any], user_id: int, day: date) -> dict[str, BenchmarkDetail]:
    """Return the row of each kind that counts on a day, by kind."""
    with conn.cursor(row_factory=class_row(BenchmarkDetail)) as cursor:
        row = {"user_id": user_id, "day": day}
        found = cursor.execute(statements("benchmarks")["in_force"], row).fetchall()
    return {benchmark.kind: benchmark for benchmark in found}
