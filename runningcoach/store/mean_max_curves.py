"""The best mean of each duration over many runs, and the run that holds it."""

import math
from datetime import date
from typing import Any, Literal

import numpy as np
import psycopg
from numpy.typing import NDArray

from runningcoach.metrics.efforts import DURATIONS_S
from runningcoach.model.record import Record
from runningcoach.store.database import statements
from runningcoach.store.database.arrays import register_numpy

type Connection = psycopg.Connection[Any]
type Floats = NDArray[np.floating[Any]]

CurveKind = Literal["speed", "gap", "hr", "power"]
SQL = statements("mean_max_curves")


class CurvePoint(Record):
    """The best mean over one duration [m/s, bpm or W]; None where no run lasted that long."""

    duration_s: int
    value: float | None = None
    activity_id: int | None = None
    name: str | None = None
    local_date: date | None = None


class MeanMaxCurve(Record):
    """The bests of a span of days, over the ladder of durations."""

    first: date
    last: date
    runs: int
    points: list[CurvePoint]


def best(conn: Connection, user_id: int, kind: CurveKind, first: date, last: date) -> MeanMaxCurve:
    """Return the best of each duration in the runs from `first` to `last`; the first of equals.

    Treadmills count for heart rate and power alone.
    """
    ids, curves = _curves(conn, user_id, kind, first, last)
    holders, values = _highest(curves)
    points = [
        CurvePoint(duration_s=duration)
        if math.isnan(value)
        else CurvePoint(duration_s=duration, value=value, activity_id=ids[holder])
        for duration, holder, value in zip(DURATIONS_S, holders, values, strict=True)
    ]
    _name(conn, user_id, points)
    return MeanMaxCurve(first=first, last=last, runs=len(ids), points=points)


def _curves(
    conn: Connection, user_id: int, kind: CurveKind, first: date, last: date
) -> tuple[list[int], Floats]:
    """Return the ids of the runs and a row of the ladder for each."""
    params = {"user_id": user_id, "kind": kind, "first": first, "last": last}
    with conn.cursor(binary=True) as cursor:
        register_numpy(cursor)
        rows = cursor.execute(SQL["curves"], params).fetchall()
    nothing = np.empty((0, len(DURATIONS_S)), np.float32)
    return [row[0] for row in rows], np.stack([row[1] for row in rows]) if rows else nothing


def _highest(curves: Floats) -> tuple[list[int], list[float]]:
    """Return the row and the value of the maximum of each column; NaN for an empty one."""
    ladder = len(DURATIONS_S)
    if not len(curves):
        return [0] * ladder, [math.nan] * ladder
    holders = np.argmax(np.where(np.isnan(curves), -np.inf, curves), axis=0)
    return holders.tolist(), curves[holders, np.arange(ladder)].tolist()


def _name(conn: Connection, user_id: int, points: list[CurvePoint]) -> None:
    ids = list({point.activity_id for point in points} - {None})
    rows = conn.execute(SQL["named"], {"user_id": user_id, "ids": ids}).fetchall()
    named = {id: (name, day) for id, name, day in rows}
    for point in points:
        if point.activity_id is not None:
            point.name, point.local_date = named[point.activity_id]
