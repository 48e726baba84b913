"""One call of a model in an answer: within the budget, watched for a stop, entered in the ledger."""

from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import monotonic
from typing import Any

import psycopg

from runningcoach.base.errors import RunningCoachError
from runningcoach.coach.talk.budget import check_budget
from runningcoach.coach.talk.conversation.events import WAIT, TalkEvent, text_event
from runningcoach.coach.talk.conversation.paced_stream import paced
from runningcoach.coach.talk.prices import ModelPrice, cost_usd
from runningcoach.model.conversation import (
    AiSettings,
    ModelDone,
    ModelRequest,
    ModelUsage,
    NewModelCall,
    TextDelta,
)
from runningcoach.model.user import User
from runningcoach.sources.openai.client import ModelClient
from runningcoach.sources.openai.problems import BadModelAnswer, ModelError, ModelTimedOut
from runningcoach.sources.openai.tokens import count_tokens
from runningcoach.store import ai_calls, conversations

type Connection = psycopg.Connection[Any]
type Connect = Callable[[], AbstractContextManager[Connection]]
"""Opens a connection for a moment: none is held while a model answers."""

MOST_ANSWER_S = 180.0
"""How long a whole answer may take, with all its calls and tools."""
STOP_LOOK_S = 0.5
"""How often it is looked whether the runner stopped the answer."""
CANCELLED = "talk.cancelled"
"""What the ledger holds for a call that was broken off by the runner."""


class AnswerCancelled(Exception):
    """The runner stopped the answer, or deleted its conversation."""


class AnswerTooSlow(RunningCoachError):
    """An answer with all its calls took longer than it may."""

    code = "talk.answer_too_slow"
    status = 504


@dataclass
class CallTally:
    """What the calls for one answer came to: `cost_usd` is None once a price is not known."""

    usage: ModelUsage | None = None
    cost_usd: float | None = 0.0
    latency_ms: int = 0
    model: str | None = None

    def add(self, call: NewModelCall) -> None:
        """Add a call."""
        before = (self.usage or ModelUsage()).model_dump()
        now = call.usage.model_dump()
        self.usage = ModelUsage(**{name: before[name] + now[name] for name in before})
        known = self.cost_usd is not None and call.cost_usd is not None
        self.cost_usd = (self.cost_usd or 0.0) + (call.cost_usd or 0.0) if known else None
        self.latency_ms += call.latency_ms or 0
        self.model = call.model


@dataclass
class CallDesk:
    """What calls for one answer need, and what they came to; `text` is that of the last call."""

    connect: Connect
    user: User
    settings: AiSettings
    price: ModelPrice | None
    client: ModelClient
    conversation_id: int
    tally: CallTally = field(default_factory=CallTally)
    text: str = ""
    began: float = field(default_factory=monotonic)


def call_model(desk: CallDesk, request: ModelRequest) -> Generator[TalkEvent, None, ModelDone]:
    """Yield what a model answers as it comes, and return its end.

    Each call is entered in the ledger, whatever becomes of it. Raises BudgetUsed, ModelError and
    AnswerCancelled.
    """
    asked = request_tokens(request)
    most = cost_usd(
        ModelUsage(input_tokens=asked, output_tokens=request.max_output_tokens), desk.price
    )
    now = datetime.now(UTC)
    with desk.connect() as conn:
        check_budget(conn, desk.user, desk.settings, most, now)
    desk.text, began = "", monotonic()
    try:
        done = yield from _follow(desk, request)
    except (ModelError, AnswerTooSlow) as error:
        usage = _usage_of_failure(desk, asked, error)
        _enter(desk, request, usage, began, error_code=error.code)
        raise
    except (AnswerCancelled, GeneratorExit):
        usage = ModelUsage(input_tokens=asked, output_tokens=count_tokens(desk.text))
        _enter(desk, request, usage, began, error_code=CANCELLED)
        raise
    usage = done.usage or ModelUsage(input_tokens=asked, output_tokens=count_tokens(done.text))
    _enter(desk, request, usage, began, done)
    return done


def request_tokens(request: ModelRequest) -> int:
    """Return about how many tokens a request has, the descriptions of its tools with them."""
    tools = (f"{tool.name} {tool.description} {tool.parameters}" for tool in request.tools)
    calls = (call.arguments for one in request.messages for call in one.tool_calls)
    words = (one.content for one in request.messages)
    return sum(map(count_tokens, (request.instructions, *words, *calls, *tools)))


def _follow(desk: CallDesk, request: ModelRequest) -> Generator[TalkEvent, None, ModelDone]:
    looked = monotonic()
    with closing(paced(desk.client.stream(request))) as events:
        for event in events:
            if monotonic() - desk.began > MOST_ANSWER_S:
                raise AnswerTooSlow(seconds=int(MOST_ANSWER_S))
            if monotonic() - looked > STOP_LOOK_S:
                looked = monotonic()
                raise_if_stopped(desk)
            match event:
                case None:
                    yield WAIT
                case TextDelta(text=text):
                    desk.text += text
                    yield text_event(text)
                case ModelDone():
                    return event
    raise BadModelAnswer


def raise_if_stopped(desk: CallDesk) -> None:
    """Raise AnswerCancelled where the runner stopped the answer."""
    with desk.connect() as conn:
        if conversations.is_stop_requested(conn, desk.user.id, desk.conversation_id):
            raise AnswerCancelled


def _usage_of_failure(
    desk: CallDesk, asked: int, error: ModelError | AnswerTooSlow
) -> ModelUsage:
    """Return what a failed call used: as it was told, or about what it must have been.

    A call that failed before its first word used nothing, unless the model was only slow.
    """
    told = error.usage if isinstance(error, ModelError) else None
    if told is not None:
        return told
    if not desk.text and not isinstance(error, (AnswerTooSlow, ModelTimedOut)):
        return ModelUsage()
    return ModelUsage(input_tokens=asked, output_tokens=count_tokens(desk.text))


def _enter(
    desk: CallDesk,
    request: ModelRequest,
    usage: ModelUsage,
    began: float,
    done: ModelDone | None = None,
    error_code: str | None = None,
) -> None:
    """Enter a call in the ledger and in what the answer came to."""
    call = NewModelCall(
        purpose="chat",
        model=request.model,
        usage=usage,
        cost_usd=cost_usd(usage, desk.price),
        latency_ms=round((monotonic() - began) * 1000),
        response_id=done.response_id if done else None,
        request_id=done.request_id if done else None,
        error_code=error_code,
    )
    desk.tally.add(call)
    with desk.connect() as conn:
        ai_calls.add(conn, desk.user.id, call)
