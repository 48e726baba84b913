"""The sealed tokens of each lane, and what becomes of a lane when they are dead."""

from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg

from runningcoach.model.connection import GarminConnection
from runningcoach.sources.garmin import LaneName
from runningcoach.store import garmin, secrets, sync_units

type Connection = psycopg.Connection[Any]


def name_of(lane: LaneName) -> str:
    """Return under which name the tokens of a lane are sealed."""
    return f"garmin.{lane}"


def keep(conn: Connection, user_id: int, lane: LaneName, sealed: str, *, home: Path) -> None:
    """Seal the tokens of a lane."""
    secrets.put(conn, user_id, name_of(lane), sealed, home=home)


def known(conn: Connection, user_id: int, lane: LaneName, *, home: Path) -> str | None:
    """Return the tokens of a lane; None where there are none."""
    return secrets.get(conn, user_id, name_of(lane), home=home)


def lost(conn: Connection, user_id: int, lane: LaneName) -> None:
    """Forget tokens that Garmin refuses; the lane needs the runner."""
    with conn.transaction():
        secrets.delete(conn, user_id, name_of(lane))
        garmin.put_connection(
            conn,
            user_id,
            GarminConnection(lane=lane, status="needs_reauth", problem="needs_reauth"),
        )


def connected(
    conn: Connection,
    user_id: int,
    lane: LaneName,
    sealed: str,
    *,
    home: Path,
    account: str | None,
    at: datetime,
    expires_at: datetime | None = None,
) -> GarminConnection:
    """Seal the tokens of a lane that has just been opened; what waited for it is open again."""
    found = GarminConnection(
        lane=lane, status="connected", account=account, connected_at=at, expires_at=expires_at
    )
    with conn.transaction():
        keep(conn, user_id, lane, sealed, home=home)
        garmin.put_connection(conn, user_id, found)
        sync_units.reopen(conn, user_id)
    return found
