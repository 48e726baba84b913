"""The planned workout that an activity ran, and how it went."""

from typing import Any, NamedTuple

import psycopg

from runningcoach.model.adherence import StoredAdherence
from runningcoach.model.stored_plan import StoredWorkout
from runningcoach.store import adherence, workouts

type Connection = psycopg.Connection[Any]


class RunSession(NamedTuple):
    """A planned workout and how it went."""

    workout: StoredWorkout
    adherence: StoredAdherence


def load_run_session(conn: Connection, user_id: int, activity_id: int) -> RunSession | None:
    """Return the planned workout that an activity ran; None where it ran none."""
    went = adherence.get_of_activity(conn, user_id, activity_id)
    planned = workouts.get(conn, user_id, went.workout_id) if went else None
    return RunSession(planned, went) if planned and went else None
