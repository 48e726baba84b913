"""/ai/chat, /ai/preview, /ai/suggestions: a message, and its answer as it comes.

An answer is a stream of server-sent events. It is read from threads of its own kind, so that the
other routes keep theirs however many answers wait for a model.
"""

import json
import logging
from collections.abc import AsyncIterator, Generator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import anyio
import anyio.to_thread
from anyio import CapacityLimiter
from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from runningcoach.api.dependencies import LARGEST_ID, Connections, CurrentUser, Database, Home
from runningcoach.api.problems import described
from runningcoach.base import i18n, periods
from runningcoach.model.conversation import PromptPreview
from runningcoach.model.user import User

if TYPE_CHECKING:
    from runningcoach.coach.talk.conversation.talk_events import TalkEvent

    type Events = Generator[TalkEvent]

router = APIRouter(prefix="/ai", tags=["ai"])
log = logging.getLogger(__name__)

EVENT_STREAM = "text/event-stream"
UNBUFFERED = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
HEARTBEAT = b": wait\n\n"
"""A comment while the model is silent: proxies close what is silent for a minute."""
MOST_THREADS = 12
"""More than answers at a time (coach.talk.conversation.answer_slots), for those that are refused
or end meanwhile."""

type ConversationId = Annotated[int, Field(ge=1, le=LARGEST_ID)]
type MessageText = Annotated[str, Field(max_length=100_000)]


class ChatInput(BaseModel):
    """A message; without a conversation one is begun."""

    model_config = ConfigDict(extra="forbid")

    text: MessageText
    conversation_id: ConversationId | None = None
    language: Literal["ko", "en"] | None = None


class PreviewInput(BaseModel):
    """A message of which it is shown what would be sent."""

    model_config = ConfigDict(extra="forbid")

    text: MessageText
    conversation_id: ConversationId | None = None


def prepare(app: FastAPI) -> None:
    """Give the app the limiter of threads that read answers."""
    app.state.chat_turns = CapacityLimiter(MOST_THREADS)


def _stream_responses() -> dict[int | str, dict[str, Any]]:
    # OpenAPI describes one event of a stream.
    event = {"type": "object", "required": ["event", "data"]}
    content = {EVENT_STREAM: {"schema": event}}
    return {200: {"content": content}} | described(401, 403, 404, 409, 422)


@router.post("/chat", response_class=StreamingResponse, responses=_stream_responses())
async def chat(
    body: ChatInput, request: Request, connect: Connections, user: CurrentUser, home: Home
) -> StreamingResponse:
    """Answer a message with events as they come: docs/reference/conversation.md.

    Signs of danger are answered by a script, also while the coach is off.
    """
    turns: CapacityLimiter = request.app.state.chat_turns
    begin = partial(_begin, connect, user, home, body)
    first, events = await anyio.to_thread.run_sync(begin, limiter=turns)
    return StreamingResponse(
        _frames(first, events, turns), media_type=EVENT_STREAM, headers=UNBUFFERED
    )


def _begin(
    connect: Connections, user: User, home: Path, body: ChatInput
) -> "tuple[TalkEvent | None, Events]":
    """Return the first event and the rest: what is refused before it is an ordinary problem."""
    from runningcoach.coach.talk.conversation import answer  # loaded by the few

    events = answer(connect, user, home, body.conversation_id, body.text, language=body.language)
    return next(events, None), events


async def _frames(
    event: "TalkEvent | None", events: "Events", turns: CapacityLimiter
) -> AsyncIterator[bytes]:
    """Yield events as frames; when the reader hangs up, the answer is ended."""
    try:
        while event is not None:
            yield HEARTBEAT if event.name == "wait" else _frame(event.name, event.data)
            event = await anyio.to_thread.run_sync(next, events, None, limiter=turns)
    except Exception:  # the status was sent long ago: the reader is told by an event
        log.exception("An answer broke off")
        yield _frame("problem", _surprise())
        yield _frame("done", {})
    finally:
        with anyio.CancelScope(shield=True):
            await anyio.to_thread.run_sync(events.close, limiter=turns)


def _frame(name: str, data: dict[str, Any]) -> bytes:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode()


def _surprise() -> dict[str, str]:
    words = {part: i18n.t(f"api.errors.surprise.{part}") for part in ("what", "remedy")}
    return {"code": "api.surprise", **words}


@router.post("/preview", responses=described(401, 403, 404, 422))
def preview_prompt(body: PreviewInput, db: Database, user: CurrentUser) -> PromptPreview:
    """Return all that would be sent for a message, and what it costs at most; nothing is sent."""
    from runningcoach.coach.talk.conversation import preview  # loaded by the few

    return preview(db, user, body.text, body.conversation_id)


@router.get("/suggestions", responses=described(401))
def list_suggestions(db: Database, user: CurrentUser) -> list[str]:
    """Return questions that suit the runner's day, in the reader's language."""
    from runningcoach.coach.talk.suggestions import suggest_questions  # loaded by the few

    return suggest_questions(db, user, periods.today(user.timezone), i18n.language())
