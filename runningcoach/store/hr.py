"""Heart rate outside activities: resting by day, and all-day streams."""

from datetime import date
from typing import Any

import psycopg
from psycopg.rows import class_row, scalar_row

from runningcoach.model.record import Record
from runningcoach.store.database import statements

type Connection = psycopg.Connection[Any]

SQL = statements("hr")
HEART_RATE = "heart_rate"


class RestingHr(Record):
    """Resting heart rate of one day."""

    date: date
    resting_hr_bpm: float
    source: str | None = None


class DayStream(Record):
    """One stream of a day: seconds since local midnight, and the value at each."""

    date: date
    stream: str
    source: str
    at_s: list[int]
    value: list[int]


def resting(conn: Connection, user_id: int, first: date, last: date) -> list[RestingHr]:
    """Return resting heart rate from `first` to `last` where it is known, oldest first."""
    row = {"user_id": user_id, "first": first, "last": last}
    return conn.cursor(row_factory=class_row(RestingHr)).execute(SQL["resting"], row).fetchall()


def stream(conn: Connection, user_id: int, day: date, stream: str = HEART_RATE) -> DayStream | None:
    """Return one stream of a day; None where there is none."""
    row = {"user_id": user_id, "day": day, "stream": stream}
    return conn.cursor(row_factory=class_row(DayStream)).execute(SQL["stream"], row).fetchone()


def streams(conn: Connection, user_id: int, day: date) -> list[str]:
    """Return the names of the streams of a day."""
    row = {"user_id": user_id, "day": day}
    return conn.cursor(row_factory=scalar_row).execute(SQL["streams"], row).fetchall()
