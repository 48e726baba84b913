"""Plans that were made elsewhere: an exported plan, or a draft that another program wrote."""

from datetime import date
from typing import Any, cast

import psycopg
from pydantic import BaseModel, ConfigDict, SkipValidation, ValidationError

from runningcoach.base.errors import RunningCoachError
from runningcoach.coach.plans.athlete import load_athlete
from runningcoach.coach.plans.versions import PlanReview, propose_plan, review
from runningcoach.model.plan import Plan
from runningcoach.model.plan_draft import PlanDraft
from runningcoach.model.plan_edit import PlanFinding
from runningcoach.model.plan_request import AthleteState, PlanRequest

type Connection = psycopg.Connection[Any]

DRAFT_RULES = ("V01", "V02", "V21", "V22")
"""Rules about how a draft is written: what breaks them cannot be seen in the plan it becomes."""


class PlanImport(BaseModel):
    """A whole plan as an export holds it; or a draft, and the request that it was written for."""

    model_config = ConfigDict(extra="forbid")

    plan: Plan | None = None
    draft: SkipValidation[PlanDraft] | None = None
    """As it was written: the rules for drafts find what is wrong with it, and where."""
    request: PlanRequest | None = None


class PlanImportForm(RunningCoachError):
    """An import that is neither a plan nor a draft with its request."""

    code = "plans.import_form"
    status = 422


class DraftRefused(RunningCoachError):
    """A draft is not written so that it could be taken as a plan."""

    code = "plans.draft_refused"
    status = 422


def propose_import(conn: Connection, user_id: int, content: PlanImport, today: date) -> PlanReview:
    """Propose an imported plan, with what the rules find in it, or in the draft of it.

    Raises PlanImportForm, DraftRefused, OtherProposalOpen.
    """
    athlete = load_athlete(conn, user_id, today)
    draft = cast("object", content.draft)
    if content.plan is not None and draft is None and content.request is None:
        return review(propose_plan(conn, user_id, content.plan, "import"), athlete)
    if content.plan is not None or draft is None or content.request is None:
        raise PlanImportForm
    plan, findings = _plan_of_draft(draft, content.request, athlete)
    stored = propose_plan(conn, user_id, plan, "import")
    return PlanReview(**dict(stored), findings=findings)


def _plan_of_draft(
    content: object, request: PlanRequest, athlete: AthleteState
) -> tuple[Plan, list[PlanFinding]]:
    """Return the plan of a draft, which begins today at the earliest, and all that was found."""
    from runningcoach.coach.plans.expander import expand_draft
    from runningcoach.coach.plans.validator import check_draft

    first_day = max(request.start, athlete.today)
    dated = request.model_copy(update={"start": first_day})
    try:
        findings = check_draft(content, request, athlete, origin="import")
        wrong = [f for f in findings if f.code in DRAFT_RULES and f.severity == "error"]
        if wrong:
            raise _refusal(wrong)
        return expand_draft(PlanDraft.model_validate(content), dated, athlete), findings
    except ValidationError as error:  # within the limits of a draft, but not of a plan
        raise _refusal_of_limits(error) from error


def _refusal(findings: list[PlanFinding]) -> DraftRefused:
    """Return the refusal of a draft, with the place and the words of each finding."""
    from runningcoach.coach.plans.validator.finding_words import finding_text

    refusal = DraftRefused()
    refusal.places = [(_place(finding), finding_text(finding)) for finding in findings]
    return refusal


def _place(finding: PlanFinding) -> str:
    """Return where a finding is: the field of the draft that it names, or the week."""
    if place := finding.values.get("place"):
        return f"draft.{place}"
    return "draft" if finding.week is None else f"draft.weeks.{finding.week - 1}"


def _refusal_of_limits(error: ValidationError) -> DraftRefused:
    refusal = DraftRefused()
    refusal.places = [
        (".".join(["draft", *(str(part) for part in problem["loc"])]), problem["msg"])
        for problem in error.errors(include_url=False)
    ]
    return refusal
