"""The fastest stretch of each distance: over all time, and year by year."""

from datetime import date
from itertools import groupby
from typing import Any

import psycopg
from psycopg.rows import class_row, scalar_row

from runningcoach.records import Record
from runningcoach.store.database import statements

type Connection = psycopg.Connection[Any]

SQL = statements("bests")


class Best(Record):
    """The fastest stretch of one distance, and the activity that holds it.

    `elapsed_s` counts pauses, as a race does; `moving_s` is the fastest by the clock that
    stands still while the runner does.
    """

    distance_m: float
    elapsed_s: float
    moving_s: float | None = None
    start_s: float
    activity_id: int
    name: str | None = None
    local_date: date
    is_race: bool


class YearOfBests(Record):
    """The bests of one calendar year, shortest distance first."""

    year: int
    bests: list[Best]


def all_time(conn: Connection, user_id: int) -> list[Best]:
    """Return the best of each distance, shortest first."""
    row = {"user_id": user_id}
    return conn.cursor(row_factory=class_row(Best)).execute(SQL["all_time"], row).fetchall()


def by_year(conn: Connection, user_id: int, year: int | None = None) -> list[YearOfBests]:
    """Return the bests of each calendar year, newest first; with a year, only that one."""
    row = {"user_id": user_id, "year": year}
    found = conn.cursor(row_factory=class_row(Best)).execute(SQL["by_year"], row).fetchall()
    years = groupby(found, lambda best: best.local_date.year)
    return [YearOfBests(year=number, bests=list(bests)) for number, bests in years]


def years(conn: Connection, user_id: int) -> list[int]:
    """Return the calendar years that have a best, newest first."""
    row = {"user_id": user_id}
    return conn.cursor(row_factory=scalar_row).execute(SQL["years"], row).fetchall()
