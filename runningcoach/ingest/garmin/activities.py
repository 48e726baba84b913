"""Write Garmin's activities to the tables: listed, described, without a file, deleted."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, Literal, NamedTuple

import psycopg

from runningcoach.ingest import activity_removal
from runningcoach.ingest.exports import manual_activities
from runningcoach.ingest.garmin import activity_files
from runningcoach.ingest.garmin.answers import event_kind
from runningcoach.ingest.garmin.json_values import entry, storable
from runningcoach.sources.garmin import Json, LaneName
from runningcoach.store import fitness, garmin, imports
from runningcoach.store.database import locks

type Connection = psycopg.Connection[Any]

LISTED = event_kind("listed")
DESCRIBING_KINDS = (
    LISTED,
    event_kind("activity"),
    event_kind("activity_gear"),
    event_kind("weather"),
)


class ListedAtGarmin(NamedTuple):
    """An activity of Garmin's list, and whether its entry is new or changed."""

    number: int
    day: date
    state: Literal["new", "changed", "same"]


def store_listed(
    conn: Connection, user_id: int, item: Json, lane: LaneName
) -> ListedAtGarmin | None:
    """Store one entry of a list of activities; None for one that cannot be read."""
    stored = storable(item)
    number, day = activity_files.number_of(stored), activity_files.day_of(entry(stored))
    if number is None or day is None:
        return None
    known = garmin.latest_event(conn, user_id, LISTED, str(number)) is not None
    if not garmin.put_event(conn, user_id, LISTED, str(number), stored, lane=lane):
        return ListedAtGarmin(number, day, "same")
    return ListedAtGarmin(number, day, "changed" if known else "new")


def describe(
    conn: Connection,
    user_id: int,
    number: int,
    sha256: str | None = None,
    activity_ids: Sequence[int] = (),
) -> None:
    """Update the activity of a Garmin number from Garmin's answers: name, effort, scores.

    `sha256` is that of the file, by which an activity imported another way is recognised;
    `activity_ids` are the activities of that file. The runner's own edits stay.
    """
    if sha256 is not None or activity_ids:
        garmin.link_number(conn, user_id, number, sha256, activity_ids)
    _refresh_typed_in(conn, user_id, number)
    _store_description(conn, user_id, number)


def _store_description(conn: Connection, user_id: int, number: int) -> None:
    item, summary, gear, weather = (
        garmin.latest_event(conn, user_id, k, str(number)) for k in DESCRIBING_KINDS
    )
    description = activity_files.describe(entry(item), entry(summary), gear, entry(weather))
    day = garmin.describe_activity(conn, user_id, number, description)
    if day is not None:
        fitness.mark_stale(conn, user_id, day)


def put_without_file(conn: Connection, user_id: int, number: int) -> None:
    """Create an activity from its list entry alone: it was typed in by hand."""
    if imports.was_deleted(conn, user_id, number):
        return
    if garmin.by_number(conn, user_id, number) is None:
        _put_typed_in(conn, user_id, number)
    _store_description(conn, user_id, number)


def _refresh_typed_in(conn: Connection, user_id: int, number: int) -> None:
    """Update an activity that has no file from its current list entry."""
    activity = garmin.by_number(conn, user_id, number)
    if activity is not None and activity.file_sha256 == f"garmin:{number}":
        _put_typed_in(conn, user_id, number)


def _put_typed_in(conn: Connection, user_id: int, number: int) -> None:
    item = entry(garmin.latest_event(conn, user_id, LISTED, str(number)))
    row = activity_files.typed_in_row(item, imports.home_zone(conn, user_id))
    if row is not None:
        manual_activities.put(
            conn, user_id, {**row, "key": f"garmin:{number}", "garmin_activity_id": number}
        )


def unlisted_numbers(
    conn: Connection, user_id: int, first: date, last: date, seen: set[int]
) -> list[int]:
    """Return the numbers of activities of those days that Garmin no longer lists."""
    known = garmin.listed_between(conn, user_id, first, last)
    return [number for number in known if number not in seen]


def remove(conn: Connection, user_id: int, number: int, home: Path, lane: LaneName) -> None:
    """Remove an activity that was deleted at Garmin, its file to quarantine.

    One imported another way too stays. One that Garmin still has from another device stays with
    the number of that recording.
    """
    with locks.hold_change_lock(conn, user_id):
        garmin.put_event(conn, user_id, LISTED, str(number), None, lane=lane, status=404)
        activity = garmin.by_number(conn, user_id, number)
        if activity is None or garmin.forget_number(conn, user_id, activity.id, number):
            return
        if not garmin.has_other_source(conn, user_id, activity.id, number):
            activity_removal.remove(conn, user_id, activity.id, home, activity_removal.AT_GARMIN)
