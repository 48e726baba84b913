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


@contextmanager
def changing(conn: psycopg.Connection[Any], user_id: int) -> Generator[None]:
    """Hold a transaction in which nobody else changes this user's rows."""
    with conn.transaction():
        take_change(conn, user_id)
        yield


def take_change(conn: psycopg.Connection[Any], user_id: int) -> None:
    """Wait for the change lock; the transaction that is under way lets it go."""
    conn.execute(statements("database/locks")["change"], {"user_id": user_id})


@contextmanager
def deriving(conn: psycopg.Connection[Any], user_id: int) -> Generator[None]:
    """Keep other derivations of this user out of the block.

    Inside a transaction they are kept out until its end.
    """
    if is_in_transaction(conn):
        conn.execute(statements("database/locks")["derive_within"], {"user_id": user_id})
        yield
        return
    conn.execute(statements("database/locks")["derive"], {"user_id": user_id})
    try:
        yield
    finally:
        with suppress(psycopg.OperationalError):  # a lost connection holds no lock
            conn.execute(statements("database/locks")["end_derive"], {"user_id": user_id})
