"""Activities that a step of deriving failed on, with the reason."""

from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from runningcoach.model.activity import ParkedActivity
from runningcoach.store.database import statements


def list_parked(conn: psycopg.Connection[Any], user_id: int) -> list[ParkedActivity]:
    """Return the parked activities of a user, newest first."""
    with conn.cursor(row_factory=class_row(ParkedActivity)) as cursor:
        return cursor.execute(
            statements("derive_failures")["list_parked"], {"user_id": user_id}
        ).fetchall()


def get_parked(
    conn: psycopg.Connection[Any], user_id: int, activity_id: int
) -> ParkedActivity | None:
    """Return why an activity is parked; None for one that is not, or is another user's."""
    with conn.cursor(row_factory=class_row(ParkedActivity)) as cursor:
        row = {"user_id": user_id, "activity_id": activity_id}
        return cursor.execute(statements("derive_failures")["get_parked"], row).fetchone()


def replace_parked(
    conn: psycopg.Connection[Any],
    user_id: int,
    stages: Sequence[str],
    rows: Sequence[ParkedActivity],
    tried: Sequence[int] | None = None,
) -> None:
    """Put activities in the place of all that are parked at some stages.

    Those at other stages stay, and those that were not `tried` (None: all were); an activity is
    parked once, at the newest stage.
    """
    sql = statements("derive_failures")
    given = [row.model_dump(mode="json", exclude={"parked_at"}) for row in rows]
    row = {"user_id": user_id, "stages": list(stages), "rows": Jsonb(given)}
    row |= {"tried": None if tried is None else list(tried)}
    conn.execute(sql["clear_parked"], row)
    if rows:
        conn.execute(sql["put_parked"], row)
