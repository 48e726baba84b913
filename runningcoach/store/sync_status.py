"""Progress of a sync: whether it runs, its rate, data gaps and gear."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import psycopg
from psycopg.rows import class_row

from runningcoach.model.record import Record
from runningcoach.store.database import statements
from runningcoach.store.sync_units import SyncUnit

type Connection = psycopg.Connection[Any]

SQL = statements("sync_status")


class GapCount(Record):
    """The number of days without data in a stream for one reason, and the latest of them."""

    stream: str
    reason: str
    days: int
    latest: date


class GearDistance(Record):
    """Shoes or other gear, with their distance [m]."""

    name: str
    kind: str | None = None
    distance_m: float | None = None
    limit_m: float | None = None
    is_retired: bool = False
    first_used: date | None = None


def is_running(conn: Connection, user_id: int) -> bool:
    """Return whether a process syncs with Garmin for the user."""
    row = conn.execute(SQL["is_running"], {"user_id": user_id}).fetchone()
    return bool(row and row[0])


def units_per_minute(conn: Connection, user_id: int) -> float | None:
    """Return the recent rate of finished units per minute; None where there are none."""
    row = conn.execute(SQL["rate"], {"user_id": user_id}).fetchone()
    return float(row[0]) if row and row[0] else None


def gap_counts(conn: Connection, user_id: int, first: date, last: date) -> list[GapCount]:
    """Return the number of days of a span without data, by stream and reason."""
    row = {"user_id": user_id, "first": first, "last": last}
    with conn.cursor(row_factory=class_row(GapCount)) as cursor:
        return cursor.execute(SQL["gap_counts"], row).fetchall()


def next_between(
    conn: Connection, user_id: int, first: date, last: date, kinds: Iterable[str]
) -> SyncUnit | None:
    """Return the newest unit of a span that may be tried now; None at the end."""
    row = {"user_id": user_id, "first": first, "last": last, "kinds": list(kinds)}
    with conn.cursor(row_factory=class_row(SyncUnit)) as cursor:
        return cursor.execute(SQL["next_between"], row).fetchone()


def gear(conn: Connection, user_id: int) -> list[GearDistance]:
    """Return the user's gear, what is in use first."""
    with conn.cursor(row_factory=class_row(GearDistance)) as cursor:
        return cursor.execute(SQL["gear"], {"user_id": user_id}).fetchall()
