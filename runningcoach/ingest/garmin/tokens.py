"""Sealed tokens of each lane, and the state of a lane without valid ones."""

from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg

from runningcoach.model.connection import GarminConnection
from runningcoach.sources.garmin import LaneName
from runningcoach.store import garmin, secrets, sync_units

type Connection = psycopg.Connection[Any]


def name_of(lane: LaneName) -> str:
    """Return the name of the secret that holds a lane's tokens."""
    return f"garmin.{lane}"


def store_tokens(
    conn: Connection, user_id: int, lane: LaneName, sealed: str, *, home: Path
) -> None:
    """Seal the tokens of a lane."""
    secrets.put(conn, user_id, name_of(lane), sealed, home=home)


def load_tokens(conn: Connection, user_id: int, lane: LaneName, *, home: Path) -> str | None:
    """Return the tokens of a lane; None where there are none."""
    return secrets.get(conn, user_id, name_of(lane), home=home)


def discard_tokens(conn: Connection, user_id: int, lane: LaneName) -> None:
    """Delete tokens that Garmin refuses; the lane needs a new sign-in or key."""
    with conn.transaction():
        secrets.delete(conn, user_id, name_of(lane))
        garmin.put_connection(
            conn,
            user_id,
            GarminConnection(lane=lane, status="needs_reauth", problem="needs_reauth"),
        )


def store_connection(
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
    """Seal the tokens of a lane just opened, and reopen the units that waited for it."""
    connection = GarminConnection(
        lane=lane, status="connected", account=account, connected_at=at, expires_at=expires_at
    )
    with conn.transaction():
        store_tokens(conn, user_id, lane, sealed, home=home)
        garmin.put_connection(conn, user_id, connection)
        sync_units.reopen(conn, user_id)
    return connection
