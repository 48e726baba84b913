"""Leaving Garmin: the tokens go; what was fetched stays, or goes too."""

from typing import Any

import psycopg

from runningcoach.errors import RunningCoachError
from runningcoach.ingest import quarantine_files
from runningcoach.ingest.garmin import connection
from runningcoach.ingest.garmin.connection import Place
from runningcoach.sources.garmin import LaneName
from runningcoach.store import files, forgetting, garmin

type Connection = psycopg.Connection[Any]


class OtherLaneOpen(RunningCoachError):
    """What is deleted would come again through the lane that is still open."""

    code = "garmin.other_lane_open"
    status = 409


def leave(conn: Connection, user_id: int, lane: LaneName, place: Place, *, forget: bool) -> None:
    """Disconnect a lane; with `forget` delete what Garmin's lanes brought.

    Raises Busy while a run goes on, OtherLaneOpen when there is something to forget but the
    other lane is connected.
    """
    if forget:
        _refuse_if_open(conn, user_id, "signin" if lane == "key" else "key")
    connection.disconnect(conn, user_id, lane)
    if forget:
        with conn.transaction():
            unowned = forgetting.garmins(conn, user_id)
        for sha256 in unowned:
            files.path(place.home, sha256).unlink(missing_ok=True)
            quarantine_files.remove(place.home, sha256)


def _refuse_if_open(conn: Connection, user_id: int, other: LaneName) -> None:
    lanes = {found.lane: found.status for found in garmin.connections(conn, user_id)}
    if lanes.get(other) == "connected":
        raise OtherLaneOpen
