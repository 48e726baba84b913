"""Asking for some days once more, whatever was asked before."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import psycopg

from runningcoach.ingest.garmin import plan, sync
from runningcoach.ingest.garmin.connection import Place
from runningcoach.ingest.garmin.reports import SyncReport
from runningcoach.ingest.garmin.units import Worker
from runningcoach.sources.pacing import Pace
from runningcoach.store import sync_status, sync_units
from runningcoach.store.sync_units import Unit


def span(
    conn: psycopg.Connection[Any],
    user_id: int,
    place: Place,
    first: date,
    last: date,
    *,
    most_requests: int = sync.BUDGET,
    pace: Pace | None = None,
    progress: sync.Progress | None = None,
) -> SyncReport:
    """Fetch everything from `first` to `last` again, newest first; files that are here stay.

    Raises connection.Busy.
    """

    def work(worker: Worker) -> None:
        sync_units.add(conn, user_id, _units(worker, first, last), again=True)
        while unit := sync_status.next_between(conn, user_id, first, last, plan.ORDER):
            worker.do(unit)
            if progress:
                progress(worker.report)

    return sync._run(conn, user_id, place, pace, most_requests, work)  # pyright: ignore[reportPrivateUsage]


def _units(worker: Worker, first: date, last: date) -> Iterator[Unit]:
    """Yield what a backfill of these days would ask for, but for what has no date."""
    until = min(last, worker.today)
    for unit in plan.backfill(first, until, worker.today, worker.gate.can):
        if unit.kind not in plan.LATEST:
            yield unit
