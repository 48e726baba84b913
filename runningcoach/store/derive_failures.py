"""Activities that a step of deriving failed on, with the reason."""

from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from runningcoach.model.activity import ParkedActivity
from runningcoach.store.database import statements

SQL = statements("derive_failures")


def list_parked(conn: psycopg.Connection[Any], user_id: int) -> list[ParkedActivity]:
    """Return the parked activities of a user, newest first."""
    with conn.cursor(row_factory=class_row(ParkedActivity)) as cursor:
        return cursor.execute(SQL["list_parked"], {"user_id": user_id}).fetchall()


def get_parked(
    conn: psycopg.Connection[Any], user_id: int, activity_id: int
) -> ParkedActivity | None:
    """Return why an activity is parked; None for one that is not, or is another user's."""
    with conn.cursor(row_factory=class_row(ParkedActivity)) as cursor:
        row = {"user_id": user_id, "activity_id": activity_id}
        return cursor.execute(SQL["get_parked"], row).fetchone()


def replace_parked(
    conn: psycopg.Connection[Any],
    user_id: int,
    stages: Sequence[str],
    rows: Sequence[ParkedActivity],
    activity_ids: Sequence[int] | None = None,
) -> None:
    """Replace all activities parked at some stages.

    Those at other stages stay, and those not in `activity_ids` (None: all are); an activity is
    parked once, at the newest stage.
    """
    bodies = [row.model_dump(mode="json", exclude={"parked_at"}) for row in rows]
    row = {"user_id": user_id, "stages": list(stages), "rows": Jsonb(bodies)}
    row |= {"tried": None if activity_ids is None else list(activity_ids)}
    conn.execute(SQL["clear_parked"], row)
    if rows:
        conn.execute(SQL["put_parked"], row)
