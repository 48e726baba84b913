"""The fastest stretch of each distance: over all time, and year by year."""

from collections.abc import Iterable
from datetime import date
from itertools import groupby
from typing import Any

import psycopg
from psycopg.rows import class_row

from runningcoach.model.record import Record
from runningcoach.store.database import statements

SQL = statements("best_efforts")


class RankedEffort(Record):
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
    bests: list[RankedEffort]


def by_year(conn: psycopg.Connection[Any], user_id: int) -> list[YearOfBests]:
    """Return the bests of each calendar year, newest first."""
    with conn.cursor(row_factory=class_row(RankedEffort)) as cursor:
        rows = cursor.execute(SQL["by_year"], {"user_id": user_id}).fetchall()
    years = groupby(rows, lambda best: best.local_date.year)
    return [YearOfBests(year=number, bests=list(bests)) for number, bests in years]


def all_time(years: Iterable[YearOfBests]) -> list[RankedEffort]:
    """Return the best of each distance over the years, shortest first; the earlier of equals."""
    fastest = sorted(
        (best for year in years for best in year.bests),
        key=lambda best: (best.distance_m, best.elapsed_s, best.local_date),
    )
    return [next(bests) for _, bests in groupby(fastest, lambda best: best.distance_m)]
