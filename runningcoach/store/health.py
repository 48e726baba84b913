"""Health data: days, nights and intraday streams, merged field by field by source."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import psycopg
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from runningcoach.model.health import HealthDay
from runningcoach.store.database import statements

SQL = statements("health")

DAY_FIELDS = (
    "resting_hr_bpm", "hrv_ms", "average_stress", "body_battery_max", "body_battery_min",
    "weight_kg", "steps",
)  # fmt: skip
NIGHT_FIELDS = (
    "started_at", "ended_at", "total_s", "deep_s", "light_s", "rem_s", "awake_s", "score",
    "hrv_ms", "resting_hr_bpm", "respiration", "stages_at_s", "stages",
)  # fmt: skip


def put_days(
    conn: psycopg.Connection[Any],
    user_id: int,
    days: Mapping[date, Mapping[str, float | None]],
    source: str,
) -> None:
    """Merge some fields of some days; `source` is noted for every field that has a value.

    A lower source never overwrites a higher one: the runner, Garmin, an account export, others.
    """
    rows = [_day(user_id, day, fields, source) for day, fields in sorted(days.items())]
    with conn.cursor() as cursor:
        cursor.executemany(SQL["put_day"], rows)


def _day(
    user_id: int, day: date, fields: Mapping[str, float | None], source: str
) -> dict[str, Any]:
    values = {name: fields.get(name) for name in DAY_FIELDS}
    return {"user_id": user_id, "date": day, **values, "sources": _sources(values, source)}


def _sources(values: Mapping[str, Any], source: str) -> Jsonb:
    return Jsonb({name: source for name, value in values.items() if value is not None})


def put_nights(
    conn: psycopg.Connection[Any],
    user_id: int,
    nights: Mapping[date, Mapping[str, Any]],
    source: str,
) -> None:
    """Merge nights by the day of waking up, field by field, as days are merged."""
    rows = [_night(user_id, day, fields, source) for day, fields in sorted(nights.items())]
    with conn.cursor() as cursor:
        cursor.executemany(SQL["put_night"], rows)


def _night(user_id: int, day: date, fields: Mapping[str, Any], source: str) -> dict[str, Any]:
    values = {name: fields.get(name) for name in NIGHT_FIELDS}
    return {
        "user_id": user_id, "date": day, "source": source, **values,
        "sources": _sources(values, source),
    }  # fmt: skip


def put_stream(
    conn: psycopg.Connection[Any],
    user_id: int,
    day: date,
    stream: str,
    at_s: Sequence[int],
    values: Sequence[int],
    source: str,
) -> None:
    """Store one day of a stream: seconds since local midnight, and the value at each."""
    row = {
        "user_id": user_id, "date": day, "stream": stream, "at_s": list(at_s),
        "value": list(values), "source": source,
    }  # fmt: skip
    conn.execute(SQL["put_stream"], row)


def days(conn: psycopg.Connection[Any], user_id: int, first: date, last: date) -> list[HealthDay]:
    """Return the days from `first` to `last` of which anything is known, oldest first."""
    with conn.cursor(row_factory=class_row(HealthDay)) as cursor:
        cursor.execute(SQL["days"], {"user_id": user_id, "first": first, "last": last})
        return cursor.fetchall()


def overnight_hr(conn: psycopg.Connection[Any], user_id: int) -> list[tuple[date, float]]:
    """Return the 5th percentile of heart rate between midnight and six by day, oldest first."""
    return conn.execute(SQL["overnight_hr"], {"user_id": user_id}).fetchall()
