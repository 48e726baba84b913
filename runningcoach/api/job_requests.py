"""Runs of jobs that other routes than those of jobs ask for."""

from typing import Any

import psycopg

from runningcoach.base import periods
from runningcoach.jobs import job_table
from runningcoach.jobs.problems import AlreadyRuns
from runningcoach.model.user import User
from runningcoach.store import garmin, job_runs
from runningcoach.store.job_runs import JobRun

WORKOUT_PUSH = "workout_push"


def request_run(conn: psycopg.Connection[Any], user: User, name: str) -> JobRun:
    """Queue a run of a job for a user. Raises NoSuchJob, AlreadyRuns."""
    job = job_table.job_for(job_table.table(), name, user, garmin.connected_users(conn))
    run = job_runs.enqueue(conn, user.id, job.name, periods.now())
    if run is None:
        raise AlreadyRuns(name=name)
    return run
