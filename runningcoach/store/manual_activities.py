"""Activities that have no file: typed in at a website, which a row of its tables tells."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

import psycopg

from runningcoach.store.database import statements

type Connection = psycopg.Connection[Any]

SQL = statements("manual_activities")


class ManualActivity(NamedTuple):
    """An activity without a file, as far as its row told it."""

    key: str
    stated: Mapping[str, float]
    started_at: datetime
    sport: str
    keeps_sport: bool

    def says(self, columns: Mapping[str, Any]) -> bool:
        """Return whether a row says what stands here already."""
        same_sport = self.keeps_sport or self.sport == columns["sport"]
        same = (self.started_at, self.stated) == (columns["started_at"], columns["stated"].obj)
        return same and same_sport


class RemovedManualActivity(NamedTuple):
    """An activity without a file that is no more."""

    key: str
    local_date: date
    garmin_activity_id: int | None


def stand_in(key: str) -> str:
    """Return the hash that stands for the file of an activity that has none."""
    return hashlib.sha256(key.encode()).hexdigest()


def put(conn: Connection, user_id: int, row: Mapping[str, Any]) -> int:
    """Keep an activity that has no file; return its id. `key` stands for the file's hash."""
    found = conn.execute(SQL["put"], {"user_id": user_id, **row}).fetchone()
    assert found is not None  # noqa: S101 - the statement returns its row
    return int(found[0])


def stated(conn: Connection, user_id: int) -> dict[str, ManualActivity]:
    """Return what the tables said of the typed-in activities that there are, by key."""
    rows = conn.execute(SQL["stated"], {"user_id": user_id})
    return {one.key: one for one in (ManualActivity(*row) for row in rows)}


def settled(conn: Connection, user_id: int, keys: Sequence[str]) -> dict[str, str]:
    """Return what became of rows that are no activity of their own, by key."""
    row = {"user_id": user_id, "stand_ins": [stand_in(key) for key in keys]}
    return dict(conn.execute(SQL["settled"], row).fetchall())


def unsettle(conn: Connection, user_id: int, key: str) -> None:
    """Forget what became of a row: it is asked for again."""
    conn.execute(SQL["unsettle"], {"user_id": user_id, "stand_in": stand_in(key)})


def remove(conn: Connection, user_id: int, activity_id: int) -> RemovedManualActivity | None:
    """Remove an activity that has no file; None where there is no such activity."""
    row = {"user_id": user_id, "activity_id": activity_id}
    found = conn.execute(SQL["remove"], row).fetchone()
    return RemovedManualActivity(*found) if found else None
