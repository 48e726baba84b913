"""Take one workout its next steps to Garmin's calendar, or off it; each is stored at once.

A new workout and a new entry of the calendar must not be made twice. Before one is sent, that is
stored; after a doubt it is looked for by its marker, and sent again only where Garmin had answered
with an error. Where there was no answer at all, Garmin may still be at work: then it is looked for
again in the next run.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Literal

import psycopg

from runningcoach.base import periods
from runningcoach.base.errors import RunningCoachError
from runningcoach.ingest.garmin.client import RETRY_DELAYS_S, UnitDeferred, WriteInDoubt
from runningcoach.model.stored_plan import WorkoutDelivery
from runningcoach.model.workout import Workout
from runningcoach.model.workout_steps import MOST_STEPS, count_steps
from runningcoach.publish.garmin_calendar import CalendarEntry, GarminCalendar
from runningcoach.publish.markers import describe_workout
from runningcoach.publish.reconciliation import GarminSnapshot, Reconciliation
from runningcoach.publish.resolution import ResolveWorkout
from runningcoach.store import workout_schedules

type DeliveryStep = Literal[
    "upload", "update", "schedule", "move", "unschedule", "delete", "finish"
]
type ToGarmin = Callable[[Workout, str], dict[str, Any]]

SETTLE = timedelta(minutes=5)
"""After this long without an answer, a request has been done or never will be."""
MOST_STEPS_OF_DELIVERY = 8
"""No row needs more in one run; a guard against going round and round."""


class CannotPush(Exception):
    """The workout cannot go to Garmin; `reason` is stored and displayed."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def next_step(delivery: WorkoutDelivery) -> DeliveryStep | None:
    """Return what is to be done next for a row; None where nothing is."""
    if delivery.state == "removing":
        if delivery.garmin_schedule_id:
            return "unschedule"
        return "delete" if delivery.garmin_workout_id else "finish"
    if delivery.state not in ("planned", "uploaded"):
        return None
    if delivery.garmin_workout_id is None:
        return "upload"
    has_moved = delivery.garmin_schedule_id is not None and delivery.pushed_date != delivery.date
    if delivery.pushed_sha256 != delivery.sha256:
        return "update"
    if delivery.garmin_schedule_id is None:
        return "schedule"
    return "move" if has_moved else None


def is_waiting(delivery: WorkoutDelivery) -> bool:
    """Return whether a row may not be tried yet."""
    return delivery.next_try_at is not None and delivery.next_try_at > periods.now()


