"""Workouts: those of approved plans, one a day and session, and the runner's own."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import psycopg
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from runningcoach.model.canonical import record_sha256
from runningcoach.model.plan import Plan
from runningcoach.model.stored_plan import StoredWorkout
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

    Earlier days keep what they have. A day whose workouts stay the same keeps its rows, and with
    them how they went. What is at Garmin of the replaced ones is not touched here.
    """
    days = {day.date: day.workouts for w in plan.weeks for day in w.days if day.date >= first_day}
    with conn.transaction():
        same_days = _same_days(conn, user_id, days, first_day)
        params = {"user_id": user_id, "first": first_day, "same_days": same_days}
        conn.execute(SQL["delete_changed"], params)
        kept = _select(conn, "hand_over", params | {"plan_id": plan_id})
        added = [
            _add(conn, user_id, workout, day, plan_id)
            for day, workouts in days.items()
            if day not in same_days
            for workout in workouts
        ]
        return sorted([*kept, *added], key=lambda stored: (stored.day or date.max, stored.id))


def _same_days(
    conn: Connection, user_id: int, days: Mapping[date, Sequence[Workout]], first_day: date
) -> list[date]:
    """Return the days for which plans have the very workouts already, in their order.

    A row whose content is not that of its hash was tampered with, and is replaced.
    """
    stored: dict[date | None, list[Workout | None]] = defaultdict(list)
    for row in list_between(conn, user_id, first_day, date.max):
        if row.plan_id is not None:
            is_sound = record_sha256(row.workout) == row.sha256
            stored[row.day].append(row.workout if is_sound else None)
    return [day for day, workouts in days.items() if workouts and stored[day] == list(workouts)]


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
