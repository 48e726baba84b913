"""Time in heart-rate zones."""

from datetime import date
from typing import Any

import psycopg
from psycopg.rows import class_row

from runningcoach.model.record import Record
from runningcoach.store.database import statements

SQL = statements("zones")


class TimeInZones(Record):
    """Seconds in zones 1..5 of heart rate over some days; None where no heart rate is known."""

    activities: int
    with_heart_rate: int
    moving_s: float | None = None
    hr_zone_s: list[float] | None = None


def time_in_zones(
    conn: psycopg.Connection[Any], user_id: int, first: date, last: date
) -> TimeInZones:
    """Return the time in zones from `first` to `last`, each day by the zones of that day."""
    with conn.cursor(row_factory=class_row(TimeInZones)) as cursor:
        params = {"user_id": user_id, "first": first, "last": last}
        times = cursor.execute(SQL["time"], params).fetchone()
    assert times is not None  # noqa: S101 - an aggregate without groups has one row
    return times
