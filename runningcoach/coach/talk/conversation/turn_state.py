"""A message that is being answered, and how its answer is stored."""

from pathlib import Path
from typing import NamedTuple

from runningcoach.coach.talk.conversation.model_calls import Connect
from runningcoach.coach.talk.safety.gate import SafetySign
from runningcoach.model.conversation import AiSettings, ChatMessage, Conversation, NewMessage
from runningcoach.model.user import User
from runningcoach.store import conversations


class TalkTurn(NamedTuple):
    """A message with all that its answer is made from; `user` has the language of the answer.

    `earlier` are the messages before it.
    """

    connect: Connect
    user: User
    home: Path
    settings: AiSettings
    conversation: Conversation
    earlier: list[ChatMessage]
    text: str
    sign: SafetySign


def store_answer(turn: TalkTurn, answer: NewMessage) -> ChatMessage:
    """Store an answer. Raises ConversationAbsent where its conversation was deleted meanwhile."""
    sign = {"sign_level": turn.sign.level, "sign": turn.sign.category}
    with turn.connect() as conn:
        return conversations.add_message(
            conn, turn.user.id, turn.conversation.id, answer.model_copy(update=sign)
        )
