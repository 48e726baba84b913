"""Push the workouts of the approved plan to Garmin's calendar, each exactly once.

A push may be killed at any moment: what was done is stored, what is in doubt is looked for at
Garmin before anything is sent again.
"""

import logging
from datetime import date
from typing import Any

import psycopg

from runningcoach.base import periods
from runningcoach.ingest.garmin import connection
from runningcoach.ingest.garmin.client import GarminClient, SyncAborted, UnitDeferred
from runningcoach.ingest.garmin.connection import GarminEndpoint
from runningcoach.model.stored_plan import WorkoutDelivery
from runningcoach.publish import schedules
from runningcoach.publish.deliveries import (
    CannotPush,
    DeliveryWorker,
    ToGarmin,
    is_waiting,
    next_step,
)
from runningcoach.publish.garmin_calendar import GarminCalendar
from runningcoach.publish.push_report import DAYS, BlockedWorkout, PushReport
from runningcoach.publish.reconciliation import GarminSnapshot, Reconciliation
from runningcoach.publish.resolution import ResolveWorkout
from runningcoach.sources.common.pacing import RequestPace
from runningcoach.sources.garmin import Lane, LaneName
from runningcoach.sources.garmin.workout_writer import workout_to_garmin
from runningcoach.store import fitness, garmin, workout_schedules

type Connection = psycopg.Connection[Any]

log = logging.getLogger(__name__)


def sync_workouts(
    conn: Connection,
    user_id: int,
    endpoint: GarminEndpoint,
    *,
    resolve: ResolveWorkout,
    to_garmin: ToGarmin = workout_to_garmin,
    days: int = DAYS,
    pace: RequestPace | None = None,
) -> PushReport:
    """Bring Garmin's workouts and calendar in line with the approved plan; return a report.

    Workouts go as `resolve` returns them. What stops a push is reported, not raised; but
    PlanChangedSinceApproval, and GarminBusy while another process talks to Garmin.
    """
    changes = schedules.plan_current(conn, user_id, days, resolve)
    today = periods.today(fitness.get_profile(conn, user_id).timezone)
    if not workout_schedules.list_live(conn, user_id, today):
        return PushReport()
    report = PushReport(adjusted=list(changes.adjusted))
    with connection.lanes(conn, user_id, endpoint) as (lanes, account):
        # By the sign-in alone: the key can change nothing.
        own: dict[LaneName, Lane] = {name: lane for name, lane in lanes.items() if name == "signin"}
        client = GarminClient(
            conn, user_id, own, home=endpoint.home, account=account, pace=pace
        )  # fmt: skip
        try:
            _raise_if_held(conn, user_id, has_sign_in=bool(own))
            worker = _worker(conn, user_id, client, report, to_garmin, resolve)
            _WorkoutPush(conn, user_id, worker, today).run()
        except SyncAborted as stopped:
            report.stopped = stopped.reason
        except UnitDeferred:  # a list: nothing can be done without it
            report.stopped = "unavailable"
        report.requests = client.requests
    _report_left(report, workout_schedules.list_live(conn, user_id, today))
    return report


def _raise_if_held(conn: Connection, user_id: int, *, has_sign_in: bool) -> None:
    if not has_sign_in:
        raise SyncAborted("needs_sign_in")
    until = garmin.get_request_hold(conn, user_id).wait_until
    if until is not None and until > periods.now():
        raise SyncAborted("waiting")


def _worker(
    conn: Connection, user_id: int, client: GarminClient, report: PushReport,
    to_garmin: ToGarmin, resolve: ResolveWorkout,
) -> DeliveryWorker:  # fmt: skip
    calendar = GarminCalendar(client)
    reconciliation = Reconciliation(conn, user_id, calendar, report)
    return DeliveryWorker(conn, user_id, calendar, reconciliation, to_garmin, resolve)


def _report_left(report: PushReport, live: list[WorkoutDelivery]) -> None:
    """Report what is blocked, and what has still to be done."""
    report.blocked = [
        BlockedWorkout(row.date, row.workout.title, row.error or "refused")
        for row in live
        if row.state == "blocked"
    ]
    report.deferred = sum(next_step(row) is not None for row in live)


class _WorkoutPush:
    """One push: a look at Garmin, then each row in turn."""

    def __init__(self, conn: Connection, user_id: int, worker: DeliveryWorker, today: date) -> None:
        self.conn, self.user_id, self.worker, self.today = conn, user_id, worker, today
        self.calendar, self.reconciliation = worker.calendar, worker.reconciliation

    def run(self) -> None:
        """Reconcile all rows, then deliver them: what is to go first, then by day."""
        live = workout_schedules.list_live(self.conn, self.user_id, self.today)
        snapshot = self._read(live)
        for delivery in self._rows_at_garmin(live, snapshot):
            self._attempt(delivery, lambda row: self.reconciliation.reconcile(row, snapshot))
        live = workout_schedules.list_live(self.conn, self.user_id, self.today)
        live.sort(key=lambda row: (row.state != "removing", row.date, row.id))
        for delivery in live:
            if not is_waiting(delivery):
                self._attempt(delivery, lambda row: self.worker.deliver(row.id))

    def _read(self, live: list[WorkoutDelivery]) -> GarminSnapshot:
        days = [day for row in live for day in (row.date, row.pushed_date) if day]
        return GarminSnapshot(
            self.calendar.read_workouts(), self.calendar.read_entries(min(days), max(days))
        )

    def _rows_at_garmin(
        self, live: list[WorkoutDelivery], snapshot: GarminSnapshot
    ) -> list[WorkoutDelivery]:
        """Return the rows to reconcile: the live ones, and removed ones that are there again.

        A request that nobody waited for any more may have been done after all.
        """
        marked = {one.marker.schedule_id for one in snapshot.workouts.values() if one.marker}
        ours = workout_schedules.get_many(self.conn, self.user_id, marked)
        self.reconciliation.report_foreign(snapshot, ours)
        late = [row for row in ours if row.state == "removed" and row.upload_posts]
        return [row for row in live if row.state != "blocked"] + [
            row for row in late if snapshot.matches(row)
        ]

    def _attempt(self, delivery: WorkoutDelivery, work: Any) -> None:
        """Work on one row; what stops it alone is stored, and others go on."""
        try:
            work(delivery)
        except CannotPush as refused:
            self._block(delivery, refused.reason)
        except UnitDeferred as deferred:
            if deferred.reason == "permanent" and delivery.state != "removing":
                self._block(delivery, "refused")
            elif deferred.reason != "in_doubt":  # that one waits already
                workout_schedules.defer(self.conn, delivery.id, deferred.reason)
        log.info("workout schedule", extra={"schedule_id": delivery.id})

    def _block(self, delivery: WorkoutDelivery, reason: str) -> None:
        """Block a row; what Garmin has of it from before must not stay there."""
        row = workout_schedules.get(self.conn, self.user_id, delivery.id)
        self.worker.withdraw(row)
        workout_schedules.block(self.conn, delivery.id, reason)
