"""How each runner wants load and form to be reckoned."""

from datetime import date
from typing import Any

import psycopg
from psycopg.rows import class_row

from runningcoach.model.user import Preferences
from runningcoach.store import fitness
from runningcoach.store.database import locks, statements


def of(conn: psycopg.Connection[Any], user_id: int) -> Preferences:
    """Return the runner's preferences; the defaults where nothing was chosen."""
    with conn.cursor(row_factory=class_row(Preferences)) as cursor:
        found = cursor.execute(statements("preferences")["of"], {"user_id": user_id}).fetchone()
    return found or Preferences()


def put(conn: psycopg.Connection[Any], user_id: int, chosen: Preferences) -> None:
    """Keep the runner's choice; all that is derived is then behind."""
    with locks.changing(conn, user_id):
        row = {"user_id": user_id, **chosen.model_dump()}
        conn.execute(statements("preferences")["put"], row)
        fitness.mark_stale(conn, user_id, date.min)
