"""The validator: every plan, from anywhere, against the rules V01 to V23.

An error blocks approval, a warning is shown. docs/reference/plan-rules.md explains the rules.
"""

from datetime import date

from runningcoach.coach.plans.validator.check_draft import check_draft
from runningcoach.coach.plans.validator.context import build_context
from runningcoach.coach.plans.validator.drafts import validate_draft
from runningcoach.coach.plans.validator.rules import check_rules
from runningcoach.model.plan import Plan
from runningcoach.model.plan_edit import PlanFinding
from runningcoach.model.plan_request import AthleteState
from runningcoach.model.stored_plan import PlanOrigin

__all__ = ["check_draft", "has_error", "validate", "validate_draft"]


def validate(
    plan: Plan,
    athlete: AthleteState,
    *,
    origin: PlanOrigin = "rule",
    today: date | None = None,
) -> list[PlanFinding]:
    """Return what the rules find in a plan, in the order of the rules.

    `today` is that of the athlete where it is not given.
    """
    return check_rules(build_context(plan, athlete, origin, today))


def has_error(findings: list[PlanFinding]) -> bool:
    """Return whether a finding blocks approval."""
    return any(finding.severity == "error" for finding in findings)
