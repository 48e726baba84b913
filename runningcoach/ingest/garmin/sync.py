"""Keeping up with Garmin: the newest of every hour, and the whole history bit by bit.

A run may be killed at any moment: what it had is kept, and the next one goes on from there.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import Any

import psycopg

from runningcoach import periods
from runningcoach.ingest.garmin import answers, connection, plan
from runningcoach.ingest.garmin.connection import Place
from runningcoach.ingest.garmin.gate import Gate, Parked, Stopped
from runningcoach.ingest.garmin.reports import SyncReport
from runningcoach.ingest.garmin.units import Worker
from runningcoach.sources.pacing import Pace
from runningcoach.store import fitness, garmin, sync_units
from runningcoach.store.sync_units import Unit

type Connection = psycopg.Connection[Any]
type Progress = Callable[[SyncReport], None]

OVERLAP = timedelta(days=3)
"""Days that are looked at again: watches upload late, Garmin recomputes nights."""
RECENT_PAGE = 20
RECONCILED = timedelta(days=45)
RECONCILED_WEEKLY = timedelta(days=90)
BUDGET = 2000
"""Requests of one day's backfill."""


def sync(conn: Connection, user_id: int, place: Place, *, pace: Pace | None = None) -> SyncReport:
    """Fetch what is new or changed of late; return what that was. Raises connection.Busy."""
    return _run(conn, user_id, place, pace, None, lambda worker: _Incremental(worker).run())


def backfill(
    conn: Connection,
    user_id: int,
    place: Place,
    *,
    days: int = 0,
    most_requests: int = BUDGET,
    pace: Pace | None = None,
    progress: Progress | None = None,
) -> SyncReport:
    """Fetch the history, newest first, as far as today's requests go; 0 days is all of it.

    Raises connection.Busy.
    """

    def work(worker: Worker) -> None:
        _work_off(worker, _begin(worker, days), progress)

    return _run(conn, user_id, place, pace, most_requests, work)


def _run(
    conn: Connection,
    user_id: int,
    place: Place,
    pace: Pace | None,
    most_requests: int | None,
    work: Callable[[Worker], None],
) -> SyncReport:
    """Hold the lanes and work; what stops a run is kept and told, not raised."""
    today = periods.today(fitness.person(conn, user_id).timezone)
    with connection.lanes(conn, user_id, place) as (lanes, account):
        waiting = garmin.waiting(conn, user_id)
        budget = None if most_requests is None else most_requests - waiting.requests_today
        gate = Gate(
            conn, user_id, lanes,
            home=place.home, account=account, pace=pace, most_requests=budget,
        )  # fmt: skip
        worker = Worker(conn, user_id, gate, place.home, today)
        garmin.begin(conn, user_id)
        try:
            _refuse_to_hurry(waiting.wait_until)
            work(worker)
        except Stopped as stopped:
            worker.report.stopped = stopped.reason
        worker.report.requests = gate.requests
        garmin.end(conn, user_id, worker.report.stopped, whole=worker.report.is_whole)
    return worker.report


def _refuse_to_hurry(until: datetime | None) -> None:
    if until is not None and until > periods.now():
        raise Stopped("waiting")


