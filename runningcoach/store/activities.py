"""Activities: lists, details, edits by the runner, removal."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

import psycopg
from psycopg.rows import class_row, dict_row

from runningcoach.model.activity import Activity, Lap
from runningcoach.model.record import Record
from runningcoach.store.database import statements

type Connection = psycopg.Connection[Any]

SQL = statements("activities")
EDITABLE = (
    "name", "notes", "rpe", "gear", "is_race", "sport", "use_for_estimates", "air_temperature_c",
    "dew_point_c",
)  # fmt: skip
WITH_SPORT = ("sub_sport", "is_treadmill")
"""Columns that change with the sport."""
WEIGHS = frozenset(EDITABLE) - {"name", "notes", "gear"}
"""Columns of EDITABLE that derived values depend on."""


class ListedActivity(Activity):
    """An activity with those of its metrics that lists show."""

    moving_s: float | None = None
    gap_mps: float | None = None
    ngp_mps: float | None = None
    elevation_gain_m: float | None = None
    efficiency_factor: float | None = None
    decoupling_pct: float | None = None
    effective_vo2max: float | None = None
    trimp: float | None = None
    load: float | None = None
    load_source: str | None = None


@dataclass(frozen=True, slots=True)
class ActivityFilters:
    """Which activities a list shows; None lets everything through. Days are the athlete's."""

    sport: str | None = None
    first: date | None = None
    last: date | None = None
    name: str | None = None
    min_distance_m: float | None = None
    max_distance_m: float | None = None
    has_gps: bool | None = None
    is_race: bool | None = None
    is_treadmill: bool | None = None


ALL = ActivityFilters()


class PageCursor(NamedTuple):
    """Where a page ends: the start and the id of its last activity."""

    started_at: datetime
    id: int


class NeighbouringActivities(Record):
    """The ids of the activities just before and just after one."""

    previous: int | None = None
    next: int | None = None


class OriginalFile(NamedTuple):
    """The file that an activity came from."""

    sha256: str
    name: str
    kind: str
    size_bytes: int


def page(
    conn: Connection,
    user_id: int,
    filters: ActivityFilters = ALL,
    before: PageCursor | None = None,
    limit: int = 50,
) -> list[ListedActivity]:
    """Return up to `limit` activities that come after `before` in a list, newest first."""
    row = asdict(filters) | {"user_id": user_id, "limit": limit}
    row |= {
        "before": before.started_at if before else None,
        "before_id": before.id if before else None,
    }
    return conn.cursor(row_factory=class_row(ListedActivity)).execute(SQL["page"], row).fetchall()


def for_pages(
    conn: Connection, user_id: int, first: date | None = None, last: date | None = None
) -> list[dict[str, Any]]:
    """Return the activities from `first` to `last` with their metrics, oldest first.

    The rows are plain dictionaries with equal keys: what a data frame is made of.
    """
    row = {"user_id": user_id, "first": first, "last": last}
    return conn.cursor(row_factory=dict_row).execute(SQL["for_pages"], row).fetchall()


def get(conn: Connection, user_id: int, activity_id: int) -> Activity | None:
    """Return one activity."""
    return (
        conn.cursor(row_factory=class_row(Activity))
        .execute(SQL["get"], _key(user_id, activity_id))
        .fetchone()
    )


def laps(conn: Connection, user_id: int, activity_id: int) -> list[Lap]:
    """Return the laps of one activity in order."""
    return (
        conn.cursor(row_factory=class_row(Lap))
        .execute(SQL["laps"], _key(user_id, activity_id))
        .fetchall()
    )


def neighbours(conn: Connection, user_id: int, activity_id: int) -> NeighbouringActivities:
    """Return the activities just before and just after one."""
    return (
        conn.cursor(row_factory=class_row(NeighbouringActivities))
        .execute(SQL["neighbours"], _key(user_id, activity_id))
        .fetchone()
        or NeighbouringActivities()
    )


def original(conn: Connection, user_id: int, activity_id: int) -> OriginalFile | None:
    """Return the file that an activity came from."""
    row = conn.execute(SQL["original"], _key(user_id, activity_id)).fetchone()
    return OriginalFile(*row) if row else None


def update(
    conn: Connection, user_id: int, activity_id: int, changes: Mapping[str, Any]
) -> Activity | None:
    """Change those of EDITABLE that are in `changes`; return the activity as it is now."""
    row = {name: changes.get(name) for name in (*EDITABLE, *WITH_SPORT)} | _key(
        user_id, activity_id
    )
    row["changed"] = [name for name in EDITABLE if name in changes]
    return conn.cursor(row_factory=class_row(Activity)).execute(SQL["update"], row).fetchone()


class ActivityEvent(NamedTuple):
    """One event of a file: a single activity, or a multisport one with its legs."""

    sha256: str
    event: int
    first_leg: int


def event_of(conn: Connection, user_id: int, activity_id: int) -> ActivityEvent | None:
    """Return the event of its file that an activity belongs to."""
    row = conn.execute(SQL["event_of"], _key(user_id, activity_id)).fetchone()
    return ActivityEvent(*row) if row else None


def remove_event(
    conn: Connection, user_id: int, event: ActivityEvent, reason: str
) -> tuple[date | None, bool]:
    """Remove every leg of an event; return the earliest day, and whether others of its file stay.

    A file of which nothing stays is kept and listed as deleted, so that an import does not bring
    it back.
    """
    row: dict[str, Any] = {"user_id": user_id, "reason": reason, **event._asdict()}
    removed: list[tuple[date, int | None]] = conn.execute(SQL["remove_event"], row).fetchall()
    numbers = [number for _, number in removed if number is not None]
    row["garmin_activity_id"] = numbers[0] if numbers else None
    remaining = conn.execute(SQL["has_activities"], row).fetchone()
    others_stay = remaining is not None and bool(remaining[0])
    if not others_stay:
        conn.execute(SQL["mark_deleted"], row)
    return min((day for day, _ in removed), default=None), others_stay


def stale_since(conn: Connection, user_id: int) -> date | None:
    """Return the first day with stale derived rows; None when there is none."""
    row = conn.execute(SQL["stale_since"], {"user_id": user_id}).fetchone()
    return row[0] if row else None


def _key(user_id: int, activity_id: int) -> dict[str, Any]:
    return {"user_id": user_id, "activity_id": activity_id}
