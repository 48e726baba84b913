"""The tool by which a model proposes a plan: its arguments, and what becomes of them.

The draft goes through the same reader, rules and repair as every other. What passes is stored as a
proposal, which the runner approves or not.
"""

import json
from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from runningcoach.coach.plans.athlete import load_athlete
from runningcoach.coach.plans.request_defaults import default_request
from runningcoach.coach.talk.conversation.model_calls import Connect
from runningcoach.coach.talk.model_plans import DraftProposal, draft_schema, propose_from_draft
from runningcoach.model.conversation import ToolSpec
from runningcoach.model.plan_request import GoalKind, PlanRequest, Weekday
from runningcoach.model.user import User

PROPOSE_PLAN = "propose_plan"
DESCRIPTION = (
    "Propose a training plan or a change of it. Give the whole draft. Rules check it and put it "
    "right where they can; what passes is stored as a proposal that the runner has to approve. "
    "Only when the runner asks for a plan or a change. Null takes what is known of the runner."
)
GOALS = ["5k", "10k", "hm", "m", "fit", "return", "first_5k", None]
FIELDS: dict[str, Any] = {
    "goal": {"type": ["string", "null"], "enum": GOALS},
    "race_date": {"type": ["string", "null"], "description": "YYYY-MM-DD"},
    "target_time_s": {"type": ["integer", "null"]},
    "weeks": {"type": ["integer", "null"], "description": "1 to 24, for goals without a race"},
    "available_weekdays": {
        "type": ["array", "null"],
        "items": {"type": "integer"},
        "description": "0 is Monday",
    },
    "long_day": {"type": ["integer", "null"], "description": "0 is Monday"},
    "weekday_max_min": {"type": ["integer", "null"]},
    "long_max_min": {"type": ["integer", "null"]},
}


class ProposalArguments(BaseModel):
    """What a model gives for a proposal; None takes what is known of the runner."""

    model_config = ConfigDict(extra="ignore")

    goal: GoalKind | None = None
    race_date: date | None = None
    target_time_s: int | None = None
    weeks: int | None = None
    available_weekdays: Annotated[list[Weekday], Field(min_length=1, max_length=7)] | None = None
    long_day: Weekday | None = None
    weekday_max_min: int | None = None
    long_max_min: int | None = None
    draft: dict[str, Any]


def plan_tool() -> ToolSpec:
    """Return the tool as it is offered to a model."""
    properties = FIELDS | {"draft": draft_schema()}
    parameters = {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
    return ToolSpec(name=PROPOSE_PLAN, description=DESCRIPTION, parameters=parameters)


def propose_plan(
    connect: Connect,
    user: User,
    today: date,
    arguments: str,
    conversation_id: int,
    attempt: int,
) -> DraftProposal | str:
    """Return what became of a proposed plan, or a sentence on arguments that cannot be read."""
    try:
        given = ProposalArguments.model_validate_json(arguments)
        with connect() as conn:
            request = _request(default_request(conn, user.id, load_athlete(conn, user.id, today)), given)
    except ValidationError as error:
        return f"The arguments cannot be used: {_mistakes(error)}"
    text = json.dumps(given.draft, ensure_ascii=False)
    return propose_from_draft(
        connect, user, request, text, conversation_id, attempt=attempt
    )


def _request(usual: PlanRequest, given: ProposalArguments) -> PlanRequest:
    """Return what is known of the runner's wishes with what the model was told of them."""
    told = {
        name: value
        for name, value in given.model_dump(exclude={"draft"}).items()
        if value is not None
    }
    if "goal" in told and told["goal"] != usual.goal and "race_date" not in told:
        told |= {"race_date": None, "race_name": "", "target_time_s": told.get("target_time_s")}
    merged = usual.model_dump() | told
    if merged["long_day"] not in merged["available_weekdays"]:
        merged["long_day"] = max(merged["available_weekdays"])
    return PlanRequest.model_validate(merged)


def _mistakes(error: ValidationError) -> str:
    places = (f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()[:5])
    return "; ".join(places)