class _Incremental:
    """One run for the newest: the list, then the days, then what both call for."""

    def __init__(self, worker: Worker) -> None:
        self.worker = worker
        self.conn, self.user_id, self.today = worker.conn, worker.user_id, worker.today
        self.marks = garmin.marks(self.conn, self.user_id)
        last = self.marks.last_success_at
        self.is_first = last is None
        self.since = (last.date() if last else self.today) - OVERLAP

    def run(self) -> None:
        """Do the run; Stopped ends it."""
        for number, day in self._changed_activities():
            for unit in plan.of_activity(number, day, self.today, self.worker.gate.can):
                self._try(unit)
        changed = self._days()
        for day in sorted(changed | {self.today}, reverse=True):
            for unit in plan.nightly(day, day, self.worker.gate.can):
                self._try(unit, again=True)
        if self._is_due(self.marks.reconciled_90_at, timedelta(days=7)):
            for unit in plan.latest(self.today, self.worker.gate.can):
                self._try(unit, again=True)
            garmin.reconciled(self.conn, self.user_id, weekly=True)

    def _try(self, unit: Unit, *, again: bool = False) -> None:
        """Do a unit that is to be done; one that was done before only when `again`."""
        sync_units.add(self.conn, self.user_id, [unit], again=again)
        if sync_units.is_open(self.conn, self.user_id, unit):
            self.worker.do(unit)

    def _changed_activities(self) -> list[tuple[int, date]]:
        """Return the activities that are new or changed, by as little listing as is safe."""
        found = list(self._recent())
        if self._is_due(self.marks.reconciled_90_at, timedelta(days=7)):
            found += self._reconciled(RECONCILED_WEEKLY)
        elif self._is_due(self.marks.reconciled_45_at, timedelta(days=1)) or self._count_differs():
            found += self._reconciled(RECONCILED)
            garmin.reconciled(self.conn, self.user_id, weekly=False)
        return sorted(dict.fromkeys(found), key=lambda one: one[1], reverse=True)

    def _recent(self) -> Iterable[tuple[int, date]]:
        """List from the newest on, until a page holds nothing new and is old enough.

        What a first run leaves is the backfill's.
        """
        start = 0
        while True:
            page = self.worker.page(f"start={start}&limit={RECENT_PAGE}")
            fresh = [(one.number, one.day) for one in page if one.state != "same"]
            yield from fresh
            is_old = bool(page) and page[-1].day < self.since
            if (is_old and (not fresh or self.is_first)) or len(page) < RECENT_PAGE:
                return
            start += RECENT_PAGE

    def _reconciled(self, back: timedelta) -> list[tuple[int, date]]:
        """List some weeks whole: finds late uploads, edits and deletions."""
        first = self.today - back
        listed = list(self.worker.listed(first, self.today))
        self.worker.forget(first, self.today, {one.number for one in listed})
        return [(one.number, one.day) for one in listed if one.state != "same"]

    def _count_differs(self) -> bool:
        """Ask how many activities there are: one cheap question that sees what lists do not."""
        if not self.worker.gate.can("count"):
            return False
        body = self.worker.gate.ask("count").body or {}
        count = body.get("totalCount") if isinstance(body, dict) else body
        return isinstance(count, int) and garmin.count_changed(self.conn, self.user_id, count)

    def _days(self) -> set[date]:
        """Ask for the days since the last success; return those that changed."""
        before = set(self.worker.report.days)
        self.worker.report.days.clear()
        window = plan.key_of(self.since, self.today)
        for kind in plan.RANGES:
            if self.worker.gate.can(kind):
                self._range(Unit(kind, window, self.today))
        changed = set(self.worker.report.days)
        self.worker.report.days |= before
        return changed

    def _range(self, unit: Unit) -> None:
        """Ask for a window that is never a unit of the backfill: it moves with every run."""
        try:
            answer = self.worker.gate.ask(unit.kind, a=self.since, b=self.today)
        except Parked:
            self.worker.report.parked += 1
            return
        lane = self.worker.gate.lane_of(unit.kind) or "key"
        with self.conn.transaction():
            self.worker.report.days |= answers.take(
                self.conn, self.user_id, unit.kind, unit.key, answer, lane, self.today
            )

    def _is_due(self, last: Any, every: timedelta) -> bool:
        return last is None or periods.now() - last >= every


def _begin(worker: Worker, days: int) -> date:
    """Write down all the units of a backfill, once; return the day that it goes back to."""
    marks = garmin.marks(worker.conn, worker.user_id)
    wanted = worker.today - timedelta(days=days) if days else None
    if marks.backfill_from and (wanted is None or marks.backfill_from <= wanted):
        return wanted or marks.backfill_from
    since = wanted or _oldest(worker)
    units = list(plan.backfill(since, worker.today, worker.gate.can))
    with worker.conn.transaction():
        sync_units.add(worker.conn, worker.user_id, units)
        garmin.backfill_begun(worker.conn, worker.user_id, since)
    return since


def _oldest(worker: Worker) -> date:
    """Return the day of the first activity of all."""
    answer = worker.gate.ask("activities", "start=0&limit=1&sortOrder=asc")
    if isinstance(answer.body, list) and answer.body:
        text = str(answer.body[0].get("startTimeLocal") or "")[:10]
        if text:
            return min(date.fromisoformat(text), worker.today)
    return worker.today


def _work_off(worker: Worker, since: date, progress: Progress | None) -> None:
    while unit := sync_units.next_unit(worker.conn, worker.user_id, since, plan.ORDER):
        worker.do(unit)
        if progress:
            progress(worker.report)
