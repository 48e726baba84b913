"""What happens while a message is answered, as the page is told of it."""

from typing import Any, Literal, NamedTuple

from runningcoach.base.errors import RunningCoachError
from runningcoach.coach.talk.safety.gate import SafetySign
from runningcoach.model.conversation import ChatMessage, Conversation

TalkEventName = Literal[
    "conversation", "sign", "tool", "text", "plan", "problem", "message", "wait", "done"
]


class TalkEvent(NamedTuple):
    """Something that happened; `data` fits into JSON.

    `wait` comes about once a second while a model is silent: nothing is to be shown for it, it
    only lets whoever reads the events look after other things.
    """

    name: TalkEventName
    data: dict[str, Any]


WAIT = TalkEvent("wait", {})
DONE = TalkEvent("done", {})


def conversation_event(conversation: Conversation, message: ChatMessage) -> TalkEvent:
    """Return the first event: the runner's message is stored in a conversation."""
    data = {
        "conversation_id": conversation.id,
        "title": conversation.title,
        "message_id": message.id,
    }
    return TalkEvent("conversation", data)


def sign_event(sign: SafetySign) -> TalkEvent:
    """Return the event of a sign of danger."""
    return TalkEvent("sign", {"level": sign.level, "category": sign.category})


def text_event(text: str) -> TalkEvent:
    """Return the event of a piece of an answer, as it comes and not checked yet."""
    return TalkEvent("text", {"text": text})


def tool_event(name: str) -> TalkEvent:
    """Return the event of a tool that is run."""
    return TalkEvent("tool", {"name": name})


def plan_event(plan_id: int, version: int) -> TalkEvent:
    """Return the event of a proposed plan."""
    return TalkEvent("plan", {"plan_id": plan_id, "version": version})


def message_event(message: ChatMessage) -> TalkEvent:
    """Return the event of the answer as it is stored: whole and checked."""
    return TalkEvent("message", message.model_dump(mode="json"))


def problem_event(error: RunningCoachError, language: str) -> TalkEvent:
    """Return the event of something that kept the answer from being given or finished."""
    words = {"what": error.what(language), "remedy": error.remedy(language)}
    return TalkEvent("problem", {"code": error.code, **words})
