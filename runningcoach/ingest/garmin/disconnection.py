"""Leaving Garmin by one lane, with what was fetched or without."""

from typing import Any

import psycopg

from runningcoach.base.errors import RunningCoachError
from runningcoach.ingest.garmin import connection
from runningcoach.ingest.garmin.connection import GarminEndpoint
from runningcoach.sources.garmin import LaneName
from runningcoach.store import garmin

type Connection = psycopg.Connection[Any]


class OtherLaneOpen(RunningCoachError):
    """What is deleted would come again through the lane that is still open."""

    code = "garmin.other_lane_open"
    status = 409


def leave(
    conn: Connection, user_id: int, lane: LaneName, place: GarminEndpoint, *, forget: bool
) -> None:
    """Disconnect a lane; with `forget` delete what Garmin's lanes brought.

    Raises Busy while a run goes on, OtherLaneOpen when there is something to forget but the
    other lane is connected.
    """
    if forget:
        _refuse_if_open(conn, user_id, "signin" if lane == "key" else "key")
    connection.disconnect(conn, user_id, lane, forget_in=place.home if forget else None)


def _refuse_if_open(conn: Connection, user_id: int, other: LaneName) -> None:
    lanes = {found.lane: found.status for found in garmin.connections(conn, user_id)}
    if lanes.get(other) == "connected":
        raise OtherLaneOpen
