"""The tables of Garmin's answers made again from what was kept raw."""

from datetime import date
from typing import Any

import psycopg

from runningcoach.ingest.garmin import activities, answers
from runningcoach.store import garmin
from runningcoach.store.database import locks


def replay(conn: psycopg.Connection[Any], user_id: int, today: date) -> frozenset[date]:
    """Make again from the raw events what the tables hold of Garmin's answers; return its days.

    Activities are told anew what Garmin said of them; those that were typed in at Garmin and have
    no file are made again by the sync alone.
    """
    with locks.hold_change_lock(conn, user_id):
        touched = answers.again(conn, user_id, today)
        for number, body in garmin.events(conn, user_id, activities.LISTED):
            if body is not None:
                activities.describe(conn, user_id, int(number))
    return touched
