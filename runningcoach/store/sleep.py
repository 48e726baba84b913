"""Nights: when they began and ended, and how long each stage was."""

from datetime import date, datetime
from typing import Any

import psycopg
from psycopg.rows import class_row

from runningcoach.model.record import Record
from runningcoach.store.database import statements

SQL = statements("sleep")


class SleepDetail(Record):
    """The sleep that ended on a day, with its stages [s]."""

    date: date
    started_at: datetime | None = None
    ended_at: datetime | None = None
    total_s: float | None = None
    deep_s: float | None = None
    light_s: float | None = None
    rem_s: float | None = None
    awake_s: float | None = None
    score: float | None = None
    source: str


def nights(
    conn: psycopg.Connection[Any], user_id: int, first: date, last: date
) -> list[SleepDetail]:
    """Return the nights that ended from `first` to `last`, oldest first."""
    with conn.cursor(row_factory=class_row(SleepDetail)) as cursor:
        row = {"user_id": user_id, "first": first, "last": last}
        return cursor.execute(SQL["nights"], row).fetchall()


def night(conn: psycopg.Connection[Any], user_id: int, day: date) -> SleepDetail | None:
    """Return the night that ended on a day."""
    stored = nights(conn, user_id, day, day)
    return stored[0] if stored else None
