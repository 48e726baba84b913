"""Queue a push of workouts where some are not at Garmin as they should be."""

from typing import Any

from psycopg import Connection

from runningcoach.base import periods
from runningcoach.jobs.workout_push import load_resolver
from runningcoach.jobs.workout_push_requests import request_push
from runningcoach.model.user import User
from runningcoach.publish import schedules
from runningcoach.publish.deliveries import next_step
from runningcoach.publish.push_report import DAYS
from runningcoach.store import workout_schedules
from runningcoach.store.job_runs import JobRun


def request_due_push(
    conn: Connection[Any], user: User, *, days: int = DAYS, is_on: bool = True
) -> JobRun | None:
    """Queue a push where workouts of the coming days are not at Garmin as they should be.

    None where all are, where nobody is signed in, or where pushing is off. Raises
    PlanChangedSinceApproval.
    """
    if not is_on:
        return None
    schedules.plan_current(conn, user.id, days, load_resolver(conn, user.id))
    live = workout_schedules.list_live(conn, user.id, periods.today(user.timezone))
    is_due = any(next_step(row) is not None for row in live)
    return request_push(conn, user) if is_due else None
