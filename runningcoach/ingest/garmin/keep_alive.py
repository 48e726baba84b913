"""Whether the lanes live: one cheap question to each."""

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


def check(conn: Connection, user_id: int, place: GarminEndpoint) -> None:
    """Ask each open lane; a dead one is closed, and its state says so. Raises Busy.

    Nothing is asked while Garmin wants to be left alone.
    """
    with connection.lanes(conn, user_id, place) as (lanes, account):
        until = garmin.get_request_hold(conn, user_id).wait_until
        if until is not None and until > periods.now():
            return
        for name, lane in lanes.items():
            _ask(
                GarminClient(
                    conn, user_id, {name: lane}, home=place.home, account=account, pace=at_once()
                )
            )


def _ask(gate: GarminClient) -> None:
    try:
        gate.ask(QUESTION)
    except (UnitDeferred, SyncAborted):
        return  # what it means for the lane is kept already
