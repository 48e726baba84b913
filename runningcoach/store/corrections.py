"""Corrections of activities that outdate their facts."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import psycopg

from runningcoach.store.database import statements

SQL = statements("corrections")
OUTDATED = ""
"""The engine's version of facts that no longer fit their activity."""


def set_sport(
    conn: psycopg.Connection[Any],
    user_id: int,
    activity_id: int,
    sport: str,
    sub_sport: str | None,
    *,
    is_treadmill: bool,
) -> date | None:
    """Change the sport of an activity; return its day, None where nothing changed.

    A sport that the runner chose stays. The facts are outdated afterwards.
    """
    params = {
        "user_id": user_id, "activity_id": activity_id, "sport": sport, "sub_sport": sub_sport,
        "is_treadmill": is_treadmill,
    }  # fmt: skip
    row = conn.execute(SQL["set_sport"], params).fetchone()
    if row is None:
        return None
    outdate_facts(conn, user_id, [activity_id])
    return row[0]


def outdate_facts(conn: psycopg.Connection[Any], user_id: int, activity_ids: Sequence[int]) -> None:
    """Mark the facts of activities as outdated, so that they are computed again."""
    row = {"user_id": user_id, "activity_ids": list(activity_ids), "outdated": OUTDATED}
    conn.execute(SQL["outdate_facts"], row)


def first_day(
    conn: psycopg.Connection[Any], user_id: int, activity_ids: Sequence[int]
) -> date | None:
    """Return the day of the earliest of some activities; None where none exists."""
    params = {"user_id": user_id, "activity_ids": list(activity_ids)}
    row = conn.execute(SQL["first_day"], params).fetchone()
    return row[0] if row else None
