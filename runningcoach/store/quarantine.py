"""Files that could not be taken: the rows; the bytes lie in the home's folder `quarantine`."""

from typing import Any

import psycopg
from psycopg.rows import class_row

from runningcoach.records import Quarantined
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


def release(conn: psycopg.Connection[Any], user_id: int, sha256: str) -> bool:
    """Forget a file in quarantine; say whether its bytes are wanted by nobody any more."""
    conn.execute(statements("quarantine")["release"], {"user_id": user_id, "sha256": sha256})
    held = conn.execute(statements("quarantine")["is_held"], {"sha256": sha256}).fetchone()
    return held is not None and not held[0]
