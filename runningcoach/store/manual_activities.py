"""Activities without a file: typed in at a website, known from a row of its export."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

import psycopg

from runningcoach.store.database import statements

type Connection = psycopg.Connection[Any]

SQL = statements("manual_activities")


class ManualActivity(NamedTuple):
    """An activity without a file, with the columns of its row."""

    key: str
    stated: Mapping[str, float]
    started_at: datetime
    sport: str
    keeps_sport: bool

    def is_same_as(self, columns: Mapping[str, Any]) -> bool:
        """Return whether a row equals the stored one."""
        same_sport = self.keeps_sport or self.sport == columns["sport"]
        same = (self.started_at, self.stated) == (columns["started_at"], columns["stated"].obj)
        return same and same_sport


class RemovedManualActivity(NamedTuple):
    """A removed activity that had no file."""

    key: str
    local_date: date
    garmin_activity_id: int | None


def placeholder_hash(key: str) -> str:
    """Return the placeholder for the file hash of an activity without a file."""
    return hashlib.sha256(key.encode()).hexdigest()


def put(conn: Connection, user_id: int, row: Mapping[str, Any]) -> int:
    """Store an activity without a file; return its id. `key` replaces the file's hash."""
    stored = conn.execute(SQL["put"], {"user_id": user_id, **row}).fetchone()
    assert stored is not None  # noqa: S101 - the statement returns its row
    return int(stored[0])


def list_manual(conn: Connection, user_id: int) -> dict[str, ManualActivity]:
    """Return the stored activities without a file, by key."""
    rows = conn.execute(SQL["stated"], {"user_id": user_id})
    return {activity.key: activity for activity in (ManualActivity(*row) for row in rows)}


def settled_rows(conn: Connection, user_id: int, keys: Sequence[str]) -> dict[str, str]:
    """Return the outcome of rows that are no activity of their own, by key."""
    row = {"user_id": user_id, "stand_ins": [placeholder_hash(key) for key in keys]}
    return dict(conn.execute(SQL["settled"], row).fetchall())


def unsettle(conn: Connection, user_id: int, key: str) -> None:
    """Delete the outcome of a row, so that it is imported again."""
    conn.execute(SQL["unsettle"], {"user_id": user_id, "stand_in": placeholder_hash(key)})


def remove(conn: Connection, user_id: int, activity_id: int) -> RemovedManualActivity | None:
    """Remove an activity that has no file; None where there is no such activity."""
    params = {"user_id": user_id, "activity_id": activity_id}
    row = conn.execute(SQL["remove"], params).fetchone()
    return RemovedManualActivity(*row) if row else None
