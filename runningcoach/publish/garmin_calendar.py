"""The runner's workouts and calendar at Garmin: read, and changed one request at a time."""

from collections.abc import Iterator
from datetime import date
from itertools import count
from typing import Any, NamedTuple

from runningcoach.ingest.garmin.client import GarminClient, UnitDeferred, WriteInDoubt
from runningcoach.publish.markers import ScheduleMarker, find_schedule_marker

PAGE = 100
"""Workouts of one request of the list."""


class GarminWorkout(NamedTuple):
    """A workout in the list at Garmin; `marker` is ours, where its description has one."""

    id: int
    name: str
    marker: ScheduleMarker | None


class CalendarEntry(NamedTuple):
    """A workout on a day of Garmin's calendar."""

    id: int
    workout_id: int
    day: date


class GarminCalendar:
    """Workouts and calendar of one account.

    Every method may raise SyncAborted or UnitDeferred; those that create something WriteInDoubt.
    """

    def __init__(self, client: GarminClient) -> None:
        self.client = client

    def read_workouts(self) -> dict[int, GarminWorkout]:
        """Return all workouts by id."""
        workouts: dict[int, GarminWorkout] = {}
        for start in count(0, PAGE):
            body = self.client.fetch("workouts", f"start={start}&limit={PAGE}").body
            page = _objects(body, "workoutId")
            workouts |= {one["workoutId"]: _workout(one) for one in page}
            if len(page) < PAGE:
                return workouts
        return workouts

    def read_entries(self, first: date, last: date) -> dict[int, CalendarEntry]:
        """Return the workouts on the calendar in the months of some days, by the entry's id."""
        entries: dict[int, CalendarEntry] = {}
        for year, month in _months(first, last):
            # Garmin's months count from 0.
            body = self.client.fetch("calendar", year=year, month=month - 1).body
            items = body.get("calendarItems") if isinstance(body, dict) else None
            entries |= {
                item["id"]: CalendarEntry(item["id"], item["workoutId"], day)
                for item in _objects(items or [], "id")
                if item.get("itemType") == "workout" and isinstance(item.get("workoutId"), int)
                if (day := _day(item.get("date")))
            }
        return entries

    def has_workout(self, workout_id: int) -> bool:
        """Return whether a workout is there, by its own address."""
        return self.client.fetch("workout", id=workout_id).status != 404

    def entry_day(self, entry_id: int) -> date | None:
        """Return the day of an entry of the calendar, by its own address; None where it is gone."""
        body = self.client.fetch("schedule", id=entry_id).body
        return _day(body.get("calendarDate")) if isinstance(body, dict) else None

    def create_workout(self, body: dict[str, Any]) -> int:
        """Create a workout; return its id. Not idempotent."""
        return _number(self.client.create("new_workout", body).body, "workoutId")

    def create_entry(self, workout_id: int, day: date) -> int | None:
        """Put a workout on a day; return the entry's id, None where the workout is gone.

        Not idempotent.
        """
        answer = self.client.create("schedule", {"date": str(day)}, id=workout_id)
        return None if answer.status == 404 else _number(answer.body, "workoutScheduleId")

    def update_workout(self, workout_id: int, body: dict[str, Any]) -> bool:
        """Replace a workout in place; return whether it is there."""
        whole = body | {"workoutId": workout_id}
        return self.client.change("PUT", "workout", whole, id=workout_id).status != 404

    def move_entry(self, entry: CalendarEntry) -> bool:
        """Move an entry of the calendar to its day; return whether it is there."""
        stored = self.client.fetch("schedule", id=entry.id).body
        if not isinstance(stored, dict):
            return False
        body = stored | {
            "calendarDate": str(entry.day), "workout": {"workoutId": entry.workout_id}
        }  # fmt: skip
        return self.client.change("PUT", "schedule", body, id=entry.id).status != 404

    def delete_entry(self, entry_id: int) -> None:
        """Take a workout off a day; one that is gone already is no failure."""
        self.client.change("DELETE", "schedule", id=entry_id)

    def delete_workout(self, workout_id: int) -> None:
        """Delete a workout; one that is gone already is no failure."""
        self.client.change("DELETE", "workout", id=workout_id)


def _workout(row: dict[str, Any]) -> GarminWorkout:
    marker = find_schedule_marker(row.get("description"))
    return GarminWorkout(row["workoutId"], str(row.get("workoutName") or ""), marker)


def _objects(body: object, key: str) -> list[dict[str, Any]]:
    """Return the objects of a list that have a number; UnitDeferred where it is no list."""
    if body is None:
        return []
    if not isinstance(body, list):
        raise UnitDeferred("malformed")
    return [row for row in body if isinstance(row, dict) and isinstance(row.get(key), int)]


def _number(body: object, key: str) -> int:
    """Return a number of an answer; without it nobody knows what was made."""
    number = body.get(key) if isinstance(body, dict) else None
    if not isinstance(number, int):
        raise WriteInDoubt(is_answered=True)
    return number


def _day(text: object) -> date | None:
    try:
        return date.fromisoformat(str(text)[:10])
    except ValueError:
        return None


def _months(first: date, last: date) -> Iterator[tuple[int, int]]:
    year, month = first.year, first.month
    while (year, month) <= (last.year, last.month):
        yield year, month
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
