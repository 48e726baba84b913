"""Putting rows in the place of earlier ones, so that only those that differ are written."""

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
    """Let records take the place of all rows there are; return how many had to be written.

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
    """Do the same with rows that hold every column but `user_id`, None where unknown."""
    given = {"user_id": user_id, "rows": Jsonb([{**row, "user_id": user_id} for row in rows])}
    conn.execute(clear, given)
    return conn.execute(put, given).rowcount
