"""The request for a message: the context, the tools that are offered, the limits.

A message with a red sign and its answer are sent with no later message either.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

import psycopg

from runningcoach.coach.talk.context import TalkContext, build_context
from runningcoach.coach.talk.model_plans.plan_tool import plan_tool
from runningcoach.coach.talk.safety.gate import SafetySign
from runningcoach.coach.talk.tools import tool_specs
from runningcoach.model.conversation import (
    AiSettings,
    ChatMessage,
    ModelRequest,
    PrivacyLevel,
    ToolSpec,
)
from runningcoach.model.user import User
from runningcoach.store import complaints

type Connection = psycopg.Connection[Any]

MOST_OUTPUT_TOKENS = 6_000
"""Room for the draft of a plan of about ten weeks, or for what a model thinks before it answers."""
HELD_DAYS = 7
"""For how long a red sign holds the answers of its conversation, as it holds the plan."""
HELD = SafetySign("amber", None)


class Prompt(NamedTuple):
    """What is sent for a message, and the context that it was made from."""

    context: TalkContext
    request: ModelRequest


def build_prompt(
    conn: Connection,
    user: User,
    settings: AiSettings,
    earlier: Sequence[ChatMessage],
    text: str,
    today: date,
    sign: SafetySign,
) -> Prompt:
    """Return the first request for a message; later ones add the results of tools.

    While a red sign of this conversation is fresh, or the runner is ill or hurt, the message is
    answered as one with an amber sign: nothing is increased.
    """
    if sign.level == "none" and _is_held(conn, user, earlier, today):
        sign = HELD
    tools = _offered_tools(settings.privacy_level, sign)
    context = build_context(conn, user, settings, earlier, text, today, sign=sign, tools=tools)
    request = ModelRequest(
        model=settings.chat_model,
        instructions=context.instructions,
        messages=context.messages,
        tools=tools,
        max_output_tokens=MOST_OUTPUT_TOKENS,
    )
    return Prompt(context, request)


def _is_held(conn: Connection, user: User, earlier: Sequence[ChatMessage], today: date) -> bool:
    since = datetime.now(UTC) - timedelta(days=HELD_DAYS)
    is_fresh = any(one.sign_level == "red" and one.created_at > since for one in earlier)
    return is_fresh or bool(complaints.list_lasting(conn, user.id, today))


def _offered_tools(privacy_level: PrivacyLevel, sign: SafetySign) -> tuple[ToolSpec, ...]:
    """Return the tools for a message; with a sign of danger no plan can be proposed."""
    reading = tool_specs(privacy_level)
    return reading if sign.level != "none" else (*reading, plan_tool())
