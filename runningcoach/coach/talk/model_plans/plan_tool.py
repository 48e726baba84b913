"""The tool `propose_plan` of a conversation: the same reader and checks, no call of a model.

What is wrong goes back to the model as the result of its tool. After the last attempt of a turn
the rules make the plan, unless the runner follows one for the same aim: that one stays. A plan is
proposed and no more: the runner approves or rejects it.
"""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple, get_args

import psycopg
from pydantic import ValidationError

from runningcoach.base import i18n, periods
from runningcoach.base.errors import RunningCoachError
from runningcoach.coach.plans.planner import make_plan
from runningcoach.coach.talk import talk_settings
from runningcoach.coach.talk.drafts.asked_weeks import plan_question
from runningcoach.coach.talk.drafts.draft_plans import CheckedDraft, check_text
from runningcoach.coach.talk.drafts.draft_words import problem_texts, told_text
from runningcoach.coach.talk.drafts.loose_json import find_values
from runningcoach.coach.talk.drafts.plan_parts import is_same_aim
from runningcoach.coach.talk.drafts.planning_athlete import load_planning_athlete
from runningcoach.coach.talk.drafts.usual_request import changed_request, usual_request
from runningcoach.coach.talk.model_plans.draft_schema import draft_schema
from runningcoach.coach.talk.model_plans.make import ROUNDS
from runningcoach.coach.talk.model_plans.plan_model import Connect
from runningcoach.coach.talk.model_plans.proposals import (
    add_attempt,
    propose_model_plan,
    propose_rule_plan,
)
from runningcoach.model.conversation import DraftTreatment, PrivacyLevel, ToolSpec
from runningcoach.model.plan_edit import PlanFinding
from runningcoach.model.plan_request import AthleteState, GoalKind, PlanRequest
from runningcoach.model.stored_plan import StoredPlan
from runningcoach.model.user import User
from runningcoach.store import plans

PLAN_TOOL = "propose_plan"
PLAN_ATTEMPTS = ROUNDS
"""How many drafts a model may hand in within a turn."""
DESCRIPTION = (
    "Propose a training plan, or some weeks of the current plan anew, as a draft that code checks."
    " Only when the runner wants a plan or a change of it. Fields that are null are as in the"
    " current plan or the runner's habits. Weeks begin on Monday and have seven days; weekdays"
    " count from 0 for Monday. The result says what is wrong; the runner approves, not you."
)
NULLABLE_FIELDS: dict[str, dict[str, Any]] = {
    "start": {"type": ["string", "null"]},
    "race_date": {"type": ["string", "null"]},
    "target_time_s": {"type": ["integer", "null"]},
    "weeks": {"type": ["integer", "null"]},
    "available_weekdays": {"type": ["array", "null"], "items": {"type": "integer"}},
    "long_day": {"type": ["integer", "null"]},
    "weekday_max_min": {"type": ["integer", "null"]},
    "long_max_min": {"type": ["integer", "null"]},
}
REQUEST_FIELDS = ("goal", *NULLABLE_FIELDS)
MOST_WARNINGS = 10


class PlanToolAnswer(NamedTuple):
    """What became of a draft: the proposed version, and JSON that tells the model.

    `is_last`: no other attempt is allowed in this turn, as the plan is there or the rules made it.
    """

    content: str
    treatment: DraftTreatment
    stored: StoredPlan | None = None
    findings: tuple[PlanFinding, ...] = ()
    is_last: bool = False
    is_error: bool = False


def plan_tool() -> ToolSpec:
    """Return the tool as a model is offered it."""
    goals: dict[str, Any] = {
        "goal": {"type": ["string", "null"], "enum": [*get_args(GoalKind), None]}
    }  # fmt: skip
    fields = goals | NULLABLE_FIELDS | {"draft": draft_schema()}
    return ToolSpec(
        name=PLAN_TOOL,
        description=DESCRIPTION,
        parameters={
            "type": "object",
            "properties": fields,
            "required": [*fields],
            "additionalProperties": False,
        },
    )


def run_plan_tool(
    connect: Connect,
    user: User,
    arguments: str,
    conversation_id: int | None = None,
    attempt: int = 1,
) -> PlanToolAnswer:
    """Return what becomes of the arguments of a call, the `attempt`-th of a turn from 1."""
    fields = _object(arguments)
    try:
        with connect() as conn:
            athlete = load_planning_athlete(conn, user.id, periods.today(user.timezone))
            usual = usual_request(conn, user.id, athlete)
            request = changed_request(usual, {name: fields.get(name) for name in REQUEST_FIELDS})
    except ValidationError as error:
        wrong = [
            f"{'.'.join(str(part) for part in problem['loc'])}: {problem['msg']}"
            for problem in error.errors(include_url=False)
        ]
        return _refused(CheckedDraft("reject"), wrong, attempt)
    draft = fields.get("draft")
    text = arguments if draft is None else json.dumps(draft, ensure_ascii=False)
    return propose_from_draft(connect, user, request, text, conversation_id, attempt)


