"""Days without data of a stream, and why; closed when data arrives."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

import psycopg

from runningcoach.store import scores as stored

type Connection = psycopg.Connection[Any]

STREAMS: Mapping[str, tuple[str, ...]] = {
    "sleep": ("sleep",),
    "sleeps": ("sleep",),
    "hrvs": ("hrv",),
    "resting_hrs": ("resting_hr",),
    "heart_rate": ("heart_rate",),
    "stress": ("stress", "body_battery"),
}
"""Streams of each endpoint."""
NO_DATA, NOT_WORN, COLD = "no_data", "not_worn", "cold"
STORED_COLD = frozenset({"heart_rate", "stress", "body_battery"})
COLD_DAYS = 180
"""Streams of older days lie in Garmin's cold storage and come back empty until requested."""
FINAL_DAYS = 14
"""No data about a day older than this stays no data."""
RECHECK = timedelta(days=2)


def note(
    conn: Connection, user_id: int, endpoint: str, reasons: Mapping[date, str], fetched_on: date
) -> None:
    """Store days without data of an endpoint's streams, and when to fetch them again."""
    for stream in STREAMS[endpoint]:
        note_stream(conn, user_id, stream, reasons, fetched_on)


def note_stream(
    conn: Connection, user_id: int, stream: str, reasons: Mapping[date, str], fetched_on: date
) -> None:
    """Store days without data of one stream; never where data is stored.

    The current day is no gap yet: the watch may upload it later.
    """
    rows = [
        (day, _why(stream, day, reason, fetched_on), recheck_on(day, fetched_on))
        for day, reason in reasons.items()
        if day < fetched_on
    ]
    stored.put_gaps(conn, user_id, stream, rows)


def close(conn: Connection, user_id: int, stream: str, days: Iterable[date]) -> None:
    """Delete the gaps of days that have data."""
    stored.close_gaps(conn, user_id, stream, list(days))


def recheck_on(day: date, fetched_on: date) -> date | None:
    """Return when to fetch a day again; None when no more data is expected."""
    return fetched_on + RECHECK if (fetched_on - day).days < FINAL_DAYS else None


def _why(stream: str, day: date, reason: str, fetched_on: date) -> str:
    """Return the reason: an old day of a stream that is empty is not lost, but stored away."""
    is_empty = reason in (NO_DATA, NOT_WORN)
    is_cold = stream in STORED_COLD and (fetched_on - day).days > COLD_DAYS
    return COLD if is_empty and is_cold else reason
