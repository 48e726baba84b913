"""Files that could not be taken: the rows; the bytes lie in the home's folder `quarantine`."""

from datetime import timedelta
from typing import Any

import psycopg
from psycopg.rows import class_row

from runningcoach.model.quarantine import Quarantined
from runningcoach.store.database import statements


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
    """Note a file, or one activity of it, in quarantine; known ones have been tried once more."""
    row = {
        "user_id": user_id, "sha256": sha256, "name": name, "size_bytes": size_bytes,
        "reason_code": reason_code, "reason": reason, "leg": leg,
    }  # fmt: skip
    conn.execute(statements("quarantine")["put"], row)


def everything(conn: psycopg.Connection[Any], user_id: int) -> list[Quarantined]:
    """Return all that is in quarantine, newest first."""
    with conn.cursor(row_factory=class_row(Quarantined)) as cursor:
        cursor.execute(statements("quarantine")["all"], {"user_id": user_id})
        return cursor.fetchall()


def hashes(conn: psycopg.Connection[Any], user_id: int) -> list[str]:
    """Return the hashes of the files in quarantine."""
    found = conn.execute(statements("quarantine")["hashes"], {"user_id": user_id})
    return [row[0] for row in found]


def empty(
    conn: psycopg.Connection[Any],
    user_id: int,
    older_than: timedelta = timedelta(0),
    reason_code: str | None = None,
) -> list[str]:
    """Forget files that could not be taken, and that they ever came; return their hashes.

    Only those that are there for so long, and for that reason if one is given. Activities that
    were deleted stay: that they are here keeps them from coming back.
    """
    row = {"user_id": user_id, "older_than": older_than, "reason_code": reason_code}
    with conn.transaction():
        return [found[0] for found in conn.execute(statements("quarantine")["empty"], row)]


def is_held(conn: psycopg.Connection[Any], sha256: str) -> bool:
    """Return whether any user has these bytes in quarantine."""
    held = conn.execute(statements("quarantine")["is_held"], {"sha256": sha256}).fetchone()
    return held is not None and bool(held[0])


def legs_of(conn: psycopg.Connection[Any], user_id: int, sha256: str) -> list[int]:
    """Return the first legs of the activities of a file that are in quarantine alone."""
    row = {"user_id": user_id, "sha256": sha256}
    return [found[0] for found in conn.execute(statements("quarantine")["legs_of"], row)]


def release(
    conn: psycopg.Connection[Any], user_id: int, sha256: str, leg: int | None = None
) -> bool:
    """Forget a file in quarantine with all its activities, or one activity of it.

    Return whether its bytes are wanted by nobody any more.
    """
    row = {"user_id": user_id, "sha256": sha256, "leg": leg}
    conn.execute(statements("quarantine")["release"], row)
    return not is_held(conn, sha256)
