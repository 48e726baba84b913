"""Counts over the whole store, for the doctor: what the database says should be there."""

from typing import Any

from psycopg import Connection

from runningcoach.store.database import statements

SQL = statements("inventory")


def _number(conn: Connection[Any], name: str) -> int:
    row = conn.execute(SQL[name]).fetchone()
    return int(row[0]) if row else 0


def sealed(conn: Connection[Any]) -> int:
    """Return how many secrets are sealed."""
    return _number(conn, "sealed")


def quarantined(conn: Connection[Any]) -> int:
    """Return how many files wait in quarantine."""
    return _number(conn, "quarantined")


def behind(conn: Connection[Any]) -> int:
    """Return for how many users derived rows are behind."""
    return _number(conn, "behind")


def sample_paths(conn: Connection[Any]) -> list[str]:
    """Return the path of every sample file that the manifest names."""
    return [row[0] for row in conn.execute(SQL["sample_paths"])]


def original_hashes(conn: Connection[Any]) -> list[str]:
    """Return the SHA-256 of every original that should be kept."""
    return [row[0] for row in conn.execute(SQL["original_hashes"])]
