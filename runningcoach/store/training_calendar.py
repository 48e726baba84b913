"""What stands on the calendar of some days beside workouts and races."""

from datetime import date
from typing import Any

import psycopg
from psycopg.rows import class_row, dict_row

from runningcoach.model.adherence import WorkoutAdherence
from runningcoach.model.record import Record
from runningcoach.store.database import statements

type Connection = psycopg.Connection[Any]

SQL = statements("training_calendar")


class CalendarActivity(Record):
    """An activity as a calendar shows it."""

    id: int
    local_date: date
    sport: str
    name: str | None = None
    is_race: bool
    distance_m: float | None = None
    elapsed_s: float
    moving_s: float | None = None
    load: float | None = None


def list_activities(
    conn: Connection, user_id: int, first: date, last: date
) -> list[CalendarActivity]:
    """Return the activities of some days, oldest first."""
    params = {"user_id": user_id, "first": first, "last": last}
    rows = conn.cursor(row_factory=class_row(CalendarActivity))
    return rows.execute(SQL["activities"], params).fetchall()


def adherence_by_workout(
    conn: Connection, user_id: int, first: date, last: date
) -> dict[int, WorkoutAdherence]:
    """Return how the workouts of some days went, by the workout's id."""
    params = {"user_id": user_id, "first": first, "last": last}
    rows = conn.cursor(row_factory=dict_row).execute(SQL["adherence"], params).fetchall()
    return {row["workout_id"]: WorkoutAdherence(**row) for row in rows}
