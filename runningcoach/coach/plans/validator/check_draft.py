"""A draft checked whole: as it is written, and as the plan that it stands for."""

from datetime import date

from runningcoach.coach.plans.expander import expand_draft
from runningcoach.coach.plans.validator.context import build_context
from runningcoach.coach.plans.validator.drafts import validate_draft
from runningcoach.coach.plans.validator.rules import check_rules
from runningcoach.model.plan_edit import PlanFinding
from runningcoach.model.plan_request import AthleteState, PlanRequest
from runningcoach.model.stored_plan import PlanOrigin


def check_draft(
    content: object,
    request: PlanRequest,
    athlete: AthleteState,
    *,
    origin: PlanOrigin = "model",
    today: date | None = None,
) -> list[PlanFinding]:
    """Return all that is wrong with a draft in raw JSON: V01 to V23.

    A draft is new, so nothing of it may lie before today.
    """
    draft, findings = validate_draft(content, request, athlete)
    if draft is None:
        return findings
    first_day = max(request.start, today or athlete.today)
    plan = expand_draft(draft, request.model_copy(update={"start": first_day}), athlete)
    of_plan = check_rules(build_context(plan, athlete, origin, today))
    known = {(f.code, f.key, f.week, f.day) for f in findings}
    new = [f for f in of_plan if (f.code, f.key, f.week, f.day) not in known]
    both = sorted([*findings, *new], key=lambda finding: finding.code)
    return _without_consequences(both)


def _without_consequences(findings: list[PlanFinding]) -> list[PlanFinding]:
    """Return the findings without those that only follow from a session beyond its cap.

    A session that is far too large upsets the stated duration of its day and the total of its
    week: what is to be mended is the session.
    """
    capped = [f for f in findings if f.code == "V14" and f.severity == "error"]
    days, weeks = {f.day for f in capped}, {f.week for f in capped}
    return [
        f
        for f in findings
        if not (f.code == "V22" and f.day in days) and not (f.code == "V21" and f.week in weeks)
    ]
