"""Rebuild the tables of Garmin's answers from raw events."""

from datetime import date
from typing import Any

import psycopg

from runningcoach.ingest.garmin import activities, answers
from runningcoach.store import garmin
from runningcoach.store.database import locks


def replay(conn: psycopg.Connection[Any], user_id: int, today: date) -> frozenset[date]:
    """Rebuild the tables of Garmin's answers from raw events; return the days written.

    Activities are described again; those typed in at Garmin without a file are created again by
    the sync alone.
    """
    with locks.hold_change_lock(conn, user_id):
        touched = answers.rebuild_tables(conn, user_id, today)
        for number, body in garmin.events(conn, user_id, activities.LISTED):
            if body is not None:
                activities.describe(conn, user_id, int(number))
    return touched
