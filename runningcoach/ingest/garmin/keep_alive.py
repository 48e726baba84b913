"""Check the lanes with one cheap request each."""

from typing import Any

import psycopg

from runningcoach.base import periods
from runningcoach.ingest.garmin import connection
from runningcoach.ingest.garmin.client import GarminClient, SyncAborted, UnitDeferred
from runningcoach.ingest.garmin.connection import GarminEndpoint
from runningcoach.sources.common.pacing import at_once
from runningcoach.store import garmin

type Connection = psycopg.Connection[Any]

QUESTION = "settings"


def check(conn: Connection, user_id: int, endpoint: GarminEndpoint) -> None:
    """Send a request on each open lane; close one whose tokens are refused. Raises GarminBusy.

    No request is sent while Garmin demands a pause.
    """
    with connection.lanes(conn, user_id, endpoint) as (lanes, account):
        until = garmin.get_request_hold(conn, user_id).wait_until
        if until is not None and until > periods.now():
            return
        for name, lane in lanes.items():
            _probe_lane(
                GarminClient(
                    conn, user_id, {name: lane}, home=endpoint.home, account=account, pace=at_once()
                )
            )


def _probe_lane(client: GarminClient) -> None:
    try:
        client.fetch(QUESTION)
    except (UnitDeferred, SyncAborted):
        return  # the client has stored the state of the lane
