"""The athlete's dated benchmarks: heart-rate limits and thresholds, with their source."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import psycopg
from psycopg.rows import class_row
from pydantic import Field

from runningcoach.model.benchmark import Benchmark, BenchmarkKind
from runningcoach.model.benchmark_timeline import Timeline
from runningcoach.store import fitness
from runningcoach.store.database import locks, statements
from runningcoach.store.database.finite_values import is_finite
from runningcoach.store.database.row_replacement import replace

SQL = statements("benchmarks")


class BenchmarkDetail(Benchmark):
    """A benchmark with its algorithm and evidence."""

    algorithm: str | None = None
    evidence: dict[str, Any] = Field(default_factory=dict)


def replace_estimates(
    conn: psycopg.Connection[Any], user_id: int, rows: Sequence[BenchmarkDetail]
) -> int:
    """Replace the estimated and default rows; return how many were written.

    A row with a number that is not finite is none.
    """
    finite = [row for row in rows if is_finite(row.value) and is_finite(row.evidence)]
    return replace(conn, SQL["clear_estimates"], SQL["put_estimates"], user_id, finite)


def set_user(
    conn: psycopg.Connection[Any],
    user_id: int,
    kind: BenchmarkKind,
    value: float,
    valid_from: date,
) -> None:
    """Store the runner's own value from a day on; mark what depends on it as stale."""
    row = {
        "user_id": user_id, "kind": kind, "value": value, "valid_from": valid_from,
        "source": "user", "confidence": "high",
    }  # fmt: skip
    with locks.hold_change_lock(conn, user_id):
        conn.execute(SQL["put"], row)
        fitness.mark_stale(conn, user_id, valid_from)


def remove_user(
    conn: psycopg.Connection[Any], user_id: int, kind: BenchmarkKind, valid_from: date
) -> bool:
    """Remove the runner's value, so that estimates count again; return whether there was one."""
    row = {"user_id": user_id, "kind": kind, "valid_from": valid_from}
    with locks.hold_change_lock(conn, user_id):
        removed = conn.execute(SQL["remove_user"], row).rowcount
        if removed:
            fitness.mark_stale(conn, user_id, valid_from)
    return removed > 0


def list_all(conn: psycopg.Connection[Any], user_id: int) -> list[BenchmarkDetail]:
    """Return every row by kind, oldest first."""
    with conn.cursor(row_factory=class_row(BenchmarkDetail)) as cursor:
        return cursor.execute(SQL["all"], {"user_id": user_id}).fetchall()


def in_force(conn: psycopg.Connection[Any], user_id: int, day: date) -> dict[str, BenchmarkDetail]:
    """Return the row of each kind in force on a day, by kind."""
    with conn.cursor(row_factory=class_row(BenchmarkDetail)) as cursor:
        params = {"user_id": user_id, "day": day}
        rows = cursor.execute(SQL["newest"], params).fetchall()
    timeline = Timeline(rows)
    in_force = (timeline.row(row.kind, day) for row in rows)
    return {row.kind: row for row in in_force if row}
