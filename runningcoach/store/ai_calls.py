"""The ledger of calls of models, and the money that is reserved for those under way."""

from datetime import date, datetime
from typing import Any

import psycopg
from psycopg.rows import class_row, dict_row
from psycopg.types.json import Jsonb

from runningcoach.model.conversation import ModelCall, ModelUsage, NewModelCall, UsageDay
from runningcoach.store.database import statements

type Connection = psycopg.Connection[Any]

SQL = statements("ai_calls")


def add(conn: Connection, user_id: int, call: NewModelCall) -> ModelCall:
    """Enter a call that has ended in the ledger; it ends the oldest reservation of the runner."""
    row = call.model_dump() | {"user_id": user_id, "usage": Jsonb(call.usage.model_dump())}
    with conn.transaction():
        conn.execute(SQL["end_reservation"], {"user_id": user_id})
        rows = conn.cursor(row_factory=class_row(ModelCall)).execute(SQL["add"], row)
        return rows.fetchall()[0]


def list_recent(
    conn: Connection, user_id: int, limit: int, before_id: int | None = None
) -> list[ModelCall]:
    """Return calls, newest first; those older than `before_id` where it is given."""
    row = {"user_id": user_id, "limit": limit, "before": before_id}
    return conn.cursor(row_factory=class_row(ModelCall)).execute(SQL["recent"], row).fetchall()


def by_day(conn: Connection, user_id: int, first: date, last: date) -> list[UsageDay]:
    """Return what was used on each day of the runner's zone by each model, newest first.

    The cost of a day is None where that of any of its calls is not known.
    """
    row = {"user_id": user_id, "first": first, "last": last}
    rows = conn.cursor(row_factory=dict_row).execute(SQL["by_day"], row)
    return [UsageDay(**row, usage=ModelUsage(**_tokens(row))) for row in rows]


def _tokens(row: dict[str, Any]) -> dict[str, int]:
    return {name: row[name] for name in ModelUsage.model_fields}


def spent(conn: Connection, user_id: int, since: datetime) -> tuple[float, int]:
    """Return what calls since a moment cost [USD], and how many are of unknown price."""
    row = {"user_id": user_id, "since": since}
    return conn.execute(SQL["spent"], row).fetchall()[0]


def lock_budget(conn: Connection, user_id: int) -> None:
    """Let nobody else look at the runner's budget until this transaction ends."""
    conn.execute(SQL["lock_budget"], {"user_id": user_id})


def reserved(conn: Connection, user_id: int, since: datetime) -> float:
    """Return what calls under way may cost at most [USD]; those from before `since` are dead."""
    row = {"user_id": user_id, "since": since}
    conn.execute(SQL["forget_reservations"], row)
    return conn.execute(SQL["reserved"], row).fetchall()[0][0]


def reserve(conn: Connection, user_id: int, cost_usd: float, now: datetime) -> None:
    """Count money as spent [USD] until a call is in the ledger."""
    conn.execute(SQL["reserve"], {"user_id": user_id, "cost_usd": cost_usd, "now": now})
