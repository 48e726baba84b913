"""The last look at a plan before anybody sees it: no plan with an error is ever proposed."""

from runningcoach.coach.plans.planner.errors import PlanUnsound
from runningcoach.coach.plans.planner.reasons import note
from runningcoach.coach.plans.repair import repair
from runningcoach.coach.plans.validator import has_error, validate
from runningcoach.coach.plans.validator.finding_words import finding_text
from runningcoach.model.plan import Plan
from runningcoach.model.plan_request import AthleteState


def sound_plan(plan: Plan, athlete: AthleteState, language: str) -> Plan:
    """Return the plan as it is, or with its errors repaired and an assumption that tells so.

    Raises PlanUnsound with the rule, in words, where an error remains.
    """
    findings = validate(plan, athlete)
    if not has_error(findings):
        return plan
    repaired = repair(plan, findings, athlete)
    for finding in repaired.findings:
        if finding.severity == "error":
            raise PlanUnsound(rule=finding.code, problem=finding_text(finding, language))
    changes = note("assume_repaired", count=len(repaired.edits))
    return repaired.plan.model_copy(update={"assumptions": (*plan.assumptions, changes)})
