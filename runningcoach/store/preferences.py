"""The preferences of each runner for computing load and form."""

from datetime import date
from typing import Any

import psycopg
from psycopg.rows import class_row

from runningcoach.model.user import Preferences
from runningcoach.store import fitness
from runningcoach.store.database import locks, statements

SQL = statements("preferences")


def get(conn: psycopg.Connection[Any], user_id: int) -> Preferences:
    """Return the runner's preferences; the defaults where none are stored."""
    with conn.cursor(row_factory=class_row(Preferences)) as cursor:
        stored = cursor.execute(SQL["of"], {"user_id": user_id}).fetchone()
    return stored or Preferences()


def put(conn: psycopg.Connection[Any], user_id: int, preferences: Preferences) -> None:
    """Store the runner's preferences; mark everything derived as stale."""
    with locks.hold_change_lock(conn, user_id):
        row = {"user_id": user_id, **preferences.model_dump()}
        conn.execute(SQL["put"], row)
        fitness.mark_stale(conn, user_id, date.min)
