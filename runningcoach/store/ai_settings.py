"""How each runner's coach talks."""

from typing import Any

import psycopg
from psycopg.rows import class_row

from runningcoach.model.conversation import AiSettings
from runningcoach.store.database import statements

type Connection = psycopg.Connection[Any]

SQL = statements("ai_settings")
KEY_NAME = "openai_key"
"""The name of a runner's key among the sealed secrets."""


def get(conn: Connection, user_id: int, default: AiSettings | None = None) -> AiSettings:
    """Return the settings of a runner; `default` where none are stored.

    `has_key` tells of the runner's own key alone.
    """
    row = {"user_id": user_id, "key_name": KEY_NAME}
    stored = conn.cursor(row_factory=class_row(AiSettings)).execute(SQL["of"], row).fetchone()
    if stored is not None:
        return stored
    ((has_key,),) = conn.execute(SQL["has_key"], row).fetchall()
    return (default or AiSettings()).model_copy(update={"has_key": has_key})


def put(conn: Connection, user_id: int, settings: AiSettings) -> None:
    """Store the settings of a runner; `has_key` is not stored but looked up."""
    conn.execute(SQL["put"], {"user_id": user_id, **settings.model_dump()})
