"""Workouts: those of approved plans, one a day and session, and the runner's own."""

from datetime import date
from typing import Any

import psycopg
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from runningcoach.model.canonical import record_sha256
from runningcoach.model.plan import Plan, StoredWorkout
from runningcoach.model.workout import Workout
from runningcoach.store.database import statements

type Connection = psycopg.Connection[Any]

SQL = statements("workouts")


def list_between(conn: Connection, user_id: int, first: date, last: date) -> list[StoredWorkout]:
    """Return the workouts of some days, those of plans and the runner's own, by day."""
    return _select(conn, "between", {"user_id": user_id, "first": first, "last": last})


def list_own(conn: Connection, user_id: int) -> list[StoredWorkout]:
    """Return the runner's own workouts, newest first, with or without a day."""
    return _select(conn, "own", {"user_id": user_id})


def get(conn: Connection, user_id: int, workout_id: int) -> StoredWorkout | None:
    """Return a workout; None where the user has none of this id."""
    return next(iter(_select(conn, "one", {"user_id": user_id, "id": workout_id})), None)


def put_planned(
    conn: Connection, user_id: int, plan_id: int, plan: Plan, first_day: date
) -> list[StoredWorkout]:
    """Store the workouts of a plan from a day on, in place of those of any plan; return them.

    Earlier days keep what they have. What is at Garmin of the replaced ones is not touched here.
    """
    days = [day for week in plan.weeks for day in week.days if day.date >= first_day]
    with conn.transaction():
        delete_planned(conn, user_id, first_day)
        return [
            _add(conn, user_id, workout, day.date, plan_id)
            for day in days
            for workout in day.workouts
        ]


def delete_planned(conn: Connection, user_id: int, first_day: date) -> int:
    """Delete the workouts of plans from a day on; return how many there were."""
    return conn.execute(
        SQL["delete_planned"], {"user_id": user_id, "first": first_day}
    ).rowcount  # fmt: skip


def add_own(
    conn: Connection, user_id: int, workout: Workout, day: date | None = None
) -> StoredWorkout:
    """Store a workout of the runner's own, on a day perhaps."""
    return _add(conn, user_id, workout, day, None)


def change_own(
    conn: Connection, user_id: int, workout_id: int, workout: Workout, day: date | None
) -> StoredWorkout | None:
    """Replace a workout of the runner's own and its day; None where there is none of this id.

    How the former one went is of no use any more.
    """
    row = _row(user_id, workout, day) | {"id": workout_id}
    with conn.transaction():
        conn.execute(SQL["forget_run"], {"user_id": user_id, "id": workout_id})
        return next(iter(_select(conn, "change_own", row)), None)


def delete_own(conn: Connection, user_id: int, workout_id: int) -> bool:
    """Delete a workout of the runner's own; return whether there was one."""
    return conn.execute(SQL["delete_own"], {"user_id": user_id, "id": workout_id}).rowcount == 1


def _add(
    conn: Connection, user_id: int, workout: Workout, day: date | None, plan_id: int | None
) -> StoredWorkout:
    [stored] = _select(conn, "add", _row(user_id, workout, day) | {"plan_id": plan_id})
    return stored


def _row(user_id: int, workout: Workout, day: date | None) -> dict[str, Any]:
    content = Jsonb(workout.model_dump(mode="json", by_alias=True))
    return {"user_id": user_id, "day": day, "content": content, "sha256": record_sha256(workout)}


def _select(conn: Connection, name: str, params: dict[str, Any]) -> list[StoredWorkout]:
    with conn.cursor(row_factory=class_row(StoredWorkout)) as cursor:
        return cursor.execute(SQL[name], params).fetchall()
