"""/complaints: illness and pain that the runner notes, and what becomes of the plan."""

import datetime
from typing import TYPE_CHECKING

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from runningcoach.api.dependencies import CurrentUser, Database, RowId
from runningcoach.api.problems import described
from runningcoach.base import periods
from runningcoach.model.complaint import Complaint, ComplaintKind
from runningcoach.model.stored_plan import AdaptationOutcome
from runningcoach.store import complaints

if TYPE_CHECKING:
    from runningcoach.coach.plans.complaints import ComplaintAnswer

router = APIRouter(prefix="/complaints", tags=["plans"])


class ComplaintInput(BaseModel):
    """What the runner has, and since when; today if left out."""

    model_config = ConfigDict(extra="forbid")

    kind: ComplaintKind
    began_on: datetime.date | None = None


class NotedComplaint(BaseModel):
    """A complaint, what became of the plan, and the version that is proposed or was taken back."""

    complaint: Complaint
    outcome: AdaptationOutcome
    plan_id: int | None = None


@router.get("", responses=described(401))
def list_complaints(db: Database, user: CurrentUser) -> list[Complaint]:
    """Return what lasts, illness before pain."""
    return complaints.list_lasting(db, user.id, periods.today(user.timezone))


@router.post("", status_code=201, responses=described(401, 403, 422))
def create_complaint(body: ComplaintInput, db: Database, user: CurrentUser) -> NotedComplaint:
    """Note an illness or a pain; the plan is looked at and a changed one proposed."""
    from runningcoach.coach.plans.complaints import note_complaint

    today = periods.today(user.timezone)
    return _noted(note_complaint(db, user, body.kind, body.began_on or today, today))


@router.post("/{id}/end", responses=described(401, 403, 404, 422))
def end_lasting_complaint(db: Database, user: CurrentUser, id: RowId) -> NotedComplaint:
    """Note that it is over; a proposal that answered it is taken back where it waits."""
    from runningcoach.coach.plans.complaints import end_complaint

    return _noted(end_complaint(db, user, id, periods.today(user.timezone)))


def _noted(answer: "ComplaintAnswer") -> NotedComplaint:
    plan_id = answer.proposal.id if answer.proposal else None
    return NotedComplaint(complaint=answer.complaint, outcome=answer.outcome, plan_id=plan_id)
