"""Workouts and races as a calendar that subscribes to them needs them."""

from datetime import date, datetime
from typing import Any

import psycopg
from psycopg.rows import class_row

from runningcoach.model.record import Record
from runningcoach.model.stored_plan import PlannedRace
from runningcoach.model.workout import Workout
from runningcoach.store.database import statements

type Connection = psycopg.Connection[Any]

SQL = statements("calendar_feed")


class FeedWorkout(Record):
    """A workout on its day; `position` counts from 1 the workouts of plans, or one's own, of it."""

    id: int
    plan_id: int | None
    day: date
    workout: Workout
    position: int
    revision: int
    updated_at: datetime


class FeedRace(PlannedRace):
    """A race, and how often and when it was changed last."""

    revision: int
    updated_at: datetime


def list_workouts(conn: Connection, user_id: int, first: date) -> list[FeedWorkout]:
    """Return the workouts from a day on, of plans and the runner's own."""
    params = {"user_id": user_id, "first": first}
    rows = conn.cursor(row_factory=class_row(FeedWorkout))
    return rows.execute(SQL["workouts"], params).fetchall()


def list_races(conn: Connection, user_id: int, first: date) -> list[FeedRace]:
    """Return the races from a day on."""
    params = {"user_id": user_id, "first": first}
    return conn.cursor(row_factory=class_row(FeedRace)).execute(SQL["races"], params).fetchall()
