"""One call of a model for an answer: within the budget, watched for a stop, in the ledger."""

from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import monotonic
from typing import TYPE_CHECKING, Any

import psycopg

from runningcoach.base.errors import RunningCoachError
from runningcoach.coach.talk.budget import check_budget
from runningcoach.coach.talk.conversation.paced_stream import paced
from runningcoach.coach.talk.conversation.talk_events import WAIT, TalkEvent, text_event
from runningcoach.coach.talk.ledger import price_today
from runningcoach.coach.talk.prices import ModelPrice, cost_usd, most_usd, total_usd
from runningcoach.model.conversation import (
    AiSettings,
    ModelDone,
    ModelRequest,
    ModelUsage,
    NewModelCall,
    TextDelta,
)
from runningcoach.model.user import User
from runningcoach.sources.openai.problems import BadModelAnswer, ModelError, ModelTimedOut
from runningcoach.sources.openai.tokens import count_tokens
from runningcoach.store import ai_calls, conversations

if TYPE_CHECKING:  # the vendor's package takes a second to load, and signs of danger need none
    from runningcoach.sources.openai.client import ModelClient

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
class AnswerCalls:
    """The calls of a model for one answer: what they need, and what they came to.

    `text` is what came of the last one, `entries` those in the ledger.
    """

    connect: Connect
    user: User
    settings: AiSettings
    client: "ModelClient"
    conversation_id: int
    text: str = ""
    entries: list[NewModelCall] = field(default_factory=list[NewModelCall])
    began: float = field(default_factory=monotonic)

    def price_of(self, model: str) -> ModelPrice | None:
        """Return the price of a model, as the server names it."""
        return price_today(model, self.settings, self.user, datetime.now(UTC))

    @property
    def usage(self) -> ModelUsage:
        """The sum of what the calls used."""
        names = ModelUsage.model_fields
        return ModelUsage(
            **{name: sum(getattr(one.usage, name) for one in self.entries) for name in names}
        )

    @property
    def cost_usd(self) -> float | None:
        """The sum of the entries in the ledger; None where a price is not known."""
        return total_usd(one.cost_usd for one in self.entries)

    @property
    def latency_ms(self) -> int:
        """How long the model was waited for."""
        return sum(one.latency_ms or 0 for one in self.entries)


def call_model(calls: AnswerCalls, request: ModelRequest) -> Generator[TalkEvent, None, ModelDone]:
    """Yield what a model answers as it comes, and return its end.

    Each call is entered in the ledger, whatever becomes of it. Raises BudgetUsed, ModelError and
    AnswerCancelled.
    """
    asked = request_tokens(request)
    most = most_usd(asked, request.max_output_tokens, calls.price_of(request.model))
    now = datetime.now(UTC)
    with calls.connect() as conn:
        check_budget(conn, calls.user, calls.settings, most, now)
    calls.text, began = "", monotonic()
    try:
        done = yield from _follow(calls, request)
    except (ModelError, AnswerTooSlow) as error:
        _enter(calls, request, _usage_of_failure(calls, asked, error), began, error)
        raise
    except (AnswerCancelled, GeneratorExit):
        usage = ModelUsage(input_tokens=asked, output_tokens=count_tokens(calls.text))
        _enter(calls, request, usage, began, CANCELLED)
        raise
    usage = done.usage or ModelUsage(input_tokens=asked, output_tokens=count_tokens(done.text))
    _enter(calls, request, usage, began, done)
    return done


def request_tokens(request: ModelRequest) -> int:
    """Return about how many tokens a request has, the descriptions of its tools with them."""
    tools = (f"{tool.name} {tool.description} {tool.parameters}" for tool in request.tools)
    words = (one.content for one in request.messages)
    asked = (call.arguments for one in request.messages for call in one.tool_calls)
    return sum(map(count_tokens, (request.instructions, *words, *asked, *tools)))


def _follow(calls: AnswerCalls, request: ModelRequest) -> Generator[TalkEvent, None, ModelDone]:
    looked = monotonic()
    with closing(paced(calls.client.stream(request))) as events:
        for event in events:
            if monotonic() - calls.began > MOST_ANSWER_S:
                raise AnswerTooSlow(seconds=int(MOST_ANSWER_S))
            if monotonic() - looked > STOP_LOOK_S:
                looked = monotonic()
                raise_if_stopped(calls)
            match event:
                case None:
                    yield WAIT
                case TextDelta(text=text):
                    calls.text += text
                    yield text_event(text)
                case ModelDone():
                    return event
    raise BadModelAnswer


def raise_if_stopped(calls: AnswerCalls) -> None:
    """Raise AnswerCancelled where the runner stopped the answer."""
    with calls.connect() as conn:
        if conversations.is_stop_requested(conn, calls.user.id, calls.conversation_id):
            raise AnswerCancelled


def _usage_of_failure(
    calls: AnswerCalls, asked: int, error: ModelError | AnswerTooSlow
) -> ModelUsage:
    """Return what a failed call used: as it was told, or about what it must have been.

    A call that failed before its first word used nothing, unless the model was only slow.
    """
    told = error.usage if isinstance(error, ModelError) else None
    if told is not None:
        return told
    if not calls.text and not isinstance(error, (AnswerTooSlow, ModelTimedOut)):
        return ModelUsage()
    return ModelUsage(input_tokens=asked, output_tokens=count_tokens(calls.text))


def _enter(
    calls: AnswerCalls,
    request: ModelRequest,
    usage: ModelUsage,
    began: float,
    end: ModelDone | ModelError | AnswerTooSlow | str,
) -> None:
    """Enter a call in the ledger, by how it ended: with an answer, an error, or a code."""
    is_told = isinstance(end, (ModelDone, ModelError))
    model = end.model if isinstance(end, ModelDone) and end.model else request.model
    call = NewModelCall(
        purpose="chat",
        model=model,
        usage=usage,
        cost_usd=cost_usd(usage, calls.price_of(model)),
        latency_ms=round((monotonic() - began) * 1000),
        response_id=end.response_id if isinstance(end, ModelDone) else None,
        request_id=end.request_id if is_told else None,
        error_code=end.code
        if isinstance(end, RunningCoachError)
        else end
        if isinstance(end, str)
        else None,
    )
    calls.entries.append(call)
    with calls.connect() as conn:
        ai_calls.add(conn, calls.user.id, call)


def _error_code(end: ModelDone | ModelError | AnswerTooSlow | str) -> str | None:
    if isinstance(end, RunningCoachError):
        return end.code
    return end if isinstance(end, str) else None
