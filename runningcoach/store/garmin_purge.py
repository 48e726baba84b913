"""Taking Garmin's answers out of every table, field by field where others told of a row too."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import psycopg
from psycopg.rows import args_row

from runningcoach.store import fitness
from runningcoach.store.database import statements

type Connection = psycopg.Connection[Any]

SQL = statements("garmin_purge")


class PurgedActivity(NamedTuple):
    """An activity that Garmin had a part in: its file, and when it was."""

    file_sha256: str
    started_at: datetime
    elapsed_s: float
    local_date: date

    def overlaps(self, started_at: datetime, elapsed_s: float) -> bool:
        """Say whether a recording of so long [s] shares time with it."""
        begun = self.started_at - timedelta(seconds=elapsed_s)
        return begun <= started_at <= self.started_at + timedelta(seconds=self.elapsed_s)


class OtherSourceFile(NamedTuple):
    """A file that came another way than from Garmin."""

    sha256: str
    name: str
    lane: str


def take_back_activities(conn: Connection, user_id: int) -> list[PurgedActivity]:
    """Empty Garmin's activities and take its words out of the others; return all of them.

    An emptied one is a shell, of source `garmin`, that any file of the same run replaces. What
    is derived is then behind.
    """
    with conn.cursor(row_factory=args_row(PurgedActivity)) as cursor:
        found = cursor.execute(SQL["emptied"], {"user_id": user_id}).fetchall()
        found += cursor.execute(SQL["unsaid"], {"user_id": user_id}).fetchall()
    _stale(conn, user_id, [one.local_date for one in found])
    return found


def own_files(conn: Connection, user_id: int, in_use: Sequence[str]) -> list[OtherSourceFile]:
    """Return the runner's files that may tell again what Garmin told, in the order they came.

    `in_use` are the hashes of those whose activities lost words.
    """
    with conn.cursor(row_factory=args_row(OtherSourceFile)) as cursor:
        row = {"user_id": user_id, "sha256": list(in_use)}
        return cursor.execute(SQL["others"], row).fetchall()


def delete_shells(conn: Connection, user_id: int) -> None:
    """Delete the emptied activities that no file replaced."""
    conn.execute(SQL["shells"], {"user_id": user_id})


def take_back_days(conn: Connection, user_id: int) -> set[date]:
    """Take Garmin's fields out of nights and days, and its streams; return the days."""
    row = {"user_id": user_id}
    found = {
        day for name in ("nights", "days", "streams") for (day,) in conn.execute(SQL[name], row)
    }
    _stale(conn, user_id, found)
    return found


def delete_answers(conn: Connection, user_id: int) -> None:
    """Delete what only Garmin tells, its answers and the list of work.

    A wait that Garmin asked for stays.
    """
    row = {"user_id": user_id}
    _stale(conn, user_id, [day for (day,) in conn.execute(SQL["benchmarks"], row)])
    if conn.execute(SQL["person"], row).rowcount:
        fitness.mark_stale(conn, user_id, date.min)
    for name in ("account", "events", "units", "gaps", "scores", "records", "gear", "marks"):
        conn.execute(SQL[name], row)


def delete_files(conn: Connection, user_id: int) -> list[str]:
    """Delete the entries of the files that Garmin's lanes brought; return their hashes."""
    return [sha256 for (sha256,) in conn.execute(SQL["files"], {"user_id": user_id})]


def _stale(conn: Connection, user_id: int, days: Sequence[date] | set[date]) -> None:
    if days:
        fitness.mark_stale(conn, user_id, min(days))
