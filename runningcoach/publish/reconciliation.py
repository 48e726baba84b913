"""Hold the outbox against what is at Garmin, before anything is sent.

An answer may have been lost, the process may have died, the runner may have changed something at
Garmin. What bears our marker is adopted; a second one of ours is removed; what is not certainly
ours is left alone and reported.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import psycopg

from runningcoach.model.stored_plan import WorkoutDelivery
from runningcoach.publish.garmin_calendar import CalendarEntry, GarminCalendar, GarminWorkout
from runningcoach.publish.push_report import ForeignWorkout, PushReport
from runningcoach.store import workout_schedules

MOST_RESTORES = 1
"""A workout that somebody changes or deletes at Garmin again stays as they left it."""


@dataclass(slots=True)
class GarminSnapshot:
    """What was at Garmin a moment ago."""

    workouts: dict[int, GarminWorkout] = field(default_factory=dict[int, GarminWorkout])
    entries: dict[int, CalendarEntry] = field(default_factory=dict[int, CalendarEntry])

    def matches(self, delivery: WorkoutDelivery) -> list[int]:
        """Return the workouts that bear the marker of a row with a hash of its own."""
        hashes = {sha[:8] for sha in (delivery.sha256, delivery.pushed_sha256) if sha}
        return sorted(
            one.id
            for one in self.workouts.values()
            if one.marker and one.marker.schedule_id == delivery.id and one.marker.hash8 in hashes
        )

    def entries_of(self, workout_id: int | None) -> list[CalendarEntry]:
        """Return the entries of the calendar of a workout."""
        return [entry for entry in self.entries.values() if entry.workout_id == workout_id]


class Reconciliation:
    """Brings rows in line with a snapshot; every step is stored at once.

    May raise SyncAborted or UnitDeferred.
    """

    def __init__(
        self, conn: psycopg.Connection[Any], user_id: int, calendar: GarminCalendar,
        report: PushReport,
    ) -> None:  # fmt: skip
        self.conn, self.user_id, self.calendar, self.report = conn, user_id, calendar, report

    def reconcile(self, delivery: WorkoutDelivery, snapshot: GarminSnapshot) -> WorkoutDelivery:
        """Return a row as it is after it was held against the snapshot."""
        delivery = self.reconcile_workout(delivery, snapshot)
        return self.reconcile_entry(delivery, snapshot)

    def reconcile_workout(
        self, delivery: WorkoutDelivery, snapshot: GarminSnapshot
    ) -> WorkoutDelivery:
        """Adopt the row's workout, note that it is gone, remove a second one of ours."""
        number = delivery.garmin_workout_id
        if number and number not in snapshot.workouts and not self.calendar.has_workout(number):
            delivery = self._lose_workout(delivery)
        matches = snapshot.matches(delivery)
        if delivery.garmin_workout_id is None and matches and delivery.state != "blocked":
            delivery = self._adopt_workout(delivery, snapshot.workouts[matches[0]])
        self._remove_doubles(delivery, matches, snapshot)
        return delivery

    def reconcile_entry(
        self, delivery: WorkoutDelivery, snapshot: GarminSnapshot
    ) -> WorkoutDelivery:
        """Adopt the row's day on the calendar, note that it is gone or was moved."""
        if delivery.garmin_workout_id is None or delivery.state == "blocked":
            return delivery
        entries = snapshot.entries_of(delivery.garmin_workout_id)
        if delivery.garmin_schedule_id is None:
            return self._adopt_entry(delivery, entries)
        day = self._day_of(delivery.garmin_schedule_id, snapshot)
        if day is None:
            delivery = self._restore(delivery, garmin_schedule_id=None, pushed_date=None)
            return self._adopt_entry(delivery, entries)
        if day == delivery.date != delivery.pushed_date:  # our move, whose answer was lost
            return self._record(delivery, pushed_date=day)
        if day != delivery.pushed_date:
            delivery = self._restore(delivery, pushed_date=day)
        self._remove_double_entries(delivery, entries)
        return delivery

    def report_foreign(self, snapshot: GarminSnapshot, ours: list[WorkoutDelivery]) -> None:
        """Report the workouts that bear a marker and belong to no row."""
        known = {number for row in ours for number in snapshot.matches(row)}
        known |= {row.garmin_workout_id for row in ours if row.garmin_workout_id}
        for one in snapshot.workouts.values():
            if one.marker and one.id not in known:
                self._report_foreign(one)

    def _lose_workout(self, delivery: WorkoutDelivery) -> WorkoutDelivery:
        return self._restore(
            delivery, garmin_workout_id=None, garmin_schedule_id=None, pushed_date=None
        )

    def _restore(self, delivery: WorkoutDelivery, **changed: Any) -> WorkoutDelivery:
        """Store what somebody changed at Garmin; a second time it is left as it is."""
        if delivery.state == "removing":
            return self._record(delivery, **changed)
        if delivery.restores >= MOST_RESTORES:
            workout_schedules.block(self.conn, delivery.id, "changed_at_garmin")
        else:
            self.report.restored += 1
        return self._record(delivery, **changed, restores=delivery.restores + 1)

    def _adopt_workout(self, delivery: WorkoutDelivery, workout: GarminWorkout) -> WorkoutDelivery:
        hash8 = workout.marker.hash8 if workout.marker else ""
        shas = (delivery.sha256, delivery.pushed_sha256)
        sha256 = next((sha for sha in shas if sha and sha[:8] == hash8), None)
        self.report.adopted += 1
        return self._record(delivery, garmin_workout_id=workout.id, pushed_sha256=sha256)

    def _adopt_entry(
        self, delivery: WorkoutDelivery, entries: list[CalendarEntry]
    ) -> WorkoutDelivery:
        """Adopt an entry on the day that was sent; one on another day is the runner's own."""
        days = [day for day in (delivery.pushed_date, delivery.date) if day]
        on_day = [entry for entry in entries if entry.day in days]
        if delivery.state == "blocked" or not on_day:
            return delivery
        entry = min(on_day)
        self.report.adopted += 1
        adopted = self._record(delivery, garmin_schedule_id=entry.id, pushed_date=entry.day)
        self._remove_double_entries(adopted, entries)
        return adopted

    def _day_of(self, entry_id: int, snapshot: GarminSnapshot) -> date | None:
        entry = snapshot.entries.get(entry_id)
        return entry.day if entry else self.calendar.entry_day(entry_id)

    def _remove_doubles(
        self, delivery: WorkoutDelivery, matches: list[int], snapshot: GarminSnapshot
    ) -> None:
        """Delete a second workout of ours: there are no more of ours than were sent."""
        others = [number for number in matches if number != delivery.garmin_workout_id]
        if len(matches) > delivery.upload_posts:
            for number in others:
                self._report_foreign(snapshot.workouts[number])
            return
        for number in others:
            for entry in snapshot.entries_of(number):
                self.calendar.delete_entry(entry.id)
            self.calendar.delete_workout(number)
            self.report.removed += 1

    def _remove_double_entries(
        self, delivery: WorkoutDelivery, entries: list[CalendarEntry]
    ) -> None:
        """Take a second entry of ours off the same day; those of other days are the runner's."""
        same_day = [entry for entry in entries if entry.day == delivery.pushed_date]
        if len(same_day) > delivery.schedule_posts:
            return
        for entry in same_day:
            if entry.id != delivery.garmin_schedule_id:
                self.calendar.delete_entry(entry.id)
                self.report.removed += 1

    def _report_foreign(self, workout: GarminWorkout) -> None:
        foreign = ForeignWorkout(workout.id, workout.name)
        if foreign not in self.report.foreign:
            self.report.foreign.append(foreign)

    def _record(self, delivery: WorkoutDelivery, **changed: Any) -> WorkoutDelivery:
        workout_schedules.record(self.conn, delivery, **changed)
        return workout_schedules.get(self.conn, self.user_id, delivery.id)
