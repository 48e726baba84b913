"""Set answers to signs of danger: no model is called, and no byte leaves the host."""

from collections.abc import Iterator

from runningcoach.coach.talk.conversation.plan_hold import hold_plan, reply_words
from runningcoach.coach.talk.conversation.talk_events import (
    TalkEvent,
    message_event,
    plan_event,
    text_event,
)
from runningcoach.coach.talk.conversation.turn_state import TalkTurn, store_answer
from runningcoach.coach.talk.safety.gate import SafetySign
from runningcoach.model.conversation import NewMessage

SCRIPT_ONLY = frozenset({"minor"})
"""Amber signs after which no model is called either: runners under 18 are not supported."""


def is_scripted(sign: SafetySign) -> bool:
    """Return whether a sign is answered without a model, whatever the settings."""
    return sign.level == "red" or sign.category in SCRIPT_ONLY


def answer_by_script(turn: TalkTurn) -> Iterator[TalkEvent]:
    """Yield the set answer to a sign, and after a red one what was done about the plan."""
    reply = reply_words(turn.sign, turn.user.language)
    yield text_event(reply)
    with turn.connect() as conn:
        held = hold_plan(conn, turn.user, turn.text)
    answer = NewMessage(role="assistant", content=reply, finish_reason="stop")
    if held is not None:
        yield text_event(f"\n\n{held.words}")
        answer = answer.model_copy(update={"content": f"{reply}\n\n{held.words}"})
    if held is not None and held.proposal is not None:
        yield plan_event(held.proposal.id, held.proposal.version)
        answer = answer.model_copy(update={"plan_id": held.proposal.id})
    yield message_event(store_answer(turn, answer))
