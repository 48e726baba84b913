"""Conversations with the coach and their messages.

What looks like a key is masked in all that is stored here: a title, a message, a context.
"""

import json
from datetime import datetime
from typing import Any

import psycopg
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from runningcoach.base.errors import RunningCoachError
from runningcoach.base.key_masking import mask_keys
from runningcoach.model.conversation import ChatMessage, Conversation, NewMessage
from runningcoach.store.activities import PageCursor
from runningcoach.store.database import statements

type Connection = psycopg.Connection[Any]

SQL = statements("conversations")
JSON_COLUMNS = ("citations", "tools", "unknown_numbers", "section_tokens")


class ConversationAbsent(RunningCoachError):
    """There is no such conversation, or it is another runner's, or it was deleted meanwhile."""

    code = "talk.conversation_absent"
    status = 404


def create(conn: Connection, user_id: int, title: str) -> Conversation:
    """Begin a conversation."""
    row = {"user_id": user_id, "title": mask_keys(title)}
    rows = conn.cursor(row_factory=class_row(Conversation))
    return rows.execute(SQL["create"], row).fetchall()[0]


def get(conn: Connection, user_id: int, conversation_id: int) -> Conversation:
    """Return a conversation. Raises ConversationAbsent."""
    return _one(conn.cursor(row_factory=class_row(Conversation)).execute(
        SQL["get"], {"user_id": user_id, "id": conversation_id}
    ))  # fmt: skip


def list_recent(
    conn: Connection, user_id: int, limit: int, before: PageCursor | None = None
) -> list[Conversation]:
    """Return conversations, the one talked in last first; those after a place if it is given."""
    row = {
        "user_id": user_id,
        "limit": limit,
        "before": before.started_at if before else None,
        "before_id": before.id if before else None,
    }
    rows = conn.cursor(row_factory=class_row(Conversation))
    return rows.execute(SQL["recent"], row).fetchall()


def page(
    conn: Connection, user_id: int, limit: int, before: PageCursor | None = None
) -> tuple[list[Conversation], PageCursor | None]:
    """Return as `list_recent` does, and the place where the next page begins; None at the end."""
    rows = list_recent(conn, user_id, limit + 1, before)
    if len(rows) <= limit:
        return rows, None
    last = rows[limit - 1]
    return rows[:limit], PageCursor(last.updated_at, last.id)


def rename(conn: Connection, user_id: int, conversation_id: int, title: str) -> Conversation:
    """Give a conversation another title. Raises ConversationAbsent."""
    row = {"user_id": user_id, "id": conversation_id, "title": mask_keys(title)}
    return _one(conn.cursor(row_factory=class_row(Conversation)).execute(SQL["rename"], row))


def delete(conn: Connection, user_id: int, conversation_id: int) -> None:
    """Delete a conversation with its messages and drafts. Raises ConversationAbsent."""
    if not conn.execute(SQL["delete"], {"user_id": user_id, "id": conversation_id}).rowcount:
        raise ConversationAbsent


def delete_all(conn: Connection, user_id: int) -> int:
    """Delete all conversations of a runner, and return their number."""
    return conn.execute(SQL["delete_all"], {"user_id": user_id}).rowcount


def request_stop(conn: Connection, user_id: int, conversation_id: int) -> None:
    """Ask the answer that is being written to end. Raises ConversationAbsent."""
    if not conn.execute(SQL["request_stop"], {"user_id": user_id, "id": conversation_id}).rowcount:
        raise ConversationAbsent


def is_stop_requested(conn: Connection, user_id: int, conversation_id: int) -> bool:
    """Return whether an answer is to end: it was asked to, or its conversation is deleted."""
    row = {"user_id": user_id, "id": conversation_id}
    return bool(conn.execute(SQL["is_stop_requested"], row).fetchall()[0][0])


def add_message(
    conn: Connection, user_id: int, conversation_id: int, message: NewMessage
) -> ChatMessage:
    """Store a message; a question takes back an earlier request to stop.

    Raises ConversationAbsent.
    """
    row = message.model_dump(mode="json") | {
        "user_id": user_id,
        "conversation_id": conversation_id,
        "content": mask_keys(message.content),
        "usage": Jsonb(message.usage.model_dump()) if message.usage else None,
        "context": Jsonb(_masked(message.context)) if message.context is not None else None,
    }
    row |= {name: Jsonb(row[name]) for name in JSON_COLUMNS}
    return _one(conn.cursor(row_factory=class_row(ChatMessage)).execute(SQL["add_message"], row))


def messages(conn: Connection, user_id: int, conversation_id: int) -> list[ChatMessage]:
    """Return the messages of a conversation in their order; none where it is another runner's."""
    row = {"user_id": user_id, "conversation_id": conversation_id}
    rows = conn.cursor(row_factory=class_row(ChatMessage))
    return rows.execute(SQL["messages"], row).fetchall()


def context(conn: Connection, user_id: int, message_id: int) -> dict[str, Any] | None:
    """Return all that was sent for a message; None where nothing was, or it is kept no longer."""
    row = conn.execute(SQL["context"], {"user_id": user_id, "id": message_id}).fetchone()
    return row[0] if row else None


def contexts(conn: Connection, user_id: int, conversation_id: int) -> dict[int, dict[str, Any]]:
    """Return all that was sent in a conversation and is still kept, by message."""
    row = {"user_id": user_id, "conversation_id": conversation_id}
    return dict(conn.execute(SQL["contexts"], row).fetchall())


def remove_contexts(conn: Connection, before: datetime) -> int:
    """Forget what was sent for messages of everybody from before a moment; return their number.

    Its hash and the sizes of its sections stay.
    """
    return conn.execute(SQL["remove_contexts"], {"before": before}).rowcount


def _masked(context: dict[str, Any]) -> dict[str, Any]:
    """Return a context with masked keys; its form cannot change: no key holds a quote."""
    return json.loads(mask_keys(json.dumps(context, ensure_ascii=False)))


def _one[Row](cursor: psycopg.Cursor[Row]) -> Row:
    row = cursor.fetchone()
    if row is None:
        raise ConversationAbsent
    return row
