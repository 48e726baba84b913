"""/ai/conversations and /ai/log: what was said, its export and its deletion."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from runningcoach.api import page_cursors
from runningcoach.api.dependencies import Connections, CurrentUser, Database, RowId
from runningcoach.api.problems import described
from runningcoach.model.conversation import ChatMessage, Conversation, TalkLog
from runningcoach.model.record import Page
from runningcoach.store import conversations

router = APIRouter(prefix="/ai", tags=["ai"])

FILE_NAME = "runningcoach-coach-log.json"

Title = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]+$"
    ),
]


class ConversationListQuery(BaseModel):
    """How many conversations a page shows, and where it begins."""

    model_config = ConfigDict(extra="forbid")

    cursor: (
        Annotated[str, Field(max_length=200, description="`next` of the page before")] | None
    ) = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class ConversationTitle(BaseModel):
    """Another title of a conversation."""

    model_config = ConfigDict(extra="forbid")

    title: Title


class ConversationDetail(BaseModel):
    """A conversation with its messages in their order."""

    conversation: Conversation
    messages: list[ChatMessage]


@router.get("/conversations", responses=described(401, 422))
def list_conversations(
    db: Database, user: CurrentUser, query: Annotated[ConversationListQuery, Query()]
) -> Page[Conversation]:
    """Return conversations, the one talked in last first."""
    before = page_cursors.decode(query.cursor) if query.cursor else None
    items, place = conversations.page(db, user.id, query.limit, before)
    return Page[Conversation](items=items, next=page_cursors.encode(place) if place else None)


@router.get("/conversations/{id}", responses=described(401, 404, 422))
def read_conversation(db: Database, user: CurrentUser, id: RowId) -> ConversationDetail:
    """Return a conversation with its messages."""
    return ConversationDetail(
        conversation=conversations.get(db, user.id, id),
        messages=conversations.messages(db, user.id, id),
    )


@router.patch("/conversations/{id}", responses=described(401, 403, 404, 422))
def rename_conversation(
    body: ConversationTitle, db: Database, user: CurrentUser, id: RowId
) -> Conversation:
    """Give a conversation another title."""
    return conversations.rename(db, user.id, id, body.title)


@router.delete("/conversations/{id}", status_code=204, responses=described(401, 403, 404, 422))
def delete_conversation(db: Database, user: CurrentUser, id: RowId) -> None:
    """Delete a conversation with its messages, what was sent for them, and its drafts."""
    conversations.delete(db, user.id, id)


@router.post("/conversations/{id}/stop", status_code=204, responses=described(401, 403, 404, 422))
def stop_answer(db: Database, user: CurrentUser, id: RowId) -> None:
    """Ask the answer that is being written to end."""
    conversations.request_stop(db, user.id, id)


@router.get("/log", response_model=TalkLog, responses=described(401))
def export_talk_log(connect: Connections, user: CurrentUser) -> StreamingResponse:
    """Return all that is kept of one's talks as a JSON file."""
    from runningcoach.coach.talk.talk_log import export_log

    return StreamingResponse(
        export_log(connect, user.id),
        media_type="application/json",
        headers={
            "Content-Disposition": f'attachment; filename="{FILE_NAME}"',
            "Cache-Control": "no-store",
        },
    )


@router.delete("/log", status_code=204, responses=described(401, 403))
def delete_talk_log(db: Database, user: CurrentUser) -> None:
    """Delete conversations, drafts, pasted texts and weekly words; plans and the ledger stay."""
    from runningcoach.coach.talk.talk_log import delete_log

    delete_log(db, user.id)
