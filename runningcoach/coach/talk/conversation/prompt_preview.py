"""What would be sent for a message, before anything is: the same request, by its sections."""

from typing import Any

import psycopg

from runningcoach.base import periods
from runningcoach.coach.talk.conversation.message_prompts import (
    MOST_OUTPUT_TOKENS,
    Prompt,
    build_prompt,
)
from runningcoach.coach.talk.conversation.model_calls import request_tokens
from runningcoach.coach.talk.conversation.runner_messages import read_message
from runningcoach.coach.talk.conversation.scripted_answer import is_scripted
from runningcoach.coach.talk.conversation.tool_rounds import MOST_RESULT_TOKENS, MOST_ROUNDS
from runningcoach.coach.talk.prices import cost_usd, price_of
from runningcoach.coach.talk.safety.gate import SafetySign
from runningcoach.coach.talk.talk_settings import load_settings
from runningcoach.model.conversation import (
    AiSettings,
    ModelUsage,
    PromptPreview,
)
from runningcoach.model.user import User
from runningcoach.store import conversations

type Connection = psycopg.Connection[Any]


def preview(
    conn: Connection, user: User, text: str, conversation_id: int | None = None
) -> PromptPreview:
    """Return all that would be sent for a message; nothing is, and nothing is stored.

    The coach need not be on. `cost_usd` is what an answer with all its rounds of tools costs at
    most. Raises MessageEmpty, MessageOverLimit and ConversationAbsent.
    """
    message = read_message(text, user.language)
    settings = load_settings(conn, user.id)
    if is_scripted(message.sign):
        return _preview(settings, message.sign, None, None)
    speaker = user.model_copy(update={"language": message.language})
    earlier = []
    if conversation_id is not None:
        talk = conversations.get(conn, user.id, conversation_id)
        earlier = conversations.messages(conn, user.id, talk.id)
    today = periods.today(user.timezone)
    prompt = build_prompt(conn, speaker, settings, earlier, message.text, today, message.sign)
    price = price_of(settings.chat_model, settings, today)
    most = cost_usd(_most_usage(request_tokens(prompt.request)), price)
    return _preview(settings, message.sign, prompt, most)


def _most_usage(tokens: int) -> ModelUsage:
    """Return what an answer uses at most: every round, each with all results of tools so far."""
    calls = MOST_ROUNDS + 1
    with_results = tokens + MOST_RESULT_TOKENS + MOST_ROUNDS * MOST_OUTPUT_TOKENS
    return ModelUsage(
        input_tokens=tokens + MOST_ROUNDS * with_results,
        output_tokens=calls * MOST_OUTPUT_TOKENS,
    )


def _preview(
    settings: AiSettings, sign: SafetySign, prompt: Prompt | None, most_usd: float | None
) -> PromptPreview:
    return PromptPreview(
        model=settings.chat_model,
        base_url=settings.base_url,
        privacy_level=settings.privacy_level,
        sign_level=sign.level,
        sections=list(prompt.context.sections) if prompt else [],
        tools=[tool.name for tool in prompt.request.tools] if prompt else [],
        tokens=request_tokens(prompt.request) if prompt else 0,
        most_output_tokens=MOST_OUTPUT_TOKENS if prompt else 0,
        cost_usd=most_usd if prompt else 0.0,
    )
