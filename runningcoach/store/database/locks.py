"""The locks of a user's rows, always taken in this order: derive, change, then rows.

Whoever changes what is derived from (activities, health, benchmarks, preferences) holds the change
lock from the first statement of its transaction on, so that two of them never wait for each
other's rows. docs/decisions/concurrency.md says why.
"""

from collections.abc import Generator
from contextlib import contextmanager, suppress
from typing import Any

import psycopg

from runningcoach.store.database import is_in_transaction, statements

SQL = statements("database/locks")


@contextmanager
def hold_change_lock(conn: psycopg.Connection[Any], user_id: int) -> Generator[None]:
    """Open a transaction that holds the change lock of this user."""
    with conn.transaction():
        take_change_lock(conn, user_id)
        yield


def take_change_lock(conn: psycopg.Connection[Any], user_id: int) -> None:
    """Acquire the change lock until the current transaction ends."""
    conn.execute(SQL["change"], {"user_id": user_id})


@contextmanager
def hold_derive_lock(conn: psycopg.Connection[Any], user_id: int) -> Generator[None]:
    """Hold the derive lock of this user.

    Inside a transaction it is released at the end of that.
    """
    if is_in_transaction(conn):
        conn.execute(SQL["derive_within"], {"user_id": user_id})
        yield
        return
    conn.execute(SQL["derive"], {"user_id": user_id})
    try:
        yield
    finally:
        with suppress(psycopg.OperationalError):  # a lost connection holds no lock
            conn.execute(SQL["end_derive"], {"user_id": user_id})
