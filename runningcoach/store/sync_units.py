"""Resumable work units: the parts of Garmin's history still to be fetched."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

import psycopg
from psycopg.rows import class_row

from runningcoach.store.database import statements

type Connection = psycopg.Connection[Any]
State = Literal["pending", "done", "no_data", "parked", "not_supported"]

SQL = statements("sync_units")


@dataclass(frozen=True, slots=True)
class SyncUnit:
    """The work of one request; `key` is an activity, a day or "first..last"."""

    kind: str
    key: str
    newest_day: date


@dataclass(frozen=True, slots=True)
class UnitCounts:
    """The number of units of a kind in one state."""

    kind: str
    state: State
    units: int


def add(conn: Connection, user_id: int, units: Iterable[SyncUnit], *, reopen: bool = False) -> int:
    """Add units; return how many became pending.

    Known units stay as they are; with `again` those are pending once more.
    """
    listed = list(units)
    row = {
        "user_id": user_id, "again": reopen, "kinds": [u.kind for u in listed],
        "keys": [u.key for u in listed], "days": [u.newest_day for u in listed],
    }  # fmt: skip
    return conn.execute(SQL["add"], row).rowcount


def next_unit(conn: Connection, user_id: int, since: date, kinds: Iterable[str]) -> SyncUnit | None:
    """Return the newest unit of some kinds that may be tried now, down to a day; None at the end.

    What was put aside has its turn when its wait is over.
    """
    row = {"user_id": user_id, "since": since, "kinds": list(kinds)}
    with conn.cursor(row_factory=class_row(SyncUnit)) as cursor:
        return cursor.execute(SQL["next"], row).fetchone()


def finish(conn: Connection, user_id: int, unit: SyncUnit, state: State) -> None:
    """Note that a unit is done, has no data, or cannot be asked for."""
    conn.execute(SQL["finish"], _key(user_id, unit) | {"state": state})


def newest_day(conn: Connection, user_id: int, kind: str) -> date | None:
    """Return the newest day of all units of a kind; None where there are none."""
    row = conn.execute(SQL["newest_day"], {"user_id": user_id, "kind": kind}).fetchone()
    return row[0] if row else None


def reopen(conn: Connection, user_id: int) -> None:
    """Reopen the units that no lane supported: a new lane was connected."""
    conn.execute(SQL["reopen"], {"user_id": user_id})


def park(conn: Connection, user_id: int, unit: SyncUnit, reason: str) -> datetime:
    """Park a unit, longer with each attempt; return when it may be tried again.

    After ten attempts, about a month, it is given up.
    """
    row = conn.execute(SQL["park"], _key(user_id, unit) | {"reason": reason}).fetchone()
    assert row is not None  # noqa: S101 - the statement returns its row
    return row[0]


def progress(conn: Connection, user_id: int) -> list[UnitCounts]:
    """Return how many units of each kind are in each state."""
    with conn.cursor(row_factory=class_row(UnitCounts)) as cursor:
        return cursor.execute(SQL["progress"], {"user_id": user_id}).fetchall()


def _key(user_id: int, unit: SyncUnit) -> dict[str, Any]:
    return {"user_id": user_id, "kind": unit.kind, "key": unit.key}


def is_open(conn: Connection, user_id: int, unit: SyncUnit) -> bool:
    """Return whether a unit is still to be done, and may be tried now."""
    row = conn.execute(SQL["is_open"], _key(user_id, unit)).fetchone()
    return bool(row and row[0])
