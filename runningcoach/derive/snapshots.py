"""One derivation over tables that others may change meanwhile.

It reads a snapshot, so that everything it reads belongs together, and waits for nobody until it
writes. A change that comes in between and concerns the same rows makes the server refuse the
derivation; it is made again, the last time with all changes kept out.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import psycopg

from runningcoach.store import database, fitness
from runningcoach.store.database import locks

FREE_ATTEMPTS = 3
"""Attempts beside changes, before one that keeps them out: ours."""
OVERTAKEN = (*database.REPEATED, psycopg.errors.ForeignKeyViolation)
"""What the server says of a derivation that was overtaken: a row that it builds on has changed, or
is gone."""


def derived[T](conn: psycopg.Connection[Any], user_id: int, derive: Callable[[], T]) -> T:
    """Return what `derive` returns in one transaction, and clear the note that it was due.

    The derivation lock of the user is held: see locks.deriving.
    """
    if not database.is_in_transaction(conn):
        for _ in range(FREE_ATTEMPTS):
            with suppress(*OVERTAKEN):
                with database.snapshot(conn):
                    changes, result = fitness.noted_changes(conn, user_id), derive()
                fitness.clear_stale(conn, user_id, changes)
                return result
    with locks.changing(conn, user_id):
        changes, result = fitness.noted_changes(conn, user_id), derive()
        fitness.clear_stale(conn, user_id, changes)
        return result
