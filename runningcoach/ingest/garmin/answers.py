"""From what Garmin answered to tables: kept raw where it changed, then normalised from raw."""

from datetime import date
from pathlib import Path
from typing import Any, Literal, NamedTuple

import psycopg

from runningcoach.sources.garmin import Answer, Json, LaneName

type Connection = psycopg.Connection[Any]


class Listed(NamedTuple):
    """An activity as a list shows it, and whether that differs from what was known."""

    number: int
    day: date
    state: Literal["new", "changed", "same"]


def take(
    conn: Connection,
    user_id: int,
    endpoint: str,
    key: str,
    answer: Answer,
    lane: LaneName,
    today: date,
) -> frozenset[date]:
    """Keep an answer and bring the tables up to it; return the days that it changed."""
    raise NotImplementedError


def listed(conn: Connection, user_id: int, item: Json, lane: LaneName) -> Listed | None:
    """Keep one entry of a list of activities; None for one that cannot be read."""
    raise NotImplementedError


def describe(conn: Connection, user_id: int, number: int) -> None:
    """Give the activity of a number what Garmin's answers say of it: name, effort, scores."""
    raise NotImplementedError


def without_file(conn: Connection, user_id: int, number: int) -> None:
    """Make an activity of the list's entry alone: it was typed in by hand."""
    raise NotImplementedError


def gone(conn: Connection, user_id: int, first: date, last: date, listed: set[int]) -> list[int]:
    """Return the numbers of activities of those days that Garmin no longer lists."""
    raise NotImplementedError


def remove(conn: Connection, user_id: int, number: int, home: Path) -> None:
    """Take an activity that was deleted at Garmin out of sight, its file to quarantine."""
    raise NotImplementedError
