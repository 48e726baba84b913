"""How a sync goes, as one may ask while it runs: who runs, how fast, what days lack."""

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
    """On how many days a stream has nothing for one reason, and the latest of them."""

    stream: str
    reason: str
    days: int
    latest: date


class GearDistance(Record):
    """Shoes or other gear, with the way that they have gone [m]."""

    name: str
    kind: str | None = None
    distance_m: float | None = None
    limit_m: float | None = None
    is_retired: bool = False
    first_used: date | None = None


def is_running(conn: Connection, user_id: int) -> bool:
    """Tell whether any process is talking to Garmin for the user."""
    row = conn.execute(SQL["is_running"], {"user_id": user_id}).fetchone()
    return bool(row and row[0])


def units_per_minute(conn: Connection, user_id: int) -> float | None:
    """Return how many units were finished a minute of late; None where none was."""
    row = conn.execute(SQL["rate"], {"user_id": user_id}).fetchone()
    return float(row[0]) if row and row[0] else None


def gap_counts(conn: Connection, user_id: int, first: date, last: date) -> list[GapCount]:
    """Return how many days of a span lack each stream, by reason."""
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
