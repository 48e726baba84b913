"""Runs of the job that brings workouts to the watch, queued when a plan is approved or ended."""

from contextlib import suppress
from datetime import date
from typing import Any

from psycopg import Connection

from runningcoach.base import periods
from runningcoach.coach.plans import versions
from runningcoach.jobs import job_table
from runningcoach.jobs.problems import NoSuchJob
from runningcoach.model.stored_plan import StoredPlan
from runningcoach.model.user import User
from runningcoach.store import garmin, job_runs
from runningcoach.store.job_runs import JobRun

WORKOUT_PUSH = "workout_push"


class PlanWithPush(StoredPlan):
    """A plan that was approved or ended, and the run that tells the watch.

    `push` is None where nobody is signed in at Garmin.
    """

    push: JobRun | None


def approve_and_push(
    conn: Connection[Any], user: User, plan_id: int, sha256: str, today: date
) -> PlanWithPush:
    """Approve a plan and queue the push of its workouts; raises as `approve_plan`."""
    approved = versions.approve_plan(conn, user.id, plan_id, sha256, today)
    return PlanWithPush(**dict(approved), push=request_push(conn, user))


def archive_and_push(conn: Connection[Any], user: User, plan_id: int, today: date) -> PlanWithPush:
    """End a plan and queue the push that takes it off the watch; raises as `archive_plan`."""
    ended = versions.archive_plan(conn, user.id, plan_id, today)
    return PlanWithPush(**dict(ended), push=request_push(conn, user))


def request_push(conn: Connection[Any], user: User) -> JobRun | None:
    """Queue a push where the user is signed in at Garmin; return it, or the one that is open.

    None where there is no sign-in or no such job.
    """
    lanes = garmin.connections(conn, user.id)
    if not any(lane.lane == "signin" and lane.status == "connected" for lane in lanes):
        return None
    with suppress(NoSuchJob):
        job = job_table.job_for(job_table.table(), WORKOUT_PUSH, user, {user.id})
        queued = job_runs.enqueue(conn, user.id, job.name, periods.now())
        return queued or job_runs.latest(conn, user.id).get(WORKOUT_PUSH)
    return None