def propose_from_draft(
    connect: Connect,
    user: User,
    request: PlanRequest,
    text: str,
    conversation_id: int | None = None,
    attempt: int = 1,
) -> PlanToolAnswer:
    """Check a draft of a conversation, store the attempt, and propose its plan if it is sound."""
    with i18n.speaking(user.language):
        try:
            return _propose(connect, user, request, text, conversation_id, attempt)
        except RunningCoachError as error:  # another proposal waits, or nothing can be planned
            problem = f"{error.what('en')} {error.remedy('en')}"
            return _refused(CheckedDraft("reject"), [problem], PLAN_ATTEMPTS)


def _propose(
    connect: Connect,
    user: User,
    request: PlanRequest,
    text: str,
    conversation_id: int | None,
    attempt: int,
) -> PlanToolAnswer:
    with connect() as conn:
        athlete = load_planning_athlete(conn, user.id, periods.today(user.timezone))
        current = plans.get_current(conn, user.id)
        level = talk_settings.load_settings(conn, user.id).privacy_level
        question = plan_question(request, user.timezone)
        checked = check_text(
            text, question, request, athlete, current=current.plan if current else None
        )
        noted = add_attempt(conn, user.id, attempt, text, checked, conversation_id)
        if checked.plan is not None:
            parent_id = current.id if current and checked.is_part else None
            stored = propose_model_plan(conn, user.id, noted, checked, checked.plan, parent_id)
            return _proposed(checked, stored, level)
        has_failed = checked.treatment != "ask" and attempt >= PLAN_ATTEMPTS
        if has_failed and not (current and is_same_aim(request, current.plan.request)):
            stored = _propose_by_rules(conn, user, request, athlete, checked)
            return _by_rules(checked, stored, level)
    return _refused(checked, _problems(checked, level), attempt)


def _propose_by_rules(
    conn: psycopg.Connection[Any],
    user: User,
    request: PlanRequest,
    athlete: AthleteState,
    checked: CheckedDraft,
) -> StoredPlan:
    plan = make_plan(request, athlete, user.language)
    why = checked.reasons[0] if checked.reasons else ""
    return propose_rule_plan(conn, user.id, plan, why)


def _by_rules(checked: CheckedDraft, stored: StoredPlan, level: PrivacyLevel) -> PlanToolAnswer:
    told = {
        "status": "planned_by_rules", **_version(stored), "problems": _problems(checked, level),
        "note": "The draft did not pass, so the rules made the plan. Say so to the runner.",
    }  # fmt: skip
    return PlanToolAnswer(_json(told), "fallback", stored, checked.findings, is_last=True)


def _proposed(checked: CheckedDraft, stored: StoredPlan, level: PrivacyLevel) -> PlanToolAnswer:
    warnings = [told_text(finding, level) for finding in checked.findings]
    told = {
        "status": "proposed", **_version(stored), "put_right": list(checked.changes),
        "warnings": warnings[:MOST_WARNINGS],
        "note": "Nothing has changed yet: the runner looks at the proposal and approves it or not.",
    }  # fmt: skip
    return PlanToolAnswer(_json(told), checked.treatment, stored, checked.findings, is_last=True)


def _refused(checked: CheckedDraft, problems: Sequence[str], attempt: int) -> PlanToolAnswer:
    left = max(PLAN_ATTEMPTS - attempt, 0)
    told = {"status": "refused", "problems": list(problems), "attempts_left": left}
    if checked.treatment == "ask":
        told = {"status": "questions", "questions": [*checked.questions, *problems]}
    return PlanToolAnswer(
        _json(told), checked.treatment, None, checked.findings, is_last=not left, is_error=True
    )  # fmt: skip


def _problems(checked: CheckedDraft, level: PrivacyLevel) -> list[str]:
    return list(problem_texts(checked.reason_keys, checked.findings, level))


def _version(stored: StoredPlan) -> dict[str, Any]:
    return {
        "version": stored.version, "title": stored.plan.title, "weeks": len(stored.plan.weeks),
        "first_day": stored.plan.weeks[0].start.isoformat(),
    }  # fmt: skip


def _object(arguments: str) -> dict[str, Any]:
    """Return the first object in the arguments of a call; nothing where there is none."""
    values = (found.value for found in find_values(arguments).values)
    return next((value for value in values if isinstance(value, dict)), {})


def _json(content: dict[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False)
