"""Send the workouts of the coming days to Garmin's calendar."""

from typing import Any

from psycopg import Connection

from runningcoach.ingest.garmin.connection import GarminEndpoint
from runningcoach.jobs.garmin_sync import pace_at
from runningcoach.publish import workouts
from runningcoach.publish.push_report import PushReport
from runningcoach.sources.common.pacing import RequestPace


def push_workouts(
    conn: Connection[Any],
    user_id: int,
    endpoint: GarminEndpoint,
    *,
    days: int = workouts.DAYS,
    is_on: bool = True,
    pace: RequestPace | None = None,
) -> PushReport:
    """Bring Garmin's calendar in line with the approved plan; `is_on` False sends nothing.

    Raises PlanChangedSinceApproval, GarminBusy.
    """
    if not is_on:
        return PushReport(stopped="off")
    return workouts.sync_workouts(
        conn, user_id, endpoint, days=days, pace=pace or pace_at(endpoint)
    )  # fmt: skip
