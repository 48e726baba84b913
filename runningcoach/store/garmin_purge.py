"""Remove Garmin's data from every table, field by field where a row has other sources too."""

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
    """An activity with data from Garmin: its file and its time."""

    file_sha256: str
    started_at: datetime
    elapsed_s: float
    local_date: date

    def overlaps(self, started_at: datetime, elapsed_s: float) -> bool:
        """Return whether a recording of `elapsed_s` seconds overlaps it in time."""
        begun = self.started_at - timedelta(seconds=elapsed_s)
        return begun <= started_at <= self.started_at + timedelta(seconds=self.elapsed_s)


class OtherSourceFile(NamedTuple):
    """A file from another source than Garmin."""

    sha256: str
    name: str
    lane: str


def purge_activities(conn: Connection, user_id: int) -> list[PurgedActivity]:
    """Empty Garmin's activities and clear its fields in the others; return all of them.

    An emptied one is a shell, of source `garmin`, that any file of the same run replaces. What
    is derived is then behind.
    """
    with conn.cursor(row_factory=args_row(PurgedActivity)) as cursor:
        purged = cursor.execute(SQL["emptied"], {"user_id": user_id}).fetchall()
        purged += cursor.execute(SQL["unsaid"], {"user_id": user_id}).fetchall()
    _mark_stale(conn, user_id, [activity.local_date for activity in purged])
    return purged


def list_other_files(
    conn: Connection, user_id: int, in_use: Sequence[str]
) -> list[OtherSourceFile]:
    """Return the runner's other files that may replace Garmin's data, in the order of import.

    `in_use` are the hashes of those whose activities lost fields.
    """
    with conn.cursor(row_factory=args_row(OtherSourceFile)) as cursor:
        row = {"user_id": user_id, "sha256": list(in_use)}
        return cursor.execute(SQL["others"], row).fetchall()


def delete_shells(conn: Connection, user_id: int) -> None:
    """Delete the emptied activities that no file replaced."""
    conn.execute(SQL["shells"], {"user_id": user_id})


def purge_days(conn: Connection, user_id: int) -> set[date]:
    """Remove Garmin's fields of nights and days, and its streams; return the days."""
    params = {"user_id": user_id}
    days = {
        day for name in ("nights", "days", "streams") for (day,) in conn.execute(SQL[name], params)
    }
    _mark_stale(conn, user_id, days)
    return days


def purge_answers(conn: Connection, user_id: int) -> None:
    """Delete data that only Garmin has, its raw answers and the sync units.

    A wait that Garmin requested stays.
    """
    row = {"user_id": user_id}
    _mark_stale(conn, user_id, [day for (day,) in conn.execute(SQL["benchmarks"], row)])
    if conn.execute(SQL["person"], row).rowcount:
        fitness.mark_stale(conn, user_id, date.min)
    for name in ("account", "events", "units", "gaps", "scores", "records", "gear", "marks"):
        conn.execute(SQL[name], row)


def delete_files(conn: Connection, user_id: int) -> list[str]:
    """Delete the entries of the files that Garmin's lanes brought; return their hashes."""
    return [sha256 for (sha256,) in conn.execute(SQL["files"], {"user_id": user_id})]


def _mark_stale(conn: Connection, user_id: int, days: Sequence[date] | set[date]) -> None:
    if days:
        fitness.mark_stale(conn, user_id, min(days))
