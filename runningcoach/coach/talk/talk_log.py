"""All that is kept of a runner's talks: handed out as one JSON document, or deleted."""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import psycopg
from pydantic import BaseModel

from runningcoach.base import periods
from runningcoach.model.conversation import (
    AiImport,
    DraftAttempt,
    LoggedConversation,
    LoggedImport,
    LoggedMessage,
    ModelCall,
    WeeklyWord,
)
from runningcoach.store import ai_calls, ai_drafts, ai_imports, conversations, weekly_words

type Connection = psycopg.Connection[Any]
type Connect = Callable[[], AbstractContextManager[Connection]]

ROWS_AT_ONCE = 500
EVERYTHING = 2**31 - 1


def export_log(connect: Connect, user_id: int) -> Iterator[str]:
    """Yield the JSON text of a runner's TalkLog in pieces.

    A connection is held for a piece at a time, never while the reader is waited for.
    """
    yield f'{{"exported_at": {json.dumps(periods.now().isoformat())}'
    parts: dict[str, Iterable[BaseModel]] = {
        "conversations": _conversations(connect, user_id),
        "calls": _numbered(connect, user_id, ai_calls.list_recent),
        "drafts": _numbered(connect, user_id, ai_drafts.list_recent),
        "imports": _imports(connect, user_id),
        "weekly_words": _weekly_words(connect, user_id),
    }
    for name, rows in parts.items():
        yield f',\n"{name}": ['
        for number, row in enumerate(rows):
            yield (",\n" if number else "\n") + row.model_dump_json()
        yield "]"
    yield "}\n"


def delete_log(conn: Connection, user_id: int) -> None:
    """Delete conversations, drafts, pasted texts and weekly words; plans and the ledger stay."""
    with conn.transaction():
        conversations.delete_all(conn, user_id)
        ai_drafts.delete_all(conn, user_id)
        ai_imports.delete_all(conn, user_id)
        weekly_words.delete_all(conn, user_id)


def _conversations(connect: Connect, user_id: int) -> Iterator[LoggedConversation]:
    with connect() as conn:
        listed = conversations.list_recent(conn, user_id, EVERYTHING)
    for talk in listed:
        with connect() as conn:
            contexts = conversations.contexts(conn, user_id, talk.id)
            messages = conversations.messages(conn, user_id, talk.id)
        logged = [
            LoggedMessage(**message.model_dump(), context=contexts.get(message.id))
            for message in messages
        ]
        yield LoggedConversation(**talk.model_dump(), messages=logged)


def _imports(connect: Connect, user_id: int) -> Iterator[LoggedImport]:
    for row in _numbered(connect, user_id, ai_imports.list_recent):
        with connect() as conn:
            text = ai_imports.get_text(conn, user_id, row.id)
        yield LoggedImport(**row.model_dump(), text=text or "")


def _weekly_words(connect: Connect, user_id: int) -> list[WeeklyWord]:
    with connect() as conn:
        return weekly_words.list_recent(conn, user_id, EVERYTHING)


def _numbered[Row: (ModelCall, DraftAttempt, AiImport)](
    connect: Connect,
    user_id: int,
    list_recent: Callable[[Connection, int, int, int | None], list[Row]],
) -> Iterator[Row]:
    """Yield all rows of a list, newest first, some hundred at a time."""
    before_id: int | None = None
    while True:
        with connect() as conn:
            rows = list_recent(conn, user_id, ROWS_AT_ONCE, before_id)
        yield from rows
        if len(rows) < ROWS_AT_ONCE:
            return
        before_id = rows[-1].id
