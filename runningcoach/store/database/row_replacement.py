"""Replace stored rows, writing only those that differ."""

from collections.abc import Iterable, Sequence
from typing import Any, LiteralString

import psycopg
from psycopg.types.json import Jsonb
from pydantic import BaseModel


def replace(
    conn: psycopg.Connection[Any],
    clear: LiteralString,
    put: LiteralString,
    user_id: int,
    records: Iterable[BaseModel],
) -> int:
    """Replace all stored rows by records; return how many were written.

    `clear` removes the rows that are not among them, `put` adds those that are not there yet; a
    row that says the same stays as it lies on the disk. See `put_rows`.
    """
    rows = [record.model_dump(mode="json") for record in records]
    return put_rows(conn, clear, put, user_id, rows)


def put_rows(
    conn: psycopg.Connection[Any],
    clear: LiteralString,
    put: LiteralString,
    user_id: int,
    rows: Sequence[dict[str, Any]],
) -> int:
    """Replace rows given as mappings of every column but `user_id`, None where unknown."""
    params = {"user_id": user_id, "rows": Jsonb([{**row, "user_id": user_id} for row in rows])}
    conn.execute(clear, params)
    return conn.execute(put, params).rowcount