class DeliveryWorker:
    """Does the steps of the rows, one after the other.

    May raise SyncAborted, UnitDeferred or CannotPush.
    """

    def __init__(
        self, conn: psycopg.Connection[Any], user_id: int, calendar: GarminCalendar,
        reconciliation: Reconciliation, to_garmin: ToGarmin, resolve: ResolveWorkout,
    ) -> None:  # fmt: skip
        self.conn, self.user_id, self.calendar = conn, user_id, calendar
        self.reconciliation, self.report = reconciliation, reconciliation.report
        self.to_garmin, self.resolve = to_garmin, resolve

    def deliver(self, schedule_id: int) -> None:
        """Take a row as far as it goes."""
        for _ in range(MOST_STEPS_OF_DELIVERY):
            delivery = workout_schedules.get(self.conn, self.user_id, schedule_id)
            step = next_step(delivery)
            if step is None or (step == "finish" and is_waiting(delivery)):
                return
            self._take_step(step, delivery)

    def _take_step(self, step: DeliveryStep, delivery: WorkoutDelivery) -> None:
        steps: dict[DeliveryStep, Callable[[WorkoutDelivery], None]] = {
            "upload": self._upload,
            "update": self._update,
            "schedule": self._schedule,
            "move": self._move,
            "unschedule": self._unschedule,
            "delete": self._delete,
            "finish": self._finish,
        }
        steps[step](delivery)

    def withdraw(self, delivery: WorkoutDelivery) -> None:
        """Take a workout that can no longer be pushed off Garmin, as far as it got there."""
        if delivery.garmin_schedule_id:
            self._unschedule(delivery)
            delivery = workout_schedules.get(self.conn, self.user_id, delivery.id)
        if delivery.garmin_workout_id:
            self._delete(delivery)

    def _upload(self, delivery: WorkoutDelivery) -> None:
        body = self._body(delivery)

        def send() -> None:
            workout_schedules.begin_upload(self.conn, delivery.id, delivery.sha256, SETTLE)
            number = self.calendar.create_workout(body)
            self._record(
                delivery, garmin_workout_id=number, garmin_schedule_id=None,
                pushed_sha256=delivery.sha256, pushed_date=None,
            )  # fmt: skip
            self.report.uploaded += 1

        def is_there() -> bool:
            snapshot = GarminSnapshot(self.calendar.read_workouts())
            row = workout_schedules.get(self.conn, self.user_id, delivery.id)
            row = self.reconciliation.reconcile_workout(row, snapshot)
            return row.garmin_workout_id is not None

        self._send_once(send, is_there)

    def _schedule(self, delivery: WorkoutDelivery) -> None:
        number = delivery.garmin_workout_id or 0

        def send() -> None:
            workout_schedules.begin_schedule(self.conn, delivery.id, delivery.date, SETTLE)
            entry_id = self.calendar.create_entry(number, delivery.date)
            if entry_id is None:
                raise UnitDeferred("gone")
            self._record(delivery, garmin_schedule_id=entry_id, pushed_date=delivery.date)
            self.report.scheduled += 1

        def is_there() -> bool:
            entries = self.calendar.read_entries(delivery.date, delivery.date)
            row = workout_schedules.get(self.conn, self.user_id, delivery.id)
            row = self.reconciliation.reconcile_entry(row, GarminSnapshot({}, entries))
            return row.garmin_schedule_id is not None

        self._send_once(send, is_there)

    def _send_once(self, send: Callable[[], None], is_there: Callable[[], bool]) -> None:
        """Send what must not be made twice: at most three times, each after a look."""
        for delay_s in RETRY_DELAYS_S:
            try:
                return send()
            except WriteInDoubt as doubt:
                if is_there():
                    return None
                if not doubt.is_answered:
                    raise UnitDeferred("in_doubt") from None
            self.calendar.client.pause(delay_s)
        raise UnitDeferred("transient")

    def _update(self, delivery: WorkoutDelivery) -> None:
        body = self._body(delivery)
        if not self.calendar.update_workout(delivery.garmin_workout_id or 0, body):
            raise UnitDeferred("gone")
        self._record(delivery, pushed_sha256=delivery.sha256)
        self.report.updated += 1

    def _move(self, delivery: WorkoutDelivery) -> None:
        """Move the entry; the day in the workout's marker goes first."""
        number, entry_id = delivery.garmin_workout_id or 0, delivery.garmin_schedule_id or 0
        entry = CalendarEntry(entry_id, number, delivery.date)
        is_there = self.calendar.update_workout(number, self._body(delivery))
        if not (is_there and self.calendar.move_entry(entry)):
            raise UnitDeferred("gone")
        self._record(delivery, pushed_date=delivery.date)
        self.report.moved += 1

    def _unschedule(self, delivery: WorkoutDelivery) -> None:
        self.calendar.delete_entry(delivery.garmin_schedule_id or 0)
        self._record(delivery, garmin_schedule_id=None, pushed_date=None)

    def _delete(self, delivery: WorkoutDelivery) -> None:
        self.calendar.delete_workout(delivery.garmin_workout_id or 0)
        self._record(delivery, garmin_workout_id=None)
        self.report.removed += 1

    def _finish(self, delivery: WorkoutDelivery) -> None:
        workout_schedules.finish_removal(self.conn, delivery.id)

    def _body(self, delivery: WorkoutDelivery) -> dict[str, Any]:
        """Return what Garmin is sent; raises CannotPush."""
        steps = count_steps(delivery.workout.steps)
        if not steps:
            raise CannotPush("no_steps")
        if steps > MOST_STEPS:
            raise CannotPush("too_many_steps")
        try:
            workout = self.resolve(delivery.workout).workout
        except RunningCoachError:
            raise CannotPush("unresolved") from None
        try:
            return self.to_garmin(workout, describe_workout(workout, delivery.marker))
        except RunningCoachError:
            raise CannotPush("cannot_convert") from None

    def _record(self, delivery: WorkoutDelivery, **changed: Any) -> None:
        workout_schedules.record(self.conn, delivery, **changed)
