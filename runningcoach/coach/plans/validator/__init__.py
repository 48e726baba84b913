"""The validator: every plan, from anywhere, against the rules V01 to V23.

An error blocks approval, a warning is shown. docs/reference/plan-rules.md explains the rules.
"""

from datetime import date

from runningcoach.coach.plans.validator.context import build_context
from runningcoach.coach.plans.validator.rules import PLAN_RULES
from runningcoach.model.plan import AthleteState, Plan, PlanFinding, PlanOrigin


def validate(
    plan: Plan,
    athlete: AthleteState,
    *,
    origin: PlanOrigin = "rule",
    today: date | None = None,
) -> list[PlanFinding]:
    """Return what the rules find in a plan, in the order of the rules.

    `today` is that of the athlete where it is not given. While the dates of a plan are wrong,
    only rules about dates and single sessions speak.
    """
    context = build_context(plan, athlete, origin, today)
    findings: list[PlanFinding] = []
    for rule in PLAN_RULES:
        has_calendar = not any(finding.code == "V02" for finding in findings)
        if rule.check is not None and (has_calendar or not rule.needs_calendar):
            findings.extend(rule.check(context))
    return findings


def has_error(findings: list[PlanFinding]) -> bool:
    """Return whether a finding blocks approval."""
    return any(finding.severity == "error" for finding in findings)
