"""A draft of a plan checked for another program: read, held against the rules, not stored."""

import json
from datetime import date, timedelta
from typing import Annotated, Any

import psycopg
from pydantic import BaseModel, ConfigDict, Field, SkipValidation, ValidationError

from runningcoach.base.i18n import t
from runningcoach.model.conversation import ToolSpec
from runningcoach.model.plan_draft import PlanDraft
from runningcoach.model.plan_edit import PlanFinding
from runningcoach.model.plan_request import PlanRequest
from runningcoach.model.user import User

type Connection = psycopg.Connection[Any]

CHECK_PLAN_DRAFT = "check_plan_draft"
LONGEST_PLAN_WEEKS = 24
ACCEPTED = frozenset({"accept", "repair"})


class DraftArguments(BaseModel):
    """A draft, and the request that it answers."""

    model_config = ConfigDict(extra="forbid")

    draft: Annotated[
        SkipValidation[PlanDraft], Field(description="The whole plan, a record for each day.")
    ]
    """As it was written: the reader puts right what it can, and says what it cannot."""
    request: Annotated[
        PlanRequest | None,
        Field(description="What the plan is for; null takes the entered race and usual days."),
    ] = None


def check_spec() -> ToolSpec:
    """Return the tool as it is offered."""
    return ToolSpec(
        name=CHECK_PLAN_DRAFT,
        description=(
            "Check a draft of a training plan: what is put right, what the rules find (an error"
            " blocks approval), and the draft in its normal form. Stores and proposes nothing."
        ),
        parameters=DraftArguments.model_json_schema(),
    )


def check_plan_draft(conn: Connection, user: User, today: date, arguments: str) -> dict[str, Any]:
    """Return what becomes of a draft, in the runner's language. Raises ValidationError."""
    from runningcoach.coach.plans.athlete import load_athlete
    from runningcoach.coach.plans.request_defaults import default_request
    from runningcoach.coach.talk.drafts.reading import read_draft

    given = DraftArguments.model_validate_json(arguments)
    athlete = load_athlete(conn, user.id, today)
    request = given.request or default_request(conn, user.id, athlete)
    text = json.dumps(given.draft, ensure_ascii=False)
    reading = read_draft(text, _question(request, user), request, athlete)
    return {
        "treatment": reading.treatment,
        "could_be_proposed": reading.treatment in ACCEPTED,
        "is_stored": False,
        "put_right": [
            _change_text(one.key, one.place, one.was, user.language) for one in reading.changes
        ],
        "reasons": [
            t(f"drafts.reason.{reason}", user.language)
            for reason in reading.reasons
            if not _is_rule(reason)
        ],
        "findings": [_finding(one, user.language) for one in reading.findings],
        "request": request.model_dump(mode="json"),
        "draft": reading.draft.model_dump(mode="json") if reading.draft else None,
    }


def argument_problems(error: ValidationError) -> list[str]:
    """Return what is wrong with arguments, one line a place."""
    return [
        f"{'.'.join(map(str, one['loc']))}: {one['msg']}"
        for one in error.errors(include_url=False, include_input=False)
    ]


def _question(request: PlanRequest, user: User) -> Any:
    from runningcoach.coach.talk.drafts.normal_form import DraftQuestion

    weeks = timedelta(weeks=request.weeks or LONGEST_PLAN_WEEKS)
    last = request.race_date or request.start + weeks - timedelta(days=1)
    return DraftQuestion(request.start, last, request.goal, user.timezone)


def _change_text(key: str, place: str, was: str, language: str) -> str:
    sentence = t(f"drafts.change.{key}", language, was=was)
    return f"{place}: {sentence}" if place else sentence


def _is_rule(reason: str) -> bool:
    """Return whether a reason is the code of a rule: it stands among the findings, with words."""
    return reason[:1] == "V" and reason[1:].isdigit()


def _finding(finding: PlanFinding, language: str) -> dict[str, Any]:
    from runningcoach.coach.plans.validator.finding_words import finding_text, fix_text

    return {
        "rule": finding.code,
        "severity": finding.severity,
        "week": finding.week,
        "day": finding.day.isoformat() if finding.day else None,
        "text": finding_text(finding, language),
        "fix": fix_text(finding.fix, language) if finding.fix else None,
    }
