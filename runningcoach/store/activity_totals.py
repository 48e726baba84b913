"""Totals over many activities: by sport, month and calendar day, and personal records."""

from dataclasses import asdict
from datetime import date
from typing import Any

import numpy as np
import psycopg
from numpy.typing import NDArray
from psycopg.rows import class_row

from runningcoach.metrics.sports import BY_TIMER
from runningcoach.model.activity import SportSum
from runningcoach.model.record import Record
from runningcoach.store.activities import ALL, ActivityFilters
from runningcoach.store.database import statements
from runningcoach.store.database.arrays import register_numpy

type Connection = psycopg.Connection[Any]

SQL = statements("activity_totals")


class MonthTotals(Record):
    """Activities and distance of one month, of one sport: running unless filtered otherwise."""

    month: date
    activities: int
    distance_m: float


class CalendarDay(Record):
    """A day with at least one activity, and the longest of them; its distance is of runs."""

    date: date
    load: float | None
    distance_m: float | None
    activities: int
    activity_id: int


class PersonalRecord(Record):
    """The fastest stretch of one distance over all activities."""

    distance_m: float
    elapsed_s: float
    local_date: date
    activity_id: int
    name: str | None


class YearRecord(PersonalRecord):
    """The fastest stretch of one distance in one year."""

    year: int


class NightSummary(Record):
    """A night by the day of waking up; devices that know no stages leave them out."""

    date: date
    total_s: float | None = None
    deep_s: float | None = None
    light_s: float | None = None
    rem_s: float | None = None
    awake_s: float | None = None
    score: float | None = None


class RunQuality(Record):
    """Performance measures of one run: VDOT, effective VO2max, efficiency."""

    activity_id: int
    local_date: date
    name: str | None
    is_race: bool
    distance_m: float | None
    vdot: float | None
    effective_vo2max: float | None
    efficiency_factor: float | None
    efficiency_index: float | None


class ListChoices(Record):
    """The years and sports that a list can be filtered by."""

    years: list[int]
    sports: list[str]


def sums_by_sport(conn: Connection, user_id: int, filters: ActivityFilters = ALL) -> list[SportSum]:
    """Return the sums of the activities that match `filters` by sport, running first."""
    row = asdict(filters) | {"user_id": user_id, "by_timer": list(BY_TIMER)}
    return (
        conn.cursor(row_factory=class_row(SportSum)).execute(SQL["sums_by_sport"], row).fetchall()
    )


def monthly_totals(
    conn: Connection, user_id: int, filters: ActivityFilters = ALL
) -> list[MonthTotals]:
    """Return the totals of each month with activities that match `filters`, oldest first."""
    row = asdict(filters) | {"user_id": user_id}
    return conn.cursor(row_factory=class_row(MonthTotals)).execute(SQL["months"], row).fetchall()


def list_choices(conn: Connection, user_id: int) -> ListChoices:
    """Return the years, newest first, and the sports, most frequent first."""
    cursor = conn.cursor(row_factory=class_row(ListChoices)).execute(
        SQL["choices"], {"user_id": user_id}
    )
    return cursor.fetchone() or ListChoices(years=[], sports=[])


def calendar(conn: Connection, user_id: int, first: date, last: date) -> list[CalendarDay]:
    """Return the days with activities from `first` to `last`, oldest first."""
    row = {"user_id": user_id, "first": first, "last": last}
    return conn.cursor(row_factory=class_row(CalendarDay)).execute(SQL["calendar"], row).fetchall()


def personal_records(
    conn: Connection, user_id: int, since: date | None = None
) -> list[PersonalRecord]:
    """Return the fastest stretch of each distance since a day, shortest distance first."""
    params = {"user_id": user_id, "since": since}
    cursor = conn.cursor(row_factory=class_row(PersonalRecord))
    return cursor.execute(SQL["personal_records"], params).fetchall()


def yearly_records(conn: Connection, user_id: int) -> list[YearRecord]:
    """Return the fastest stretch of each distance in each year, by year and distance."""
    cursor = conn.cursor(row_factory=class_row(YearRecord))
    return cursor.execute(SQL["yearly_records"], {"user_id": user_id}).fetchall()


def nights(conn: Connection, user_id: int, first: date, last: date) -> list[NightSummary]:
    """Return the nights that ended from `first` to `last`, oldest first."""
    row = {"user_id": user_id, "first": first, "last": last}
    return conn.cursor(row_factory=class_row(NightSummary)).execute(SQL["nights"], row).fetchall()


def run_qualities(conn: Connection, user_id: int, first: date, last: date) -> list[RunQuality]:
    """Return the runs from `first` to `last` that have a race value or an efficiency."""
    row = {"user_id": user_id, "first": first, "last": last}
    return conn.cursor(row_factory=class_row(RunQuality)).execute(SQL["qualities"], row).fetchall()


def speed_curves(conn: Connection, user_id: int) -> dict[int, NDArray[np.float32]]:
    """Return by year the highest mean speed [m/s] of each duration of the mean-max ladder.

    NaN where no run of the year lasted that long. The curves are stacked here: PostgreSQL takes
    several times as long to unfold and group the elements of thousands of arrays.
    """
    with conn.cursor(binary=True) as cursor:
        register_numpy(cursor)
        rows = cursor.execute(SQL["speed_curves"], {"user_id": user_id}).fetchall()
    years: dict[int, list[NDArray[np.float32]]] = {}
    for year, speeds_mps in rows:
        years.setdefault(year, []).append(speeds_mps)
    return {year: np.fmax.reduce(years[year]) for year in sorted(years)}
