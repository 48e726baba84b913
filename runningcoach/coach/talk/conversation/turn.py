"""From a message to its answer: the gate first, then a script or the model, then the checks.

The runner's message is stored before anything else is tried, and the answer always: whole, broken
off or failed. No connection to the database is held while a model answers.
"""

import logging
from collections.abc import Generator, Iterator
from contextlib import ExitStack
from pathlib import Path

from runningcoach.base.errors import RunningCoachError
from runningcoach.coach.talk.conversation.answer_slots import answer_slot, conversation_slot
from runningcoach.coach.talk.conversation.model_answer import answer_by_model
from runningcoach.coach.talk.conversation.model_calls import Connect
from runningcoach.coach.talk.conversation.runner_messages import (
    RunnerMessage,
    conversation_title,
    read_message,
)
from runningcoach.coach.talk.conversation.scripted_answer import answer_by_script, is_scripted
from runningcoach.coach.talk.conversation.talk_events import (
    DONE,
    TalkEvent,
    conversation_event,
    problem_event,
    sign_event,
)
from runningcoach.coach.talk.conversation.turn_state import TalkTurn
from runningcoach.coach.talk.talk_settings import (
    load_settings,
    require_agreement,
    require_enabled,
)
from runningcoach.model.conversation import AiSettings, ChatMessage, NewMessage
from runningcoach.model.user import User
from runningcoach.store import conversations

log = logging.getLogger(__name__)


def answer(
    connect: Connect,
    user: User,
    home: Path,
    conversation_id: int | None,
    text: str,
    *,
    language: str | None = None,
) -> Generator[TalkEvent]:
    """Answer a message: yield what happens, from `conversation` to `done`.

    Without an id a conversation is begun. The answer is in the language of the message; `language`,
    else that of the account, is for one that shows none.

    Before the first event it raises, and nothing is stored: MessageEmpty, MessageOverLimit,
    ConversationBusy, TooManyAnswers, ConversationAbsent, CoachOff, AgreementMissing. What fails
    later is an event. Closing the generator ends the answer; what had come of it is kept.
    """
    message = read_message(text, language or user.language)
    speaker = user.model_copy(update={"language": message.language})
    with ExitStack() as held:
        if not is_scripted(message.sign):  # nobody in danger waits for a place
            held.enter_context(answer_slot(user.id))
            held.enter_context(conversation_slot(conversation_id))
        turn, asked = _begin(connect, speaker, home, conversation_id, message)
        if conversation_id is None:
            held.enter_context(conversation_slot(turn.conversation.id))
        yield conversation_event(turn.conversation, asked)
        try:
            yield from _answer(turn)
        except RunningCoachError as error:  # the conversation was deleted, the database is gone
            yield problem_event(error, message.language)
        yield DONE


def _begin(
    connect: Connect,
    user: User,
    home: Path,
    conversation_id: int | None,
    message: RunnerMessage,
) -> tuple[TalkTurn, ChatMessage]:
    """Store the message of the runner, where an answer to it is possible."""
    with connect() as conn:
        settings = load_settings(conn, user.id, home)
        if message.sign.level == "none":
            require_enabled(settings)
            require_agreement(settings)
        if conversation_id is None:
            talk = conversations.create(conn, user.id, conversation_title(message.text))
        else:
            talk = conversations.get(conn, user.id, conversation_id)
        earlier = conversations.messages(conn, user.id, talk.id)
        asked = conversations.add_message(conn, user.id, talk.id, _question(message))
    turn = TalkTurn(connect, user, home, settings, talk, earlier, message.text, message.sign)
    return turn, asked


def _question(message: RunnerMessage) -> NewMessage:
    level, category = message.sign
    return NewMessage(role="user", content=message.text, sign_level=level, sign=category)


def _answer(turn: TalkTurn) -> Iterator[TalkEvent]:
    if turn.sign.level != "none":
        log.info("A sign of danger: %s, %s", turn.sign.level, turn.sign.category)
        yield sign_event(turn.sign)
    if is_scripted(turn.sign) or not _may_ask_a_model(turn.settings):
        yield from answer_by_script(turn)
    else:
        yield from answer_by_model(turn)


def _may_ask_a_model(settings: AiSettings) -> bool:
    """Return whether the coach is on and what is sent was agreed to."""
    return settings.is_enabled and settings.agreed_at is not None
