"""Files that could not be taken: the rows; the bytes lie in the home's folder `quarantine`."""

from datetime import timedelta
from typing import Any

import psycopg
from psycopg.rows import class_row

from runningcoach.model.quarantine import Quarantined
from runningcoach.store.database import statements

SQL = statements("quarantine")


def put(
    conn: psycopg.Connection[Any],
    user_id: int,
    *,
    sha256: str,
    name: str,
    size_bytes: int,
    reason_code: str,
    reason: str,
    leg: int | None = None,
) -> None:
    """Put a file, or one activity of it, in quarantine; a repeated one counts another attempt."""
    row = {
        "user_id": user_id, "sha256": sha256, "name": name, "size_bytes": size_bytes,
        "reason_code": reason_code, "reason": reason, "leg": leg,
    }  # fmt: skip
    conn.execute(SQL["put"], row)


def list_quarantined(conn: psycopg.Connection[Any], user_id: int) -> list[Quarantined]:
    """Return the quarantine of a user, newest first."""
    with conn.cursor(row_factory=class_row(Quarantined)) as cursor:
        cursor.execute(SQL["all"], {"user_id": user_id})
        return cursor.fetchall()


def hashes(conn: psycopg.Connection[Any], user_id: int) -> list[str]:
    """Return the hashes of the files in quarantine."""
    rows = conn.execute(SQL["hashes"], {"user_id": user_id})
    return [row[0] for row in rows]


def empty(
    conn: psycopg.Connection[Any],
    user_id: int,
    older_than: timedelta = timedelta(0),
    reason_code: str | None = None,
) -> list[str]:
    """Delete the entries of files that could not be imported; return their hashes.

    Only those that are there for so long, and for that reason if one is given. Activities that
    were deleted stay: that they are here keeps them from coming back.
    """
    params = {"user_id": user_id, "older_than": older_than, "reason_code": reason_code}
    with conn.transaction():
        return [row[0] for row in conn.execute(SQL["empty"], params)]


def is_quarantined(conn: psycopg.Connection[Any], sha256: str) -> bool:
    """Return whether any user has these bytes in quarantine."""
    row = conn.execute(SQL["is_held"], {"sha256": sha256}).fetchone()
    return row is not None and bool(row[0])


def quarantined_legs(conn: psycopg.Connection[Any], user_id: int, sha256: str) -> list[int]:
    """Return the first legs of the activities of a file that are in quarantine alone."""
    params = {"user_id": user_id, "sha256": sha256}
    return [row[0] for row in conn.execute(SQL["legs_of"], params)]


def release(
    conn: psycopg.Connection[Any], user_id: int, sha256: str, leg: int | None = None
) -> bool:
    """Forget a file in quarantine with all its activities, or one activity of it.

    Return whether its bytes are wanted by nobody any more.
    """
    row = {"user_id": user_id, "sha256": sha256, "leg": leg}
    conn.execute(SQL["release"], row)
    return not is_quarantined(conn, sha256)
