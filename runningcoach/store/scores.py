"""Garmin's own scores by day, records, gear, data gaps and benchmarks."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import psycopg
from psycopg.rows import class_row

from runningcoach.model.health import GarminScores, HealthGap
from runningcoach.store import fitness
from runningcoach.store.database import statements

type Connection = psycopg.Connection[Any]

SQL = statements("scores")
COLUMNS = tuple(name for name in GarminScores.model_fields if name != "date")


def put_days(conn: Connection, user_id: int, days: Mapping[date, Mapping[str, Any]]) -> None:
    """Merge Garmin's scores by day; a missing score leaves the stored one."""
    rows = [
        {"user_id": user_id, "date": day} | {name: scores.get(name) for name in COLUMNS}
        for day, scores in days.items()
    ]
    with conn.cursor() as cursor:
        cursor.executemany(SQL["put_day"], rows)


def days(conn: Connection, user_id: int, first: date, last: date) -> list[GarminScores]:
    """Return Garmin's scores of the days from `first` to `last`, oldest first."""
    with conn.cursor(row_factory=class_row(GarminScores)) as cursor:
        row = {"user_id": user_id, "first": first, "last": last}
        return cursor.execute(SQL["days"], row).fetchall()


def replace_records(conn: Connection, user_id: int, rows: Iterable[Any]) -> None:
    """Put Garmin's personal records in the place of the earlier ones."""
    conn.execute(SQL["clear_records"], {"user_id": user_id})
    with conn.cursor() as cursor:
        cursor.executemany(SQL["put_record"], [{"user_id": user_id, **r._asdict()} for r in rows])


def put_gear(conn: Connection, user_id: int, rows: Iterable[Any]) -> None:
    """Store shoes and other gear."""
    with conn.cursor() as cursor:
        cursor.executemany(SQL["put_gear"], [{"user_id": user_id, **r._asdict()} for r in rows])


def put_benchmarks(conn: Connection, user_id: int, day: date, values: Mapping[str, float]) -> None:
    """Store Garmin's benchmarks from a day on, where they differ from its last ones."""
    for kind, value in values.items():
        row = {"user_id": user_id, "kind": kind, "value": value, "day": day}
        if conn.execute(SQL["put_benchmark"], row).rowcount:
            fitness.mark_stale(conn, user_id, day)


def put_gaps(
    conn: Connection, user_id: int, stream: str, gaps: Iterable[tuple[date, str, date | None]]
) -> None:
    """Store days without data in a stream: day, reason, and when to check again.

    A day with data is left out.
    """
    rows = [
        {
            "user_id": user_id,
            "date": day,
            "stream": stream,
            "reason": reason,
            "recheck_on": recheck_on,
        }
        for day, reason, recheck_on in gaps
    ]
    with conn.cursor() as cursor:
        cursor.executemany(SQL["put_gap"], rows)


def close_gaps(conn: Connection, user_id: int, stream: str, days: Sequence[date]) -> None:
    """Delete the gaps of days that have data now."""
    row = {"user_id": user_id, "stream": stream, "dates": list(days)}
    conn.execute(SQL["close_gaps"], row)


def gaps(conn: Connection, user_id: int, first: date, last: date) -> list[HealthGap]:
    """Return the gaps of the days from `first` to `last`, newest first."""
    with conn.cursor(row_factory=class_row(HealthGap)) as cursor:
        row = {"user_id": user_id, "first": first, "last": last}
        return cursor.execute(SQL["gaps"], row).fetchall()
