"""/plans: training plans in versions, from the request to the approved one."""

from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from runningcoach.api import job_requests
from runningcoach.api.dependencies import LARGEST_ID, CurrentUser, Database, RowId
from runningcoach.api.problems import described
from runningcoach.base import periods
from runningcoach.coach.plans import plan_imports, versions
from runningcoach.coach.plans.athlete import load_athlete
from runningcoach.coach.plans.plan_diff import PlanDiff
from runningcoach.coach.plans.plan_imports import PlanImport
from runningcoach.coach.plans.versions import PlanReview
from runningcoach.jobs import workout_push_requests
from runningcoach.jobs.workout_push_requests import PlanWithPush
from runningcoach.model.canonical import canonical_json
from runningcoach.model.plan import Plan
from runningcoach.model.plan_edit import EditPrice, PlanEdit, PlanFinding
from runningcoach.model.plan_request import AthleteState, PlanRequest
from runningcoach.model.plan_simulation import PlanSimulation
from runningcoach.model.stored_plan import StoredPlan
from runningcoach.model.user import User
from runningcoach.store import plans
from runningcoach.store.job_runs import JobRun
from runningcoach.store.plans import PlanVersion

router = APIRouter(prefix="/plans", tags=["plans"])

CHANGING = (401, 403, 404, 409, 422)
MOST_EDITS = 100


class PlanApproval(BaseModel):
    """The hash of the plan as it was looked at: approval binds exactly that."""

    model_config = ConfigDict(extra="forbid")

    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class PlanEdits(BaseModel):
    """Edits of a version, applied in their order."""

    model_config = ConfigDict(extra="forbid")

    edits: Annotated[tuple[PlanEdit, ...], Field(min_length=1, max_length=MOST_EDITS)]


class EditedPlan(BaseModel):
    """The version that edits make, and what they cost against the one that was edited."""

    plan: PlanReview
    price: EditPrice


class PlanListQuery(BaseModel):
    """How many versions a list shows, and before which one it goes on."""

    model_config = ConfigDict(extra="forbid")

    before: Annotated[int, Field(ge=1, le=LARGEST_ID)] | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class PlanDiffQuery(BaseModel):
    """The version to compare with; the current one, or the parent, if absent."""

    model_config = ConfigDict(extra="forbid")

    other_id: Annotated[int | None, Field(alias="with", ge=1, le=LARGEST_ID)] = None


def _athlete(db: Database, user: User) -> AthleteState:
    return load_athlete(db, user.id, periods.today(user.timezone))


@router.get("", responses=described(401, 422))
def list_plans(
    db: Database, user: CurrentUser, query: Annotated[PlanListQuery, Query()]
) -> list[PlanVersion]:
    """Return the versions without their weeks, newest first."""
    return plans.list_versions(db, user.id, query.limit, query.before)


@router.post("", status_code=201, responses=described(401, 403, 409, 422))
def generate_plan(body: PlanRequest, db: Database, user: CurrentUser) -> PlanReview:
    """Make a plan by the rules and propose it; nothing changes until it is approved."""
    athlete = _athlete(db, user)
    stored = versions.generate_plan(db, user.id, body, athlete, user.language)
    return versions.review(stored, athlete)


@router.post("/import", status_code=201, responses=described(401, 403, 409, 422))
def import_plan(body: PlanImport, db: Database, user: CurrentUser) -> PlanReview:
    """Propose a plan that was made elsewhere: an export, or a draft that becomes a plan here."""
    return plan_imports.propose_import(db, user.id, body, periods.today(user.timezone))


@router.post("/validate", responses=described(401, 403, 422))
def validate_plan(body: Plan, db: Database, user: CurrentUser) -> list[PlanFinding]:
    """Return what the rules find in a plan against today's data; nothing is stored."""
    from runningcoach.coach.plans.validator import validate

    return validate(body, _athlete(db, user), origin="import")


@router.get("/current", responses=described(401, 404))
def read_current_plan(db: Database, user: CurrentUser) -> PlanReview:
    """Return the plan that the runner follows."""
    return versions.review(versions.get_current_plan(db, user.id), _athlete(db, user))


