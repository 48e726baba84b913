"""The outbox to the watch: which workouts go to Garmin's calendar, and how far each has come.

What a row is to become (content, day, whether it is to be there) and what Garmin has of it are
stored apart, so that a plan may change while a workout is on its way.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

import psycopg
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from runningcoach.model.stored_plan import StoredWorkout, WorkoutDelivery
from runningcoach.store.database import statements

type Connection = psycopg.Connection[Any]

SQL = statements("workout_schedules")


def approved_plan(conn: Connection, user_id: int) -> tuple[int, dict[str, Any], str] | None:
    """Return id, content and approved hash of the current plan; None where there is none."""
    return conn.execute(SQL["approved_plan"], {"user_id": user_id}).fetchone()


def lock(conn: Connection, user_id: int) -> None:
    """Let nobody else plan the user's schedules until the transaction ends."""
    conn.execute(SQL["lock"], {"user_id": user_id})


def forget_deliveries(conn: Connection, user_id: int) -> None:
    """Forget what went to Garmin, for an account that never got any of it."""
    conn.execute(SQL["forget_deliveries"], {"user_id": user_id})


def list_live(conn: Connection, user_id: int, first: date) -> list[WorkoutDelivery]:
    """Return what is on its way, or at Garmin from a day on, or blocked; by day."""
    return _select(conn, "live", {"user_id": user_id, "first": first})


def get_many(conn: Connection, user_id: int, ids: Iterable[int]) -> list[WorkoutDelivery]:
    """Return the user's rows of some ids, in any state."""
    return _select(conn, "by_ids", {"user_id": user_id, "ids": list(ids)})


def get(conn: Connection, user_id: int, schedule_id: int) -> WorkoutDelivery:
    """Return a row; LookupError where the user has none of this id."""
    for delivery in get_many(conn, user_id, [schedule_id]):
        return delivery
    raise LookupError(schedule_id)


def add(conn: Connection, user_id: int, workout: StoredWorkout) -> None:
    """Add a workout that is to go to Garmin."""
    conn.execute(SQL["add"], {"user_id": user_id, **_wanted(workout)})


def want(conn: Connection, schedule_id: int, workout: StoredWorkout) -> None:
    """Let a row become another workout, or the same on another day."""
    conn.execute(SQL["want"], {"id": schedule_id, **_wanted(workout)})


def relink(conn: Connection, schedule_id: int, workout: StoredWorkout) -> None:
    """Link a row to an equal workout of another version of the plan."""
    row = {"id": schedule_id, "workout_id": workout.id, "plan_id": workout.plan_id}
    conn.execute(SQL["relink"], row)


def remove(conn: Connection, schedule_id: int) -> None:
    """Let a row be taken off Garmin."""
    conn.execute(SQL["remove"], {"id": schedule_id})


def begin_upload(conn: Connection, schedule_id: int, sha256: str, settle: timedelta) -> None:
    """Record that a new workout is about to be sent; without an answer, wait for `settle`."""
    row = {"id": schedule_id, "sha256": sha256, "settle_s": settle.total_seconds()}
    conn.execute(SQL["begin_upload"], row)


def begin_schedule(conn: Connection, schedule_id: int, day: date, settle: timedelta) -> None:
    """Record that a new entry is about to be sent; without an answer, wait for `settle`."""
    row = {"id": schedule_id, "date": day, "settle_s": settle.total_seconds()}
    conn.execute(SQL["begin_schedule"], row)


def record(conn: Connection, delivery: WorkoutDelivery, **changed: Any) -> None:
    """Store what Garmin has of a workout now: the fields that changed."""
    names = (
        "garmin_workout_id", "garmin_schedule_id", "pushed_sha256", "pushed_date", "restores"
    )  # fmt: skip
    row = {name: getattr(delivery, name) for name in names} | changed
    conn.execute(SQL["record"], {"id": delivery.id, **row})


def finish_removal(conn: Connection, schedule_id: int) -> None:
    """Record that nothing of a row is at Garmin any more."""
    conn.execute(SQL["finish_removal"], {"id": schedule_id})


def defer(conn: Connection, schedule_id: int, reason: str) -> datetime:
    """Put a row off, longer with each failure in a row; return when it may be tried again."""
    row = conn.execute(SQL["defer"], {"id": schedule_id, "reason": reason}).fetchone()
    assert row is not None  # noqa: S101 - the statement returns its row
    return row[0]


def block(conn: Connection, schedule_id: int, reason: str) -> None:
    """Record that a workout cannot go to Garmin, or is left alone there; and why."""
    conn.execute(SQL["block"], {"id": schedule_id, "reason": reason})


def _wanted(workout: StoredWorkout) -> dict[str, Any]:
    return {
        "workout_id": workout.id,
        "plan_id": workout.plan_id,
        "date": workout.day,
        "content": Jsonb(workout.workout.model_dump(mode="json", by_alias=True)),
        "sha256": workout.sha256,
    }


def _select(conn: Connection, name: str, params: dict[str, Any]) -> list[WorkoutDelivery]:
    with conn.cursor(row_factory=class_row(WorkoutDelivery)) as cursor:
        return cursor.execute(SQL[name], params).fetchall()
