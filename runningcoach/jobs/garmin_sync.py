"""Sync with Garmin, then derive what that changed."""

from typing import Any

from psycopg import Connection

from runningcoach.derive import rebuild, stale_facts
from runningcoach.ingest.garmin import history_span, sync
from runningcoach.ingest.garmin.connection import GarminEndpoint
from runningcoach.ingest.garmin.sync_report import SyncReport
from runningcoach.jobs.garmin_orders import GarminOrder
from runningcoach.jobs.refresh import compare_with_plan
from runningcoach.sources.common import pacing
from runningcoach.sources.common.pacing import RequestPace
from runningcoach.store import garmin


def sync_garmin(
    conn: Connection[Any],
    user_id: int,
    order: GarminOrder,
    place: GarminEndpoint,
    *,
    requests_a_day: int = sync.BUDGET,
    pace: RequestPace | None = None,
    progress: sync.Progress | None = None,
) -> SyncReport:
    """Fetch the ordered scope from Garmin, derive what that changed, compare it with the plan.

    A history that was never begun begins with the newest. Raises connection.Busy.
    """
    pace = pace or pace_at(place)
    if order.mode == "incremental":
        report = sync.sync(conn, user_id, place, pace=pace)
    elif order.mode == "range":
        report = history_span.refetch_days(
            conn, user_id, place, order.first, order.last,
            most_requests=requests_a_day, pace=pace, progress=progress,
        )  # fmt: skip
    else:
        report = _history(conn, user_id, order, place, requests_a_day, pace, progress)
    stale_facts.renew(conn, user_id, place.home)
    rebuild.refresh(conn, user_id)
    compare_with_plan(conn, user_id, place.home)
    return report


def _history(
    conn: Connection[Any],
    user_id: int,
    order: GarminOrder,
    place: GarminEndpoint,
    requests_a_day: int,
    pace: RequestPace,
    progress: sync.Progress | None,
) -> SyncReport:
    if garmin.sync_marks(conn, user_id).last_success_at is None:
        newest = sync.sync(conn, user_id, place, pace=pace)
        rebuild.refresh(conn, user_id)
        if newest.stopped:
            return newest
    return sync.backfill(
        conn, user_id, place,
        days=order.days, most_requests=requests_a_day, pace=pace, progress=progress,
    )  # fmt: skip


def pace_at(place: GarminEndpoint) -> RequestPace:
    """Return the pace of requests to Garmin; our simulator needs none."""
    return pacing.at_once() if place.base_url else RequestPace()