@router.get("/{id}", responses=described(401, 404, 422))
def read_plan(db: Database, user: CurrentUser, id: RowId) -> PlanReview:
    """Return a version with what the rules find in it against today's data."""
    return versions.review(versions.get_plan(db, user.id, id), _athlete(db, user))


@router.get("/{id}/diff", responses=described(401, 404, 422))
def diff_plan(
    db: Database, user: CurrentUser, id: RowId, query: Annotated[PlanDiffQuery, Query()]
) -> PlanDiff:
    """Return the days and weeks in which a version differs from the current one, or another.

    Of a proposed version, those from today on.
    """
    stored = versions.get_plan(db, user.id, id)
    other = versions.compared_plan(db, user.id, id, query.other_id)
    return versions.diff_version(stored, other, _athlete(db, user))


@router.get("/{id}/export", response_model=Plan, responses=described(401, 404, 422))
def export_plan(db: Database, user: CurrentUser, id: RowId) -> Response:
    """Return a plan in its canonical form, whose SHA-256 is that of the version."""
    stored = versions.get_plan(db, user.id, id)
    headers = {"Content-Disposition": f'attachment; filename="plan-{stored.version}.json"'}
    return Response(canonical_json(stored.plan), media_type="application/json", headers=headers)


@router.get("/{id}/simulation", responses=described(401, 404, 422))
def simulate_plan(db: Database, user: CurrentUser, id: RowId) -> PlanSimulation:
    """Return load, fitness and form of every day of a version, and what race day brings."""
    return versions.simulate_plan(db, user.id, id, periods.today(user.timezone))


@router.post("/{id}/price", responses=described(*CHANGING))
def price_edits(body: PlanEdits, db: Database, user: CurrentUser, id: RowId) -> EditPrice:
    """Return what edits of the current or the proposed version would cost; nothing is stored."""
    return versions.price_edits(db, user.id, id, body.edits, periods.today(user.timezone))


@router.post("/{id}/edits", status_code=201, responses=described(*CHANGING))
def edit_plan(body: PlanEdits, db: Database, user: CurrentUser, id: RowId) -> EditedPlan:
    """Propose a version with all of the edits, in their order; none is stored where one fails."""
    edited = versions.edit_plan(db, user.id, id, body.edits, periods.today(user.timezone))
    athlete = _athlete(db, user)
    price = versions.price_version(db, user.id, edited, athlete)
    return EditedPlan(plan=versions.review(edited, athlete), price=price)


@router.post("/{id}/approve", responses=described(*CHANGING))
def approve_plan(body: PlanApproval, db: Database, user: CurrentUser, id: RowId) -> PlanWithPush:
    """Make the proposed version the current plan, if it is the one that was looked at.

    Its workouts from today on take the place of those of the former plan; where the runner is
    signed in at Garmin, `push` is the run that brings them to the watch.
    """
    today = periods.today(user.timezone)
    return workout_push_requests.approve_and_push(db, user, id, body.sha256, today)


@router.post("/{id}/reject", responses=described(*CHANGING))
def reject_plan(db: Database, user: CurrentUser, id: RowId) -> StoredPlan:
    """Reject the proposed version; the current plan stays as it is."""
    return versions.reject_plan(db, user.id, id)


@router.post("/{id}/archive", responses=described(*CHANGING))
def archive_plan(db: Database, user: CurrentUser, id: RowId) -> PlanWithPush:
    """End the current plan; its workouts from today on go, and `push` takes them off the watch."""
    today = periods.today(user.timezone)
    return workout_push_requests.archive_and_push(db, user, id, today)


@router.post("/{id}/sync", status_code=202, responses=described(*CHANGING))
def sync_plan(db: Database, user: CurrentUser, id: RowId) -> JobRun:
    """Queue the job that brings the current plan's coming workouts to the watch."""
    if versions.get_plan(db, user.id, id).status != "current":
        raise versions.PlanNotCurrent
    return job_requests.request_run(db, user, job_requests.WORKOUT_PUSH)
