"""Disconnect a lane from Garmin, with or without deleting what was fetched."""

from typing import Any

import psycopg

from runningcoach.base.errors import RunningCoachError
from runningcoach.ingest.garmin import connection
from runningcoach.ingest.garmin.connection import GarminEndpoint
from runningcoach.sources.garmin import LaneName
from runningcoach.store import garmin

type Connection = psycopg.Connection[Any]


class OtherLaneOpen(RunningCoachError):
    """Deleted data would be fetched again through the lane that is still open."""

    code = "garmin.other_lane_open"
    status = 409


def leave(
    conn: Connection, user_id: int, lane: LaneName, endpoint: GarminEndpoint, *, forget: bool
) -> None:
    """Disconnect a lane; with `forget` delete everything fetched by Garmin's lanes.

    Raises GarminBusy during a run, OtherLaneOpen for `forget` while the other lane is connected.
    """
    if forget:
        _refuse_if_open(conn, user_id, "signin" if lane == "key" else "key")
    connection.disconnect(conn, user_id, lane, forget_in=endpoint.home if forget else None)


def _refuse_if_open(conn: Connection, user_id: int, other: LaneName) -> None:
    lanes = {connection.lane: connection.status for connection in garmin.connections(conn, user_id)}
    if lanes.get(other) == "connected":
        raise OtherLaneOpen
