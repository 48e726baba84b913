"""The versions of a runner's plan: proposed, approved by hash, rejected, archived.

Each change is one transaction under a lock, so that at most one version is current and one
proposed whatever happens at the same time.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import psycopg

from runningcoach.base.errors import RunningCoachError
from runningcoach.coach.plans.athlete import load_athlete
from runningcoach.model.canonical import record_sha256
from runningcoach.model.plan import Plan, PlanNote
from runningcoach.model.plan_edit import EditPrice, PlanEdit, PlanFinding
from runningcoach.model.plan_request import AthleteState, PlanRequest
from runningcoach.model.plan_simulation import PlanSimulation
from runningcoach.model.stored_plan import PlanOrigin, StoredPlan, StoredWorkout
from runningcoach.store import plans, workouts

if TYPE_CHECKING:
    from runningcoach.coach.plans.plan_diff import PlanDiff

type Connection = psycopg.Connection[Any]


class PlanReview(StoredPlan):
    """A version with what the rules find in it against today's data."""

    findings: list[PlanFinding]


class PlanNotFound(RunningCoachError):
    """There is no such version, or it is another runner's."""

    code = "plans.not_found"
    status = 404


class NoCurrentPlan(RunningCoachError):
    """The runner follows no plan."""

    code = "plans.no_current"
    status = 404


class OtherProposalOpen(RunningCoachError):
    """Another proposal waits for the runner's word."""

    code = "plans.other_proposal"
    status = 409


class PlanNotProposed(RunningCoachError):
    """Only a proposed version can be approved or rejected."""

    code = "plans.not_proposed"
    status = 409


class PlanNotCurrent(RunningCoachError):
    """Only the current plan can be ended or sent to the watch."""

    code = "plans.not_current"
    status = 409


class PlanNotEditable(RunningCoachError):
    """Only the current and the proposed version can be edited."""

    code = "plans.not_editable"
    status = 409


class NothingToCompare(RunningCoachError):
    """There is no other version to compare a plan with."""

    code = "plans.nothing_to_compare"
    status = 404


class PlanHashDiffers(RunningCoachError):
    """What is approved is not what is stored."""

    code = "plans.hash_differs"
    status = 409


class PlanHasErrors(RunningCoachError):
    """The rules find errors in the plan against today's data."""

    code = "plans.has_errors"
    status = 409


def get_plan(conn: Connection, user_id: int, plan_id: int) -> StoredPlan:
    """Return a version. Raises PlanNotFound."""
    stored = plans.get(conn, user_id, plan_id)
    if stored is None:
        raise PlanNotFound
    return stored


def get_current_plan(conn: Connection, user_id: int) -> StoredPlan:
    """Return the plan that the runner follows. Raises NoCurrentPlan."""
    current = plans.get_current(conn, user_id)
    if current is None:
        raise NoCurrentPlan
    return current


def find_plan(conn: Connection, user_id: int, plan_id: int | None = None) -> StoredPlan:
    """Return a version by its id; without one the proposed version, else the current plan.

    Raises PlanNotFound, NoCurrentPlan.
    """
    if plan_id is not None:
        return get_plan(conn, user_id, plan_id)
    return plans.get_proposed(conn, user_id) or get_current_plan(conn, user_id)


def generate_plan(
    conn: Connection, user_id: int, request: PlanRequest, athlete: AthleteState, language: str
) -> StoredPlan:
    """Make a plan by the rules and propose it. Raises PlanImpossible, OtherProposalOpen."""
    from runningcoach.coach.plans.planner import make_plan

    return propose_plan(conn, user_id, make_plan(request, athlete, language), "rule")


def propose_plan(
    conn: Connection,
    user_id: int,
    plan: Plan,
    origin: PlanOrigin,
    parent_id: int | None = None,
    reasons: Sequence[PlanNote] = (),
    *,
    replaced_id: int | None = None,
) -> StoredPlan:
    """Store a plan as the proposed version.

    It takes the place of a proposal of the same origin, of the one that it was made from, or of
    `replaced_id`; another one has to be approved or rejected first. Raises OtherProposalOpen.
    """
    with conn.transaction():
        plans.lock(conn, user_id)
        waiting = plans.get_proposed(conn, user_id)
        if waiting is not None:
            if waiting.origin != origin and waiting.id not in (parent_id, replaced_id):
                raise OtherProposalOpen(id=waiting.id, version=waiting.version)
            plans.set_status(conn, user_id, waiting.id, "proposed", "archived")
        return plans.create(conn, user_id, plan, origin, parent_id, reasons)


