"""Garmin's activities in the tables: listed, described, without a file, gone."""

from datetime import date
from pathlib import Path
from typing import Any, Literal, NamedTuple

import psycopg

from runningcoach.ingest import removal
from runningcoach.ingest.garmin import runs
from runningcoach.ingest.garmin.reading import entry
from runningcoach.metrics import activity, streams
from runningcoach.sources.garmin import Json, LaneName
from runningcoach.store import activities as stored
from runningcoach.store import facts, fitness, garmin, imports

type Connection = psycopg.Connection[Any]

LISTED, SUMMARY, GEAR, WEATHER = (
    "connect.listed", "connect.activity", "connect.activity_gear", "connect.weather",
)  # fmt: skip


class Listed(NamedTuple):
    """An activity as a list shows it, and whether that differs from what was known."""

    number: int
    day: date
    state: Literal["new", "changed", "same"]


def listed(conn: Connection, user_id: int, item: Json, lane: LaneName) -> Listed | None:
    """Keep one entry of a list of activities; None for one that cannot be read."""
    number, day = runs.number_of(item), runs.day_of(entry(item))
    if number is None or day is None:
        return None
    known = garmin.latest(conn, user_id, LISTED, str(number)) is not None
    if not garmin.put_event(conn, user_id, LISTED, str(number), item, lane=lane):
        return Listed(number, day, "same")
    return Listed(number, day, "changed" if known else "new")


def describe(conn: Connection, user_id: int, number: int, sha256: str | None = None) -> None:
    """Give the activity of a number what Garmin's answers say of it: name, effort, scores.

    `sha256` is that of the file, by which an activity that came another way is recognised. What
    the runner wrote stays.
    """
    if sha256 is not None:
        garmin.link(conn, user_id, number, sha256)
    item, summary, gear, weather = _known(conn, user_id, number)
    told = runs.words(entry(item), entry(summary), gear, entry(weather))
    day = garmin.describe(conn, user_id, number, told)
    if day is not None:
        fitness.mark_stale(conn, user_id, day)


def _known(conn: Connection, user_id: int, number: int) -> tuple[Json, Json, Json, Json]:
    """Return list entry, summary, gear and weather of an activity, None where never told."""
    item, summary, gear, weather = (
        garmin.latest(conn, user_id, kind, str(number)) for kind in (LISTED, SUMMARY, GEAR, WEATHER)
    )
    return item, summary, gear, weather


def without_file(conn: Connection, user_id: int, number: int) -> None:
    """Make an activity of the list's entry alone: it was typed in by hand."""
    item = entry(garmin.latest(conn, user_id, LISTED, str(number)))
    row = runs.by_hand(item, imports.home_zone(conn, user_id))
    if row is None or imports.was_deleted(conn, user_id, number):
        return
    activity_id = garmin.put_by_hand(conn, user_id, number, row)
    nothing = activity.facts(streams.clean({}), sport=row["sport"])
    facts.put(conn, user_id, activity_id, nothing)
    fitness.mark_stale(conn, user_id, row["local_date"])
    describe(conn, user_id, number)


def gone(conn: Connection, user_id: int, first: date, last: date, seen: set[int]) -> list[int]:
    """Return the numbers of activities of those days that Garmin no longer lists."""
    known = garmin.listed_between(conn, user_id, first, last)
    return [number for number in known if number not in seen]


def remove(conn: Connection, user_id: int, number: int, home: Path, lane: LaneName) -> None:
    """Take an activity that was deleted at Garmin out of sight, its file to quarantine.

    One whose file came another way than from Garmin stays: it is not Garmin's to delete.
    """
    with conn.transaction():
        garmin.put_event(conn, user_id, LISTED, str(number), None, lane=lane, status=404)
        found = garmin.only_garmins(conn, user_id, number)
        if found is None:
            return
        original = stored.original(conn, user_id, found)
        if original is None:
            garmin.remove_by_hand(conn, user_id, found)
        else:
            removal.remove(conn, user_id, original, home, removal.AT_GARMIN)
