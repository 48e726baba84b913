"""Days of which a stream has nothing, and why; closed when something comes after all."""

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
"""Which streams an endpoint tells."""
NO_DATA, NOT_WORN, COLD = "no_data", "not_worn", "cold"
STORED_COLD = frozenset({"heart_rate", "stress", "body_battery"})
COLD_DAYS = 180
"""Streams of older days lie in Garmin's cold storage and come back empty until asked for."""
FINAL_DAYS = 14
"""No data about a day older than this stays no data."""
RECHECK = timedelta(days=2)


def note(
    conn: Connection, user_id: int, endpoint: str, reasons: Mapping[date, str], asked_on: date
) -> None:
    """Note that the streams of an endpoint have nothing on some days, and when to ask again."""
    for stream in STREAMS[endpoint]:
        note_stream(conn, user_id, stream, reasons, asked_on)


def note_stream(
    conn: Connection, user_id: int, stream: str, reasons: Mapping[date, str], asked_on: date
) -> None:
    """Note that one stream has nothing on some days; never where something is known.

    The day itself is no gap yet: the watch may hand it in later.
    """
    told = [
        (day, _why(stream, day, reason, asked_on), recheck_on(day, asked_on))
        for day, reason in reasons.items()
        if day < asked_on
    ]
    stored.put_gaps(conn, user_id, stream, told)


def close(conn: Connection, user_id: int, stream: str, days: Iterable[date]) -> None:
    """Forget gaps: there is something after all."""
    stored.close_gaps(conn, user_id, stream, list(days))


def recheck_on(day: date, asked_on: date) -> date | None:
    """Return when to ask for a day again; None when nothing will come any more."""
    return asked_on + RECHECK if (asked_on - day).days < FINAL_DAYS else None


def _why(stream: str, day: date, reason: str, asked_on: date) -> str:
    """Return the reason: an old day of a stream that is empty is not lost, but stored away."""
    is_empty = reason in (NO_DATA, NOT_WORN)
    is_cold = stream in STORED_COLD and (asked_on - day).days > COLD_DAYS
    return COLD if is_empty and is_cold else reason