def edit_plan(
    conn: Connection, user_id: int, plan_id: int, edits: Sequence[PlanEdit], today: date
) -> StoredPlan:
    """Propose a version with edits applied in their order: all of them, or nothing is stored.

    Its parent is the version that was edited; its reasons are what the edits do. Raises
    PlanNotFound, PlanNotEditable, OtherProposalOpen, EditWithoutEffect, and as `apply_edits`.
    """
    from runningcoach.coach.plans.editing import EditWithoutEffect
    from runningcoach.coach.plans.validator.finding_words import edit_note

    with conn.transaction():
        plans.lock(conn, user_id)
        base = _editable_plan(conn, user_id, plan_id)
        edited = _edited(base.plan, edits, load_athlete(conn, user_id, today))
        if edited == base.plan:
            raise EditWithoutEffect
        reasons = [edit_note(edit) for edit in edits]
        return propose_plan(conn, user_id, edited, "edit", plan_id, reasons)


def price_edits(
    conn: Connection, user_id: int, plan_id: int, edits: Sequence[PlanEdit], today: date
) -> EditPrice:
    """Return what edits of a version would cost; nothing is stored.

    Raises PlanNotFound, PlanNotEditable, and as `apply_edits`.
    """
    from runningcoach.coach.plans.editing import edit_price

    base = _editable_plan(conn, user_id, plan_id)
    athlete = load_athlete(conn, user_id, today)
    edited = _edited(base.plan, edits, athlete)
    return edit_price(base.plan, edited, athlete, origin=_edit_origin(base))


def price_version(
    conn: Connection, user_id: int, stored: StoredPlan, athlete: AthleteState
) -> EditPrice:
    """Return what a version costs against its parent. Raises NothingToCompare without one."""
    from runningcoach.coach.plans.editing import edit_price

    if stored.parent_id is None:
        raise NothingToCompare
    parent = get_plan(conn, user_id, stored.parent_id)
    return edit_price(parent.plan, stored.plan, athlete, origin=rules_origin(stored))


def _editable_plan(conn: Connection, user_id: int, plan_id: int) -> StoredPlan:
    base = get_plan(conn, user_id, plan_id)
    if base.status not in ("current", "proposed"):
        raise PlanNotEditable
    return base


def _edit_origin(base: StoredPlan) -> PlanOrigin:
    """Return the origin by which the rules judge edits of a version."""
    return "import" if base.is_imported else "edit"


def _edited(plan: Plan, edits: Sequence[PlanEdit], athlete: AthleteState) -> Plan:
    """Return the plan after edits, checked as a whole: edits copy parts without checking them."""
    from runningcoach.coach.plans.editing import apply_edits

    return Plan.model_validate(apply_edits(plan, edits, athlete).model_dump(by_alias=True))


def simulate_plan(conn: Connection, user_id: int, plan_id: int, today: date) -> PlanSimulation:
    """Return what a version leads to, for the athlete as of today. Raises PlanNotFound."""
    from runningcoach.coach.plans.simulation import simulate

    return simulate(get_plan(conn, user_id, plan_id).plan, load_athlete(conn, user_id, today))


def approve_plan(
    conn: Connection, user_id: int, plan_id: int, sha256: str, today: date
) -> StoredPlan:
    """Make a proposed version the current plan; its workouts from today on take their place.

    The hash must be that of the stored plan, and the rules must find no error against today's
    data. Days that are past keep their workouts and what was run of them. Raises PlanNotFound,
    PlanNotProposed, PlanHashDiffers, PlanHasErrors.
    """
    with conn.transaction():
        plans.lock(conn, user_id)
        stored = get_plan(conn, user_id, plan_id)
        _check_approval(stored, sha256, load_athlete(conn, user_id, today))
        current = plans.get_current(conn, user_id)
        if current is not None:
            plans.set_status(conn, user_id, current.id, "current", "archived")
        approved = plans.set_status(conn, user_id, plan_id, "proposed", "current")
        if approved is None:
            raise PlanNotProposed
        workouts.put_planned(conn, user_id, plan_id, stored.plan, today)
        return approved


