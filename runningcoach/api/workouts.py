"""/workouts: workouts of the plan and the runner's own."""

import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from runningcoach.api import job_requests
from runningcoach.api.dependencies import CurrentUser, Database, RowId
from runningcoach.api.problems import NotFound, described
from runningcoach.base import periods
from runningcoach.model.stored_plan import StoredWorkout
from runningcoach.model.workout import Workout
from runningcoach.store import workouts
from runningcoach.store.job_runs import JobRun

router = APIRouter(prefix="/workouts", tags=["workouts"])


class WorkoutInput(BaseModel):
    """A workout of one's own; without a day it is kept for later."""

    model_config = ConfigDict(extra="forbid")

    workout: Workout
    day: datetime.date | None = None


class WorkoutDay(BaseModel):
    """The day on which a workout is to be run; today or later."""

    model_config = ConfigDict(extra="forbid")

    date: datetime.date


class WorkoutListQuery(BaseModel):
    """The days whose workouts are listed; without both, all of the runner's own."""

    model_config = ConfigDict(extra="forbid")

    first: Annotated[datetime.date | None, Field(alias="from")] = None
    last: Annotated[datetime.date | None, Field(alias="to")] = None


@router.get("", responses=described(401, 422))
def list_workouts(
    db: Database, user: CurrentUser, query: Annotated[WorkoutListQuery, Query()]
) -> list[StoredWorkout]:
    """Return the runner's own workouts, newest first; with `from` or `to` all of these days."""
    if query.first is None and query.last is None:
        return workouts.list_own(db, user.id)
    first, last = query.first or datetime.date.min, query.last or datetime.date.max
    return workouts.list_between(db, user.id, first, last)


@router.post("", status_code=201, responses=described(401, 403, 422))
def create_workout(body: WorkoutInput, db: Database, user: CurrentUser) -> StoredWorkout:
    """Store a workout of one's own."""
    return workouts.add_own(db, user.id, body.workout, body.day)


@router.get("/{id}", responses=described(401, 404, 422))
def read_workout(db: Database, user: CurrentUser, id: RowId) -> StoredWorkout:
    """Return a workout, of a plan or one's own."""
    stored = workouts.get(db, user.id, id)
    if stored is None:
        raise NotFound
    return stored


@router.put("/{id}", responses=described(401, 403, 404, 409, 422))
def replace_workout(
    body: WorkoutInput, db: Database, user: CurrentUser, id: RowId
) -> StoredWorkout:
    """Replace a workout of one's own; one of a plan is changed by an edit of the plan."""
    from runningcoach.coach.plans import own_workouts

    return own_workouts.replace_workout(db, user.id, id, body.workout, body.day)


@router.delete("/{id}", status_code=204, responses=described(401, 403, 404, 409, 422))
def remove_workout(db: Database, user: CurrentUser, id: RowId) -> None:
    """Remove a workout of one's own; the next push takes it off the watch."""
    from runningcoach.coach.plans import own_workouts

    own_workouts.remove_workout(db, user.id, id)


@router.post("/{id}/schedule", responses=described(401, 403, 404, 409, 422))
def schedule_workout(body: WorkoutDay, db: Database, user: CurrentUser, id: RowId) -> StoredWorkout:
    """Put a workout of one's own on a day; the next push brings it to the watch."""
    from runningcoach.coach.plans import own_workouts

    today = periods.today(user.timezone)
    return own_workouts.schedule_workout(db, user.id, id, body.date, today)


@router.post("/{id}/push", status_code=202, responses=described(401, 403, 404, 409, 422))
def push_workout(db: Database, user: CurrentUser, id: RowId) -> JobRun:
    """Queue the job that brings planned workouts to the watch, this one with them."""
    from runningcoach.coach.plans import own_workouts

    own_workouts.check_has_day(db, user.id, id)
    return job_requests.request_run(db, user, job_requests.WORKOUT_PUSH)
