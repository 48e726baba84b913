"""Secrets of the athlete's connections: sealed in the database, the key in the home folder."""

from pathlib import Path
from typing import Any

import psycopg

from runningcoach.base.security import MissingKey, Sealer
from runningcoach.store.database import statements

SQL = statements("secrets")


def put(conn: psycopg.Connection[Any], user_id: int, name: str, secret: str, *, home: Path) -> None:
    """Store a secret under a name; create the key with the first one."""
    sealer = _sealer(conn, home)
    sealer.make_key()
    row = {"user_id": user_id, "name": name, "sealed": sealer.seal(secret)}
    conn.execute(SQL["put"], row)


def get(conn: psycopg.Connection[Any], user_id: int, name: str, *, home: Path) -> str | None:
    """Return a secret; None if there is none of this name."""
    row = conn.execute(SQL["get"], {"user_id": user_id, "name": name}).fetchone()
    return None if row is None else _sealer(conn, home).unseal(row[0])


def delete(conn: psycopg.Connection[Any], user_id: int, name: str) -> None:
    """Delete a secret."""
    conn.execute(SQL["delete"], {"user_id": user_id, "name": name})


def rotate(conn: psycopg.Connection[Any], *, home: Path) -> int:
    """Create a new key, seal all secrets with it, and return their number.

    The older keys stay in the file, for backups of the database; remove their lines when no
    backup from before is kept.
    """
    sealer = _sealer(conn, home)
    sealer.make_key()
    sealer.add_key()
    with conn.transaction():
        rows = conn.execute(SQL["all_locked"]).fetchall()
        for user_id, name, sealed in rows:
            resealed = sealer.seal(sealer.unseal(sealed))
            conn.execute(SQL["put"], {"user_id": user_id, "name": name, "sealed": resealed})
    return len(rows)


def _sealer(conn: psycopg.Connection[Any], home: Path) -> Sealer:
    """Return the sealer, refusing to go on without the key that earlier secrets need."""
    sealer = Sealer(home)
    if not sealer.has_key():
        row = conn.execute(SQL["any"]).fetchone()
        if row is not None and row[0]:
            raise MissingKey(path=sealer.key_file)
    return sealer
