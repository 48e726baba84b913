"""Races that the runner has entered."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import psycopg
from psycopg.rows import class_row

from runningcoach.model.stored_plan import PlannedRace
from runningcoach.store.database import statements

type Connection = psycopg.Connection[Any]

SQL = statements("races")
EDITABLE = ("date", "name", "distance_m", "target_time_s", "priority")


def create(conn: Connection, user_id: int, columns: Mapping[str, Any]) -> PlannedRace:
    """Store a race, given each of EDITABLE."""
    rows = conn.cursor(row_factory=class_row(PlannedRace))
    return rows.execute(SQL["create"], {"user_id": user_id, **columns}).fetchall()[0]


def get(conn: Connection, user_id: int, race_id: int) -> PlannedRace | None:
    """Return a race."""
    rows = conn.cursor(row_factory=class_row(PlannedRace))
    return rows.execute(SQL["get"], {"user_id": user_id, "id": race_id}).fetchone()


def list_races(
    conn: Connection, user_id: int, first: date | None = None, last: date | None = None
) -> list[PlannedRace]:
    """Return the races from a day to a day, both included and either open, in their order."""
    params = {"user_id": user_id, "first": first, "last": last}
    return conn.cursor(row_factory=class_row(PlannedRace)).execute(SQL["list"], params).fetchall()


def update(
    conn: Connection, user_id: int, race_id: int, changes: Mapping[str, Any]
) -> PlannedRace | None:
    """Change those of EDITABLE that are in `changes`; return the race as it is now."""
    row = {name: changes.get(name) for name in EDITABLE}
    row |= {"user_id": user_id, "id": race_id}
    row["changed"] = [name for name in EDITABLE if name in changes]
    return conn.cursor(row_factory=class_row(PlannedRace)).execute(SQL["update"], row).fetchone()


def remove(conn: Connection, user_id: int, race_id: int) -> bool:
    """Remove a race; return whether there was one."""
    return conn.execute(SQL["remove"], {"user_id": user_id, "id": race_id}).rowcount > 0
