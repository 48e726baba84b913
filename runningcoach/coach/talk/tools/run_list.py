"""Single activities as a model sees them: what kind of run, no name, no place, no source.

Names of activities are left out everywhere, for watches put the place into them. Rows that came
from a Strava export without a recording are left out as well.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from statistics import median
from typing import Any, NamedTuple

import psycopg

from runningcoach.base import periods
from runningcoach.coach.talk.tools.result_fields import (
    day_fields,
    km,
    known,
    minutes,
    pace_fields,
    rounded,
    time_fields,
)
from runningcoach.metrics import sports
from runningcoach.store import activities, adherence, workouts
from runningcoach.store.activities import ActivityFilters, ListedActivity

type Connection = psycopg.Connection[Any]

WINDOW_DAYS = 42
"""Runs are compared with those of six weeks to tell a long one."""
LONG_SHARE, LONG_WINDOW = 1.25, timedelta(days=5)
"""Ours: a run is called long when none within five days is longer, and it is a quarter longer than
the median of six weeks."""
HARD_SHARE = 0.2
"""Ours: a run is called hard when a fifth of its heart beats in zones 4 and 5."""
HARD_ZONES = slice(3, 5)
MOST_ROWS = 2_000
UNSHOWN_SOURCE = "strava"
SPORT = re.compile(r"[a-z_]{1,30}")
RUN, LONG = "run", "long"


class RunRow(NamedTuple):
    """An activity, its kind, and its seconds in zones 4 and 5 where heart rate is known."""

    activity: ListedActivity
    kind: str
    hard_s: float | None

    @property
    def counted_s(self) -> float | None:
        """The time that counts: on the move, or by the timer."""
        row = self.activity
        return sports.counted_time_s(row.sport, row.moving_s, row.timer_s, row.elapsed_s)

    @property
    def speed_mps(self) -> float | None:
        """The average speed [m/s]; None for sports that do not write a pace."""
        if self.activity.sport not in sports.PACE_SPORTS:
            return None
        return sports.counted_speed_mps(self.activity.distance_m, self.counted_s)


def load_rows(conn: Connection, user_id: int, first: date, last: date) -> list[RunRow]:
    """Return the activities of some days with their kinds, newest first."""
    begin = min(first, periods.week_start(last)) - timedelta(days=WINDOW_DAYS)
    filters = ActivityFilters(first=begin, last=periods.week_start(last) + timedelta(days=6))
    listed = activities.page(conn, user_id, filters, limit=MOST_ROWS)
    shown = [row for row in listed if row.source != UNSHOWN_SOURCE]
    zones = _zone_seconds(conn, user_id, begin, last)
    kinds = _Kinds(shown, _planned_types(conn, user_id, begin, last))
    return [
        RunRow(row, kinds.of(row, zones.get(row.id)), _hard_s(zones.get(row.id)))
        for row in shown
        if first <= row.local_date <= last
    ]


def _zone_seconds(
    conn: Connection, user_id: int, first: date, last: date
) -> dict[int, list[float]]:
    rows = activities.for_pages(conn, user_id, first, last)
    return {row["id"]: row["hr_zone_s"] for row in rows if row["hr_zone_s"]}


def _hard_s(zones: Sequence[float] | None) -> float | None:
    return sum(zones[HARD_ZONES]) if zones else None


def _planned_types(conn: Connection, user_id: int, first: date, last: date) -> dict[int, str]:
    """Return the type of the planned workout that each activity ran."""
    planned = {
        row.id: row.workout.type for row in workouts.list_between(conn, user_id, first, last)
    }
    went = adherence.list_between(conn, user_id, first, last)
    return {
        activity_id: planned[row.workout_id]
        for row in went
        if row.workout_id in planned
        for activity_id in row.activity_ids
    }


class _Kinds:
    """Tells the kinds of activities from each other."""

    def __init__(self, rows: Iterable[ListedActivity], planned: Mapping[int, str]) -> None:
        self.planned = planned
        self.runs = [row for row in rows if row.sport == sports.RUNNING and row.distance_m]
        self.usual_m = median([row.distance_m or 0.0 for row in self.runs]) if self.runs else 0.0

    def of(self, row: ListedActivity, zones: Sequence[float] | None) -> str:
        """Return the kind of an activity: as planned, else by what it was."""
        if row.sport != sports.RUNNING:
            return row.sport if SPORT.fullmatch(row.sport) else "other"
        if row.is_race:
            return "race"
        if (planned := self.planned.get(row.id)) not in (None, "other"):
            return str(planned)
        if self._is_long(row):
            return LONG
        if zones and sum(zones[HARD_ZONES]) >= HARD_SHARE * sum(zones) > 0:
            return "hard"
        return "treadmill" if row.is_treadmill else RUN

    def _is_long(self, row: ListedActivity) -> bool:
        metres = row.distance_m or 0.0
        if metres < max(LONG_SHARE * self.usual_m, 1.0):
            return False
        near = (one for one in self.runs if abs(one.local_date - row.local_date) <= LONG_WINDOW)
        return all(metres >= (one.distance_m or 0.0) for one in near)


def row_fields(row: RunRow) -> dict[str, Any]:
    """Return an activity as fields of a result; what is not known is left out."""
    activity = row.activity
    return known(
        {
            "id": activity.id,
            **day_fields(activity.local_date),
            "kind": row.kind,
            "is_treadmill": True if activity.is_treadmill else None,
            "distance_km": km(activity.distance_m),
            **time_fields(row.counted_s),
            **pace_fields(row.speed_mps),
            "average_hr_bpm": rounded(activity.average_hr_bpm),
            "hard_min": minutes(row.hard_s),
            "load": rounded(activity.load),
            "rpe": rounded(activity.rpe, 1),
        }
    )
