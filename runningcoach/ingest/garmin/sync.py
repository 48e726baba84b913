"""Keeping up with Garmin: the newest of every hour, and the whole history bit by bit.

A run may be killed at any moment: what it had is kept, and the next one goes on from there.
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
"""Days that are looked at again: watches upload late, Garmin recomputes nights."""
RECENT_PAGE = 20
RECONCILED = timedelta(days=45)
RECONCILED_WEEKLY = timedelta(days=90)
LATE_DAYS = timedelta(days=14)
"""Once a day, days are looked at again so far back: a watch may hand in its nights late."""
DAY, WEEK = timedelta(days=1), timedelta(days=7)
BUDGET = 2000
"""Requests of one day's backfill."""


def sync(
    conn: Connection, user_id: int, place: GarminEndpoint, *, pace: RequestPace | None = None
) -> SyncReport:
    """Fetch what is new or changed of late; return what that was. Raises connection.Busy."""
    return run(conn, user_id, place, pace, None, lambda worker: _Incremental(worker).run())


def backfill(
    conn: Connection,
    user_id: int,
    place: GarminEndpoint,
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
        _work_off(worker, _begin(worker, days), unit_plan.ORDER, progress)

    return run(conn, user_id, place, pace, most_requests, work)


def run(
    conn: Connection,
    user_id: int,
    place: GarminEndpoint,
    pace: RequestPace | None,
    most_requests: int | None,
    work: Callable[[UnitWorker], None],
) -> SyncReport:
    """Hold the lanes and work; what stops a run is kept and told, not raised."""
    today = periods.today(fitness.get_profile(conn, user_id).timezone)
    with connection.lanes(conn, user_id, place) as (lanes, account):
        waiting = garmin.get_request_hold(conn, user_id)
        budget = None if most_requests is None else most_requests - waiting.requests_today
        gate = GarminClient(
            conn, user_id, lanes,
            home=place.home, account=account, pace=pace, most_requests=budget,
        )  # fmt: skip
        worker = UnitWorker(conn, user_id, gate, place.home, today)
        garmin.begin_run(conn, user_id)
        try:
            _refuse_to_hurry(waiting.wait_until)
            work(worker)
        except SyncAborted as stopped:
            worker.report.stopped = stopped.reason
        except UnitDeferred:  # a list: nothing can be done without it
            worker.report.stopped = "unavailable"
        worker.report.requests = gate.requests
        garmin.end_run(conn, user_id, worker.report.stopped)
    return worker.report


def _refuse_to_hurry(until: datetime | None) -> None:
    if until is not None and until > periods.now():
        raise SyncAborted("waiting")


class _Incremental:
    """One run for the newest: the list, then the days, then what both call for."""

    def __init__(self, worker: UnitWorker) -> None:
        self.worker, self.can = worker, worker.gate.can
        self.conn, self.user_id, self.today = worker.conn, worker.user_id, worker.today
        marks = garmin.sync_marks(self.conn, self.user_id)
        self.is_first = marks.last_success_at is None
        self.is_weekly = _is_due(marks.reconciled_90_at, WEEK)
        self.is_daily = self.is_weekly or _is_due(marks.reconciled_45_at, DAY)
        seen = marks.last_success_at.date() if marks.last_success_at else self.today
        self.since = seen - OVERLAP
        self.days_since = seen - LATE_DAYS if self.is_daily else self.since

    def run(self) -> None:
        """Do the run; Stopped ends it."""
        self._activities()
        for day in sorted(self._changed_days() | {self.today}, reverse=True):
            self._once_more(unit_plan.nightly(day, day, self.can))
        if self.is_weekly:
            self._once_more(unit_plan.latest(self.today, self.can))
        if self.is_daily:
            garmin.mark_reconciled(self.conn, self.user_id, weekly=self.is_weekly)
        garmin.mark_success(self.conn, self.user_id)

    def _activities(self) -> None:
        """Fetch what is new or changed, and what an earlier run left of the last weeks."""
        changed = self._reconciled() if self._is_wide() else self._recent()
        for number, day in changed:
            self._do(unit_plan.of_activity(number, day, self.today, self.can))
        _work_off(self.worker, self.today - RECONCILED_WEEKLY, unit_plan.OF_ACTIVITY)

    def _is_wide(self) -> bool:
        """Tell whether whole weeks are to be listed; what a first run leaves is the backfill's."""
        differs = self._count_differs()
        return not self.is_first and (self.is_daily or differs)

    def _recent(self) -> list[tuple[int, date]]:
        """List from the newest on, until a page holds nothing new and is old enough."""
        found: list[tuple[int, date]] = []
        for start in count(0, RECENT_PAGE):
            page = self.worker.page(f"start={start}&limit={RECENT_PAGE}")
            fresh = _fresh(page)
            found += fresh
            is_old = bool(page) and page[-1].day < self.since
            if len(page) < RECENT_PAGE or (is_old and (self.is_first or not fresh)):
                break
        return found

    def _reconciled(self) -> list[tuple[int, date]]:
        """List some weeks whole: finds late uploads, edits and deletions.

        Up to tomorrow, which it may be already where the runner is.
        """
        first = self.today - (RECONCILED_WEEKLY if self.is_weekly else RECONCILED)
        last = self.today + DAY
        listed = list(self.worker.listed(min(first, self.since), last))
        self.worker.forget(min(first, self.since), last, {one.number for one in listed})
        return _fresh(listed)

    def _count_differs(self) -> bool:
        """Ask how many activities there are: one cheap question that sees what lists do not."""
        if not self.can("count"):
            return False
        body = self.worker.gate.ask("count").body or {}
        total = body.get("totalCount") if isinstance(body, dict) else body
        return isinstance(total, int) and garmin.update_activity_count(
            self.conn, self.user_id, total
        )

    def _changed_days(self) -> set[date]:
        """Ask for the days since the last success; return those that changed."""
        changed: set[date] = set()
        for unit in unit_plan.ranges(self.days_since, self.today, self.can):
            changed |= self.worker.look(unit)
        return changed

    def _do(self, units: Iterable[SyncUnit]) -> None:
        """Do units that are open."""
        for unit in units:
            if sync_units.is_open(self.conn, self.user_id, unit):
                self.worker.do(unit)

    def _once_more(self, units: Iterable[SyncUnit]) -> None:
        """Do units whether or not they were done before."""
        wanted = list(units)
        sync_units.add(self.conn, self.user_id, wanted, reopen=True)
        self._do(wanted)


def _fresh(listed: Iterable[ListedAtGarmin]) -> list[tuple[int, date]]:
    return [(one.number, one.day) for one in listed if one.state != "same"]


def _is_due(last: datetime | None, every: timedelta) -> bool:
    return last is None or periods.now() - last >= every


def _begin(worker: UnitWorker, days: int) -> date:
    """Write down the units of a backfill; return the day that it goes back to.

    They end with the day of the first backfill, what came later is the incremental run's. Known
    units stay as they are: written anew, they bring those of a lane that has come since.
    """
    known = garmin.sync_marks(worker.conn, worker.user_id).backfill_from
    wanted = worker.today - timedelta(days=days) if days else _oldest(worker)
    since = min(wanted, known or wanted)
    until = sync_units.newest_day(worker.conn, worker.user_id, "list") or worker.today
    with worker.conn.transaction():
        sync_units.add(worker.conn, worker.user_id, _units(worker, since, until))
        garmin.mark_backfill(worker.conn, worker.user_id, since)
    return wanted


def _units(worker: UnitWorker, since: date, until: date) -> Iterator[SyncUnit]:
    """Yield the units of a stretch of history, and those of all activities that are known."""
    yield from unit_plan.backfill(since, until, worker.today, worker.gate.can)
    for number, day in garmin.listed_days(worker.conn, worker.user_id):
        yield from unit_plan.of_activity(number, day, worker.today, worker.gate.can)


def _oldest(worker: UnitWorker) -> date:
    """Return the day of the first activity of all."""
    answer = worker.gate.ask("activities", "start=0&limit=1&sortOrder=asc")
    first = next(map(activity_files.day_of, entries(answer.body)), None)
    return min(first or worker.today, worker.today)


def _work_off(
    worker: UnitWorker, since: date, kinds: Sequence[str], progress: Progress | None = None
) -> None:
    """Do the open units of some kinds, newest first, down to a day."""
    while unit := sync_units.next_unit(worker.conn, worker.user_id, since, kinds):
        worker.do(unit)
        if progress:
            progress(worker.report)
