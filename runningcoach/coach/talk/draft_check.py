"""A draft of a plan checked for another program: read, held against the rules, not stored."""

import json
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from runningcoach.coach.plans.validator.finding_words import fix_text
from runningcoach.coach.talk.drafts.asked_weeks import plan_question
from runningcoach.coach.talk.drafts.draft_plans import CheckedDraft, check_text
from runningcoach.coach.talk.drafts.draft_words import problem_texts, told_text
from runningcoach.coach.talk.drafts.planning_athlete import load_planning_athlete
from runningcoach.coach.talk.drafts.usual_request import (
    changed_request,
    current_plan,
    usual_request,
)
from runningcoach.coach.talk.model_plans.plan_tool import REQUEST_FIELDS, plan_tool
from runningcoach.coach.talk.tools import ToolContext
from runningcoach.model.conversation import PrivacyLevel, ToolSpec
from runningcoach.model.plan_edit import PlanFinding
from runningcoach.model.plan_request import PlanRequest

CHECK_PLAN_DRAFT = "check_plan_draft"
DESCRIPTION = (
    "Check a draft of a training plan, or of some weeks of the current plan: what is put right,"
    " what the rules find (an error blocks approval), the draft in its normal form. Stores and"
    " proposes nothing. Fields that are null are as in the current plan or the runner's habits."
    " Weeks begin on Monday and have seven days; weekdays count from 0 for Monday."
)


class WrongDraftArguments(Exception):
    """The arguments of a check are not right; `problems` says where, one line each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


def check_spec() -> ToolSpec:
    """Return the tool as it is offered: with the arguments of the one that proposes."""
    parameters = plan_tool().parameters
    return ToolSpec(name=CHECK_PLAN_DRAFT, description=DESCRIPTION, parameters=parameters)


def check_plan_draft(context: ToolContext, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return what becomes of a draft, in the language in force. Raises WrongDraftArguments."""
    conn, user, today = context.conn, context.user, context.today
    athlete = load_planning_athlete(conn, user.id, today)
    request = _request(usual_request(conn, user.id, athlete), fields)
    text = json.dumps(fields["draft"], ensure_ascii=False)
    question = plan_question(request, user.timezone)
    current = current_plan(conn, user.id)
    checked = check_text(text, question, request, athlete, current=current)
    return _answer(checked, request, context.privacy_level)


def _request(usual: PlanRequest, fields: Mapping[str, Any]) -> PlanRequest:
    unknown = [f"{name[:40]}: unknown" for name in fields if name not in (*REQUEST_FIELDS, "draft")]
    missing = [] if fields.get("draft") else ["draft: missing"]
    if unknown or missing:
        raise WrongDraftArguments([*unknown, *missing])
    try:
        return changed_request(usual, {name: fields.get(name) for name in REQUEST_FIELDS})
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_input=False)
        raise WrongDraftArguments(
            [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in wrong]
        ) from error


def _answer(checked: CheckedDraft, request: PlanRequest, level: PrivacyLevel) -> dict[str, Any]:
    return {
        "treatment": checked.treatment,
        "could_be_proposed": checked.plan is not None,
        "is_stored": False,
        "put_right": checked.changes,
        "reasons": problem_texts(checked.reason_keys, checked.findings, level),
        "questions": checked.questions,
        "findings": [_finding(one, level) for one in checked.findings],
        "request": request.model_dump(mode="json", include={*REQUEST_FIELDS}),
        "draft": checked.draft.model_dump(mode="json") if checked.draft else None,
    }


def _finding(finding: PlanFinding, level: PrivacyLevel) -> dict[str, Any]:
    return {
        "rule": finding.code,
        "severity": finding.severity,
        "text": told_text(finding, level),
        "fix": fix_text(finding.fix, "en") if finding.fix else None,
    }
