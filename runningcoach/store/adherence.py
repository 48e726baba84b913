"""How planned workouts went, one row a workout; and what ties workouts to activities."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NamedTuple

import psycopg
from psycopg.rows import args_row, class_row, scalar_row
from psycopg.types.json import Jsonb

from runningcoach.model.activity import Activity
from runningcoach.model.adherence import StoredAdherence, WorkoutAdherence
from runningcoach.store.database import statements

type Connection = psycopg.Connection[Any]

SQL = statements("adherence")
COMMIT_S = 60
"""The longest that the import of one activity is taken to last, from its rows to its commit."""


class WorkoutLink(NamedTuple):
    """What the watch knows a workout by."""

    workout_id: int
    marker: str
    garmin_workout_id: int | None


def put(
    conn: Connection, user_id: int, workout_id: int, adherence: WorkoutAdherence, version: str
) -> bool:
    """Store how a workout went; return whether the row changed."""
    row = adherence.model_dump(mode="json", exclude={"workout_date", "run_date", "steps"})
    row |= {
        "user_id": user_id,
        "workout_id": workout_id,
        "workout_date": adherence.workout_date,
        "run_date": adherence.run_date,
        "steps": Jsonb([step.model_dump(mode="json") for step in adherence.steps]),
        "engine_version": version,
    }
    return conn.execute(SQL["put"], row).rowcount == 1


def read_clock(conn: Connection) -> datetime:
    """Return the database's time: what was committed a while before it is seen by what follows."""
    return conn.cursor(row_factory=scalar_row).execute("SELECT now()").fetchall()[0]


def mark_compared(
    conn: Connection, user_id: int, workout_ids: Iterable[int], seen_at: datetime
) -> None:
    """Record that the rows of workouts fit the tables as they were at a moment."""
    row = {"user_id": user_id, "workout_ids": list(workout_ids), "seen_at": seen_at}
    conn.execute(SQL["mark_compared"], row)


def list_outdated_days(
    conn: Connection, user_id: int, today: date, engine_version: str, reach_days: int
) -> list[date]:
    """Return the days up to today whose workouts have to be compared, in order.

    Those that never were, and those with activities at most `reach_days` away that came, changed
    or went since.
    """
    row = {
        "user_id": user_id,
        "today": today,
        "engine_version": engine_version,
        "reach_days": reach_days,
        "commit_s": COMMIT_S,
    }
    return conn.cursor(row_factory=scalar_row).execute(SQL["outdated_days"], row).fetchall()


def remove(conn: Connection, user_id: int, workout_ids: Iterable[int]) -> int:
    """Remove the rows of workouts; return how many there were."""
    row = {"user_id": user_id, "workout_ids": list(workout_ids)}
    return conn.execute(SQL["remove"], row).rowcount


def list_between(conn: Connection, user_id: int, first: date, last: date) -> list[StoredAdherence]:
    """Return how the workouts that were planned for some days went, by day."""
    with conn.cursor(row_factory=class_row(StoredAdherence)) as cursor:
        row = {"user_id": user_id, "first": first, "last": last}
        return cursor.execute(SQL["between"], row).fetchall()


def get_of_activity(conn: Connection, user_id: int, activity_id: int) -> StoredAdherence | None:
    """Return how the workout went that an activity ran; None where it ran none."""
    with conn.cursor(row_factory=class_row(StoredAdherence)) as cursor:
        row = {"user_id": user_id, "activity_id": activity_id}
        return cursor.execute(SQL["of_activity"], row).fetchone()


def list_links(conn: Connection, user_id: int, workout_ids: Iterable[int]) -> list[WorkoutLink]:
    """Return what the watch knows workouts by; those that never went there have none."""
    with conn.cursor(row_factory=args_row(WorkoutLink)) as cursor:
        row = {"user_id": user_id, "workout_ids": list(workout_ids)}
        return cursor.execute(SQL["links"], row).fetchall()


def list_activities(conn: Connection, user_id: int, first: date, last: date) -> list[Activity]:
    """Return the activities of some days, oldest first."""
    with conn.cursor(row_factory=class_row(Activity)) as cursor:
        row = {"user_id": user_id, "first": first, "last": last}
        return cursor.execute(SQL["activities"], row).fetchall()
