"""Counts over the whole store, for the doctor."""

from datetime import date, datetime
from typing import Any, NamedTuple

from psycopg import Connection, sql
from psycopg.rows import args_row

from runningcoach.store.database import statements

SQL = statements("inventory")
COUNT = "count(*) FILTER (WHERE {} NOT BETWEEN -1e15 AND 1e15)"
"""NaN is greater than all numbers for the server; nothing that is stored comes near the others."""


def _number(conn: Connection[Any], name: str) -> int:
    row = conn.execute(SQL[name]).fetchone()
    return int(row[0]) if row else 0


def count_secrets(conn: Connection[Any]) -> int:
    """Return how many secrets are sealed."""
    return _number(conn, "sealed")


def count_quarantined(conn: Connection[Any]) -> int:
    """Return how many files wait in quarantine."""
    return _number(conn, "quarantined")


class StaleUser(NamedTuple):
    """A user whose derived rows are stale; `error` is that of the last derivation, if it failed."""

    username: str
    since: date
    failed_at: datetime | None
    error: str | None


def list_stale_users(conn: Connection[Any]) -> list[StaleUser]:
    """Return the users whose derived rows are stale."""
    with conn.cursor(row_factory=args_row(StaleUser)) as cursor:
        return cursor.execute(SQL["behind"]).fetchall()


def count_not_finite(conn: Connection[Any]) -> dict[str, int]:
    """Return the number of rows with NaN or infinity, by table and column."""
    counted: dict[str, int] = {}
    for table, columns in conn.execute(SQL["number_columns"]).fetchall():
        counts = sql.SQL(", ").join(sql.SQL(COUNT).format(sql.Identifier(c)) for c in columns)
        query = sql.SQL("SELECT {} FROM {}").format(counts, sql.Identifier(table))
        row = conn.execute(query).fetchone() or ()
        counted |= {f"{table}.{c}": n for c, n in zip(columns, row, strict=True) if n}
    return counted


def sample_sizes(conn: Connection[Any]) -> list[tuple[str, int]]:
    """Return the path and size [bytes] of every sample file that the manifest names."""
    return conn.execute(SQL["sample_sizes"]).fetchall()


def original_hashes(conn: Connection[Any]) -> list[str]:
    """Return the SHA-256 of every original that should be kept."""
    return [row[0] for row in conn.execute(SQL["original_hashes"])]
