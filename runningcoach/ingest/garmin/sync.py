"""Sync with Garmin: new data every hour, and the history in a backfill of limited requests.

A run may be killed at any moment: its results are stored, and the next one continues.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

import psycopg

from runningcoach.base import periods
from runningcoach.ingest.garmin import activity_files, connection, unit_plan
from runningcoach.ingest.garmin.activities import ListedAtGarmin
from runningcoach.ingest.garmin.client import GarminClient, SyncAborted, UnitDeferred
from runningcoach.ingest.garmin.connection import GarminEndpoint
from runningcoach.ingest.garmin.json_values import entries
from runningcoach.ingest.garmin.sync_report import SyncReport
from runningcoach.ingest.garmin.units import UnitWorker
from runningcoach.sources.common.pacing import RequestPace
from runningcoach.store import fitness, garmin, sync_units
from runningcoach.store.sync_units import SyncUnit

type Connection = psycopg.Connection[Any]
type Progress = Callable[[SyncReport], None]

OVERLAP = timedelta(days=3)
"""Days that are fetched again: watches upload late, Garmin recomputes nights."""
RECENT_PAGE = 20
RECONCILED = timedelta(days=45)
RECONCILED_WEEKLY = timedelta(days=90)
LATE_DAYS = timedelta(days=14)
"""Once a day, days this far back are fetched again: a watch may upload its nights late."""
DAY, WEEK = timedelta(days=1), timedelta(days=7)
BUDGET = 2000
"""Requests of one day's backfill."""


def sync(
    conn: Connection, user_id: int, endpoint: GarminEndpoint, *, pace: RequestPace | None = None
) -> SyncReport:
    """Fetch new and recently changed data; return a report. Raises connection.Busy."""
    return run(conn, user_id, endpoint, pace, None, lambda worker: _IncrementalSync(worker).run())


def backfill(
    conn: Connection,
    user_id: int,
    endpoint: GarminEndpoint,
    *,
    days: int = 0,
    most_requests: int = BUDGET,
    pace: RequestPace | None = None,
    progress: Progress | None = None,
) -> SyncReport:
    """Fetch the history, newest first, as far as today's requests go; 0 days is all of it.

    Raises connection.Busy.
    """

    def work(worker: UnitWorker) -> None:
        _process_open_units(worker, _add_backfill_units(worker, days), unit_plan.ORDER, progress)

    return run(conn, user_id, endpoint, pace, most_requests, work)


def run(
    conn: Connection,
    user_id: int,
    endpoint: GarminEndpoint,
    pace: RequestPace | None,
    most_requests: int | None,
    work: Callable[[UnitWorker], None],
) -> SyncReport:
    """Hold the lanes and run `work`; what stops a run is stored and reported, not raised."""
    today = periods.today(fitness.get_profile(conn, user_id).timezone)
    with connection.lanes(conn, user_id, endpoint) as (lanes, account):
        waiting = garmin.get_request_hold(conn, user_id)
        budget = None if most_requests is None else most_requests - waiting.requests_today
        client = GarminClient(
            conn, user_id, lanes,
            home=endpoint.home, account=account, pace=pace, most_requests=budget,
        )  # fmt: skip
        worker = UnitWorker(conn, user_id, client, endpoint.home, today)
        garmin.begin_run(conn, user_id)
        try:
            _raise_if_waiting(waiting.wait_until)
            work(worker)
        except SyncAborted as stopped:
            worker.report.stopped = stopped.reason
        except UnitDeferred:  # a list: nothing can be done without it
            worker.report.stopped = "unavailable"
        worker.report.requests = client.requests
        garmin.end_run(conn, user_id, worker.report.stopped)
    return worker.report


def _raise_if_waiting(until: datetime | None) -> None:
    if until is not None and until > periods.now():
        raise SyncAborted("waiting")


