"""Run a derivation on a snapshot, while others may change the tables.

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


def run_in_snapshot[T](conn: psycopg.Connection[Any], user_id: int, derive: Callable[[], T]) -> T:
    """Return the result of `derive`, run in one transaction, and clear the stale mark.

    The caller holds the derive lock of the user: see locks.hold_derive_lock.
    """
    if not database.is_in_transaction(conn):
        for _ in range(FREE_ATTEMPTS):
            with suppress(*OVERTAKEN):
                with database.snapshot(conn):
                    changes, result = fitness.count_changes(conn, user_id), derive()
                fitness.clear_stale(conn, user_id, changes)
                return result
    with locks.hold_change_lock(conn, user_id):
        changes, result = fitness.count_changes(conn, user_id), derive()
        fitness.clear_stale(conn, user_id, changes)
        return result
