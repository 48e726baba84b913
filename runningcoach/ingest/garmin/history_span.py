"""Fetch some days again."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import psycopg

from runningcoach.ingest.garmin import sync, unit_plan
from runningcoach.ingest.garmin.connection import GarminEndpoint
from runningcoach.ingest.garmin.sync_report import SyncReport
from runningcoach.ingest.garmin.units import UnitWorker
from runningcoach.sources.common.pacing import RequestPace
from runningcoach.sources.garmin import ENDPOINTS
from runningcoach.store import sync_status, sync_units
from runningcoach.store.sync_units import SyncUnit


def refetch_days(
    conn: psycopg.Connection[Any],
    user_id: int,
    endpoint: GarminEndpoint,
    first: date,
    last: date,
    *,
    most_requests: int = sync.BUDGET,
    pace: RequestPace | None = None,
    progress: sync.Progress | None = None,
) -> SyncReport:
    """Fetch everything from `first` to `last` again, newest first; files that are here stay.

    Raises GarminBusy.
    """

    def work(worker: UnitWorker) -> None:
        sync_units.add(conn, user_id, _units(worker, first, last), reopen=True)
        while unit := sync_status.next_between(conn, user_id, first, last, unit_plan.ORDER):
            worker.process(unit)
            if progress:
                progress(worker.report)

    return sync.run(conn, user_id, endpoint, pace, most_requests, work)


def _units(worker: UnitWorker, first: date, last: date) -> Iterator[SyncUnit]:
    """Yield the units of these days, without those that have no date.

    The list covers these days alone and adds their files. Windows are those of unit_plan.
    """
    can, until = worker.client.can_fetch, min(last, worker.today)
    yield SyncUnit("list", unit_plan.key_of(first, until), until)
    for kind in filter(can, unit_plan.RANGES):
        yield from _windows(kind, first, until, ENDPOINTS[kind].most_days)
    detailed = until - timedelta(days=unit_plan.DETAILED_DAYS - 1)
    yield from unit_plan.nightly(max(first, detailed), until, can)


def _windows(kind: str, first: date, last: date, days: int) -> Iterator[SyncUnit]:
    for begin, end in unit_plan.windows(first, last, days):
        yield SyncUnit(kind, unit_plan.key_of(begin, end), end)