class _IncrementalSync:
    """One incremental run: the list of activities, the days, and the units that both add."""

    def __init__(self, worker: UnitWorker) -> None:
        self.worker, self.can = worker, worker.client.can_fetch
        self.conn, self.user_id, self.today = worker.conn, worker.user_id, worker.today
        marks = garmin.sync_marks(self.conn, self.user_id)
        self.is_first = marks.last_success_at is None
        self.is_weekly = _is_due(marks.reconciled_90_at, WEEK)
        self.is_daily = self.is_weekly or _is_due(marks.reconciled_45_at, DAY)
        seen = marks.last_success_at.date() if marks.last_success_at else self.today
        self.since = seen - OVERLAP
        self.days_since = seen - LATE_DAYS if self.is_daily else self.since

    def run(self) -> None:
        """Run the incremental sync; SyncAborted ends it."""
        self._sync_activities()
        for day in sorted(self._sync_days() | {self.today}, reverse=True):
            self._process_again(unit_plan.nightly(day, day, self.can))
        if self.is_weekly:
            self._process_again(unit_plan.latest(self.today, self.can))
        if self.is_daily:
            garmin.mark_reconciled(self.conn, self.user_id, weekly=self.is_weekly)
        garmin.mark_success(self.conn, self.user_id)

    def _sync_activities(self) -> None:
        """Fetch new and changed activities, and open units of the last weeks."""
        changed = self._list_weeks() if self._is_wide() else self._list_recent()
        for number, day in changed:
            self._process_open(unit_plan.of_activity(number, day, self.today, self.can))
        _process_open_units(self.worker, self.today - RECONCILED_WEEKLY, unit_plan.OF_ACTIVITY)

    def _is_wide(self) -> bool:
        """Return whether to list whole weeks; after a first run, the backfill does."""
        differs = self._count_differs()
        return not self.is_first and (self.is_daily or differs)

    def _list_recent(self) -> list[tuple[int, date]]:
        """List from the newest on, until a page holds nothing new and is old enough."""
        activities: list[tuple[int, date]] = []
        for start in count(0, RECENT_PAGE):
            page = self.worker.fetch_page(f"start={start}&limit={RECENT_PAGE}")
            fresh = _new_or_changed(page)
            activities += fresh
            is_old = bool(page) and page[-1].day < self.since
            if len(page) < RECENT_PAGE or (is_old and (self.is_first or not fresh)):
                break
        return activities

    def _list_weeks(self) -> list[tuple[int, date]]:
        """List all activities of some weeks, to find late uploads, edits and deletions.

        Up to tomorrow, which it may be already where the runner is.
        """
        first = self.today - (RECONCILED_WEEKLY if self.is_weekly else RECONCILED)
        last = self.today + DAY
        listed = list(self.worker.list_activities(min(first, self.since), last))
        self.worker.remove_unlisted(min(first, self.since), last, {one.number for one in listed})
        return _new_or_changed(listed)

    def _count_differs(self) -> bool:
        """Return whether the number of activities changed: one cheap request before lists."""
        if not self.can("count"):
            return False
        body = self.worker.client.fetch("count").body or {}
        total = body.get("totalCount") if isinstance(body, dict) else body
        return isinstance(total, int) and garmin.update_activity_count(
            self.conn, self.user_id, total
        )

    def _sync_days(self) -> set[date]:
        """Fetch the days since the last success; return those that changed."""
        changed: set[date] = set()
        for unit in unit_plan.ranges(self.days_since, self.today, self.can):
            changed |= self.worker.refresh_window(unit)
        return changed

    def _process_open(self, units: Iterable[SyncUnit]) -> None:
        """Process the open units among some."""
        for unit in units:
            if sync_units.is_open(self.conn, self.user_id, unit):
                self.worker.process(unit)

    def _process_again(self, units: Iterable[SyncUnit]) -> None:
        """Process units again, whatever their state."""
        listed = list(units)
        sync_units.add(self.conn, self.user_id, listed, reopen=True)
        self._process_open(listed)


def _new_or_changed(listed: Iterable[ListedAtGarmin]) -> list[tuple[int, date]]:
    return [(one.number, one.day) for one in listed if one.state != "same"]


def _is_due(last: datetime | None, every: timedelta) -> bool:
    return last is None or periods.now() - last >= every


def _add_backfill_units(worker: UnitWorker, days: int) -> date:
    """Add the units of a backfill; return its first day.

    They end with the day of the first backfill: later days belong to the incremental run. Known
    units keep their state; adding them again adds those of a lane opened since.
    """
    known = garmin.sync_marks(worker.conn, worker.user_id).backfill_from
    wanted = worker.today - timedelta(days=days) if days else _first_activity_day(worker)
    since = min(wanted, known or wanted)
    until = sync_units.newest_day(worker.conn, worker.user_id, "list") or worker.today
    with worker.conn.transaction():
        sync_units.add(worker.conn, worker.user_id, _units(worker, since, until))
        garmin.mark_backfill(worker.conn, worker.user_id, since)
    return wanted


def _units(worker: UnitWorker, since: date, until: date) -> Iterator[SyncUnit]:
    """Yield the units of some days of history, and those of all listed activities."""
    yield from unit_plan.backfill(since, until, worker.today, worker.client.can_fetch)
    for number, day in garmin.listed_days(worker.conn, worker.user_id):
        yield from unit_plan.of_activity(number, day, worker.today, worker.client.can_fetch)


def _first_activity_day(worker: UnitWorker) -> date:
    """Return the day of the runner's first activity."""
    answer = worker.client.fetch("activities", "start=0&limit=1&sortOrder=asc")
    first = next(map(activity_files.day_of, entries(answer.body)), None)
    return min(first or worker.today, worker.today)


def _process_open_units(
    worker: UnitWorker, since: date, kinds: Sequence[str], progress: Progress | None = None
) -> None:
    """Process the open units of some kinds, newest first, back to a day."""
    while unit := sync_units.next_unit(worker.conn, worker.user_id, since, kinds):
        worker.process(unit)
        if progress:
            progress(worker.report)