def _check_approval(stored: StoredPlan, sha256: str, athlete: AthleteState) -> None:
    if stored.status != "proposed":
        raise PlanNotProposed
    if {sha256, record_sha256(stored.plan)} != {stored.sha256}:
        raise PlanHashDiffers
    errors = [f for f in find_problems(stored, athlete) if f.severity == "error"]
    if errors:
        raise PlanHasErrors(codes=", ".join(sorted({finding.code for finding in errors})))


def compared_plan(conn: Connection, user_id: int, plan_id: int, other_id: int | None) -> StoredPlan:
    """Return the version that another is compared with: of an id, else the current one.

    Where the current one is itself the plan, its parent. Raises PlanNotFound, NothingToCompare.
    """
    if other_id is not None:
        return get_plan(conn, user_id, other_id)
    current = plans.get_current(conn, user_id)
    if current is not None and current.id != plan_id:
        return current
    parent_id = get_plan(conn, user_id, plan_id).parent_id
    if parent_id is None:
        raise NothingToCompare
    return get_plan(conn, user_id, parent_id)


def diff_version(stored: StoredPlan, other: StoredPlan, athlete: AthleteState) -> "PlanDiff":
    """Return in which days and weeks a version differs from another.

    Of a proposed one, those from today on: approving it changes nothing that is past.
    """
    from runningcoach.coach.plans.plan_diff import diff_plans

    first_day = athlete.today if stored.status == "proposed" else date.min
    return diff_plans(other.plan, stored.plan, athlete.paces, first_day)


def coming_workouts(
    conn: Connection, user_id: int, plan_id: int, today: date, days: int
) -> list[StoredWorkout]:
    """Return the workouts of the current plan for so many days from today on.

    Raises PlanNotFound, PlanNotCurrent.
    """
    if get_plan(conn, user_id, plan_id).status != "current":
        raise PlanNotCurrent
    last = today + timedelta(days=days - 1)
    listed = workouts.list_between(conn, user_id, today, last)
    return [stored for stored in listed if stored.plan_id == plan_id]


def review(stored: StoredPlan, athlete: AthleteState) -> PlanReview:
    """Return a version with what the rules find in it."""
    return PlanReview(**dict(stored), findings=find_problems(stored, athlete))


def find_problems(stored: StoredPlan, athlete: AthleteState) -> list[PlanFinding]:
    """Return what the rules find in a version against an athlete's state."""
    from runningcoach.coach.plans.validator import validate  # loaded by the few who need it

    return validate(stored.plan, athlete, origin=rules_origin(stored), today=athlete.today)


def rules_origin(stored: StoredPlan) -> PlanOrigin:
    """Return the origin by which the rules judge a version: an edited import is one still."""
    return "import" if stored.is_imported else stored.origin


def reject_plan(conn: Connection, user_id: int, plan_id: int) -> StoredPlan:
    """Reject the proposed version; the current plan stays. Raises PlanNotFound, PlanNotProposed."""
    get_plan(conn, user_id, plan_id)
    rejected = plans.set_status(conn, user_id, plan_id, "proposed", "rejected")
    if rejected is None:
        raise PlanNotProposed
    return rejected


def archive_plan(conn: Connection, user_id: int, plan_id: int, today: date) -> StoredPlan:
    """End the current plan: its workouts from today on go, those of past days stay.

    Raises PlanNotFound, PlanNotCurrent.
    """
    with conn.transaction():
        plans.lock(conn, user_id)
        get_plan(conn, user_id, plan_id)
        ended = plans.set_status(conn, user_id, plan_id, "current", "archived")
        if ended is None:
            raise PlanNotCurrent
        workouts.delete_planned(conn, user_id, today)
        return ended
