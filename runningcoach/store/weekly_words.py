"""What the coach says of each week on its Sunday."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Literal

import psycopg
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from runningcoach.model.conversation import Citation, WeeklyWord
from runningcoach.store.database import statements

type Connection = psycopg.Connection[Any]

SQL = statements("weekly_words")


def add(
    conn: Connection,
    user_id: int,
    week_start: date,
    text: str,
    origin: Literal["rule", "model"],
    *,
    plan_id: int | None = None,
    citations: Sequence[Citation] = (),
) -> WeeklyWord:
    """Store the word of a week, in place of an earlier one."""
    row = {
        "user_id": user_id,
        "week_start": week_start,
        "text": text,
        "origin": origin,
        "plan_id": plan_id,
        "citations": Jsonb([citation.model_dump(mode="json") for citation in citations]),
    }
    return conn.cursor(row_factory=class_row(WeeklyWord)).execute(SQL["add"], row).fetchall()[0]


def get(conn: Connection, user_id: int, week_start: date) -> WeeklyWord | None:
    """Return the word of the week that begins on a Monday."""
    row = {"user_id": user_id, "week_start": week_start}
    return conn.cursor(row_factory=class_row(WeeklyWord)).execute(SQL["get"], row).fetchone()


def list_recent(conn: Connection, user_id: int, limit: int) -> list[WeeklyWord]:
    """Return words, the latest week first."""
    row = {"user_id": user_id, "limit": limit}
    return conn.cursor(row_factory=class_row(WeeklyWord)).execute(SQL["recent"], row).fetchall()


def delete_all(conn: Connection, user_id: int) -> int:
    """Delete all words of a runner, and return their number."""
    return conn.execute(SQL["delete_all"], {"user_id": user_id}).rowcount
