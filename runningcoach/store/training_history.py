"""What a runner has run lately, as a plan needs it: weeks, longest run, efforts, load."""

from datetime import date
from typing import Any, NamedTuple

import psycopg
from psycopg.rows import class_row, scalar_row

from runningcoach.model.record import Record
from runningcoach.store.database import statements

type Connection = psycopg.Connection[Any]

SQL = statements("training_history")


class TimedDistance(NamedTuple):
    """A distance and the time in which it was run."""

    distance_m: float
    time_s: float


class EasyLoad(Record):
    """The median load of a kilometre of easy running, and of how many runs it is."""

    load_per_km: float | None
    runs: int


def _scalar(conn: Connection, name: str, user_id: int, **params: Any) -> Any:
    rows = conn.cursor(row_factory=scalar_row)
    return rows.execute(SQL[name], {"user_id": user_id, **params}).fetchone()


def weekly_km(conn: Connection, user_id: int, first: date, end: date) -> list[float]:
    """Return kilometres run by week, from the Monday `first` to before the Monday `end`."""
    params = {"user_id": user_id, "first": first, "end": end}
    return conn.cursor(row_factory=scalar_row).execute(SQL["weekly_km"], params).fetchall()


def longest_run_m(conn: Connection, user_id: int, first: date, last: date) -> float | None:
    """Return the distance [m] of the longest run of some days; None without one."""
    return _scalar(conn, "longest_run_m", user_id, first=first, last=last)


def last_run_day(conn: Connection, user_id: int, last: date) -> date | None:
    """Return the day of the latest run up to a day; None where there was never one."""
    return _scalar(conn, "last_run_day", user_id, last=last)


def race_results(conn: Connection, user_id: int, first: date, last: date) -> list[TimedDistance]:
    """Return distances and times of the races of some days."""
    params = {"user_id": user_id, "first": first, "last": last}
    return [TimedDistance(*row) for row in conn.execute(SQL["race_results"], params)]


def last_race_day(conn: Connection, user_id: int, first: date, last: date) -> date | None:
    """Return the latest day with a race, of some days; None without one."""
    return _scalar(conn, "last_race_day", user_id, first=first, last=last)


def hard_efforts(
    conn: Connection, user_id: int, first: date, last: date, least_bpm: float
) -> list[TimedDistance]:
    """Return stretches of 20 to 30 minutes in runs with a half hour at `least_bpm` or above."""
    params = {"user_id": user_id, "first": first, "last": last, "least_bpm": least_bpm}
    return [TimedDistance(*row) for row in conn.execute(SQL["hard_efforts"], params)]


def garmin_vo2max(conn: Connection, user_id: int, first: date, last: date) -> float | None:
    """Return Garmin's latest VO2max of some days."""
    return _scalar(conn, "garmin_vo2max", user_id, first=first, last=last)


def easy_load(conn: Connection, user_id: int, first: date, last: date) -> EasyLoad:
    """Return the median load of a kilometre in the easy runs of some days."""
    params = {"user_id": user_id, "first": first, "last": last}
    rows = conn.cursor(row_factory=class_row(EasyLoad))
    return rows.execute(SQL["easy_load_per_km"], params).fetchall()[0]
