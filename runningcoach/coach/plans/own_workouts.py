"""Workouts of the runner's own: what may be changed of them, and when."""

from datetime import date
from typing import Any

import psycopg

from runningcoach.base.errors import RunningCoachError
from runningcoach.model.stored_plan import StoredWorkout
from runningcoach.model.workout import Workout
from runningcoach.store import workouts

type Connection = psycopg.Connection[Any]


class WorkoutNotFound(RunningCoachError):
    """There is no such workout, or it is another runner's."""

    code = "api.not_found"
    status = 404


class WorkoutBelongsToPlan(RunningCoachError):
    """A workout of a plan is changed by an edit of the plan alone."""

    code = "plans.workout_of_plan"
    status = 409


class WorkoutWithoutDay(RunningCoachError):
    """A workout without a day cannot go to the watch."""

    code = "plans.workout_without_day"
    status = 409


class WorkoutDayPast(RunningCoachError):
    """A workout cannot be put on a day that is over."""

    code = "plans.past_day"
    status = 422


def get_own(conn: Connection, user_id: int, workout_id: int) -> StoredWorkout:
    """Return a workout of the runner's own. Raises WorkoutNotFound, WorkoutBelongsToPlan."""
    stored = workouts.get(conn, user_id, workout_id)
    if stored is None:
        raise WorkoutNotFound
    if stored.plan_id is not None:
        raise WorkoutBelongsToPlan
    return stored


def replace_workout(
    conn: Connection, user_id: int, workout_id: int, workout: Workout, day: date | None
) -> StoredWorkout:
    """Replace a workout of the runner's own and its day; errors as `get_own`."""
    get_own(conn, user_id, workout_id)
    changed = workouts.change_own(conn, user_id, workout_id, workout, day)
    if changed is None:
        raise WorkoutNotFound
    return changed


def remove_workout(conn: Connection, user_id: int, workout_id: int) -> None:
    """Remove a workout of the runner's own; errors as `get_own`."""
    get_own(conn, user_id, workout_id)
    workouts.delete_own(conn, user_id, workout_id)


def schedule_workout(
    conn: Connection, user_id: int, workout_id: int, day: date, today: date
) -> StoredWorkout:
    """Put a workout of the runner's own on a day. Raises WorkoutDayPast, and as `get_own`."""
    stored = get_own(conn, user_id, workout_id)
    if day < today:
        raise WorkoutDayPast
    return replace_workout(conn, user_id, workout_id, stored.workout, day)


def check_has_day(conn: Connection, user_id: int, workout_id: int) -> None:
    """Raise WorkoutNotFound or WorkoutWithoutDay unless a workout can go to the watch."""
    stored = workouts.get(conn, user_id, workout_id)
    if stored is None:
        raise WorkoutNotFound
    if stored.day is None:
        raise WorkoutWithoutDay
