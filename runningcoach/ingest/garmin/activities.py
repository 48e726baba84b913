"""Garmin's activities in the tables: listed, described, without a file, gone."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, Literal, NamedTuple

import psycopg

from runningcoach.ingest import activity_removal
from runningcoach.ingest.exports import manual_activities
from runningcoach.ingest.garmin import activity_files
from runningcoach.ingest.garmin.answers import kind
from runningcoach.ingest.garmin.json_values import entry, storable
from runningcoach.sources.garmin import Json, LaneName
from runningcoach.store import fitness, garmin, imports
from runningcoach.store.database import locks

type Connection = psycopg.Connection[Any]

LISTED = kind("listed")
TOLD = (LISTED, kind("activity"), kind("activity_gear"), kind("weather"))


class ListedAtGarmin(NamedTuple):
    """An activity as a list shows it, and whether that differs from what was known."""

    number: int
    day: date
    state: Literal["new", "changed", "same"]


def listed(conn: Connection, user_id: int, item: Json, lane: LaneName) -> ListedAtGarmin | None:
    """Keep one entry of a list of activities; None for one that cannot be read."""
    kept = storable(item)
    number, day = activity_files.number_of(kept), activity_files.day_of(entry(kept))
    if number is None or day is None:
        return None
    known = garmin.latest_event(conn, user_id, LISTED, str(number)) is not None
    if not garmin.put_event(conn, user_id, LISTED, str(number), kept, lane=lane):
        return ListedAtGarmin(number, day, "same")
    return ListedAtGarmin(number, day, "changed" if known else "new")


def describe(
    conn: Connection,
    user_id: int,
    number: int,
    sha256: str | None = None,
    activity_ids: Sequence[int] = (),
) -> None:
    """Give the activity of a number what Garmin's answers say of it: name, effort, scores.

    `sha256` is that of the file, by which an activity that came another way is recognised;
    `activity_ids` are the activities that stand for it. What the runner wrote stays.
    """
    if sha256 is not None or activity_ids:
        garmin.link_number(conn, user_id, number, sha256, activity_ids)
    _renew_by_hand(conn, user_id, number)
    _tell(conn, user_id, number)


def _tell(conn: Connection, user_id: int, number: int) -> None:
    item, summary, gear, weather = (
        garmin.latest_event(conn, user_id, k, str(number)) for k in TOLD
    )
    told = activity_files.told(entry(item), entry(summary), gear, entry(weather))
    day = garmin.describe_activity(conn, user_id, number, told)
    if day is not None:
        fitness.mark_stale(conn, user_id, day)


def without_file(conn: Connection, user_id: int, number: int) -> None:
    """Make an activity of the list's entry alone: it was typed in by hand."""
    if imports.was_deleted(conn, user_id, number):
        return
    if garmin.by_number(conn, user_id, number) is None:
        _put_by_hand(conn, user_id, number)
    _tell(conn, user_id, number)


def _renew_by_hand(conn: Connection, user_id: int, number: int) -> None:
    """Bring an activity that has no file up to what its list's entry says now."""
    found = garmin.by_number(conn, user_id, number)
    if found is not None and found.file_sha256 == f"garmin:{number}":
        _put_by_hand(conn, user_id, number)


def _put_by_hand(conn: Connection, user_id: int, number: int) -> None:
    item = entry(garmin.latest_event(conn, user_id, LISTED, str(number)))
    row = activity_files.by_hand(item, imports.home_zone(conn, user_id))
    if row is not None:
        manual_activities.put(
            conn, user_id, {**row, "key": f"garmin:{number}", "garmin_activity_id": number}
        )


def gone(conn: Connection, user_id: int, first: date, last: date, seen: set[int]) -> list[int]:
    """Return the numbers of activities of those days that Garmin no longer lists."""
    known = garmin.listed_between(conn, user_id, first, last)
    return [number for number in known if number not in seen]


def remove(conn: Connection, user_id: int, number: int, home: Path, lane: LaneName) -> None:
    """Take an activity that was deleted at Garmin out of sight, its file to quarantine.

    One that came another way too stays: it is not Garmin's to delete. One that Garmin still has
    from another device stays with that one's number.
    """
    with locks.hold_change_lock(conn, user_id):
        garmin.put_event(conn, user_id, LISTED, str(number), None, lane=lane, status=404)
        found = garmin.by_number(conn, user_id, number)
        if found is None or garmin.forget_number(conn, user_id, found.id, number):
            return
        if not garmin.has_other_source(conn, user_id, found.id, number):
            activity_removal.remove(conn, user_id, found.id, home, activity_removal.AT_GARMIN)
