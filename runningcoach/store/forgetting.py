"""Deleting what Garmin's lanes brought; what archives, folders and the runner told stays."""

from datetime import date
from typing import Any

import psycopg

from runningcoach.store import fitness
from runningcoach.store.database import statements

type Connection = psycopg.Connection[Any]

SQL = statements("forgetting")
WITHOUT_A_DAY = (
    "words", "empty_days", "streams", "scores", "records", "gear", "gaps", "events", "units",
    "marks",
)  # fmt: skip


def garmins(conn: Connection, user_id: int) -> list[str]:
    """Delete what came through Garmin's lanes; return hashes of files that nobody has any more.

    In the caller's transaction; what is derived from it is behind afterwards.
    """
    row: dict[str, Any] = {"user_id": user_id}
    row["files"] = [sha256 for (sha256,) in conn.execute(SQL["files"], row)]
    days = [day for (day,) in conn.execute(SQL["activities"], row)]
    conn.execute(SQL["quarantine"], row)
    for name in ("days", "nights", "benchmarks"):
        days += [day for (day,) in conn.execute(SQL[name], row)]
    for name in WITHOUT_A_DAY:
        conn.execute(SQL[name], row)
    _mark(conn, user_id, days)
    return [sha256 for (sha256,) in conn.execute(SQL["unowned"], row)]


def _mark(conn: Connection, user_id: int, days: list[date]) -> None:
    if days:
        fitness.mark_stale(conn, user_id, min(days))
