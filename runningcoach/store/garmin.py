"""Garmin connections, waits and refusals, sync marks, and raw answers."""

import hashlib
import json
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

import psycopg
from psycopg.rows import args_row, class_row
from psycopg.types.json import Jsonb

from runningcoach.model.connection import GarminConnection, SyncState
from runningcoach.store.database import statements

type Connection = psycopg.Connection[Any]

SQL = statements("garmin")


@contextmanager
def hold_tokens(conn: Connection, user_id: int) -> Generator[bool]:
    """Lock the user's tokens inside the block; yield False when another process holds them.

    Two holders of one refresh token would each make the other's worthless.
    """
    row = conn.execute(SQL["try_hold"], {"user_id": user_id}).fetchone()
    is_held = bool(row and row[0])
    try:
        yield is_held
    finally:
        if is_held and not conn.closed:
            conn.execute(SQL["let_go"], {"user_id": user_id})


def connections(conn: Connection, user_id: int) -> list[GarminConnection]:
    """Return the user's lanes, connected or not."""
    with conn.cursor(row_factory=class_row(GarminConnection)) as cursor:
        return cursor.execute(SQL["connections"], {"user_id": user_id}).fetchall()


def put_connection(conn: Connection, user_id: int, connection: GarminConnection) -> None:
    """Store the state of a lane."""
    conn.execute(SQL["put_connection"], {"user_id": user_id, **connection.model_dump()})


def cool_down(conn: Connection, user_id: int, lane: str, least_s: float | None) -> datetime:
    """Record a refused sign-in; return when the next may be tried.

    Two hours, doubled with each refusal in a row, at most a day; longer if Garmin asks for it.
    """
    params = {"user_id": user_id, "lane": lane, "least_s": least_s or 0.0}
    row = conn.execute(SQL["cool_down"], params).fetchone()
    assert row is not None  # noqa: S101 - the statement returns its row
    return row[0]


@dataclass(frozen=True, slots=True)
class RequestHold:
    """Limits on further requests: a wait that Garmin requested, and today's counts."""

    wait_until: datetime | None
    requests_today: int
    refusals: int


def get_request_hold(conn: Connection, user_id: int) -> RequestHold:
    """Return the limits on further requests."""
    with conn.cursor(row_factory=class_row(RequestHold)) as cursor:
        hold = cursor.execute(SQL["waiting"], {"user_id": user_id}).fetchone()
    return hold or RequestHold(None, 0, 0)


def count_request(conn: Connection, user_id: int) -> int:
    """Count one request; return how many were made today."""
    row = conn.execute(SQL["count_request"], {"user_id": user_id}).fetchone()
    assert row is not None  # noqa: S101 - the statement returns its row
    return row[0]


def start_wait(conn: Connection, user_id: int, requested_s: float | None) -> datetime:
    """Record that Garmin throttles requests; return the end of the wait.

    As long as Garmin requests; else 15 minutes, 1, 4, then 24 hours with each one in a row.
    """
    row = conn.execute(SQL["wait"], {"user_id": user_id, "asked_s": requested_s}).fetchone()
    assert row is not None  # noqa: S101 - the statement returns its row
    return row[0]


def end_wait(conn: Connection, user_id: int) -> None:
    """Record that Garmin answers again: the next wait starts short."""
    conn.execute(SQL["answered"], {"user_id": user_id})


def count_refusal(conn: Connection, user_id: int) -> int:
    """Note a refusal (403); return how many there were in a row."""
    row = conn.execute(SQL["refused"], {"user_id": user_id}).fetchone()
    assert row is not None  # noqa: S101 - the statement returns its row
    return row[0]


def put_event(
    conn: Connection,
    user_id: int,
    kind: str,
    key: str,
    body: Any,
    *,
    lane: str,
    status: int = 200,
    recheck_on: date | None = None,
    requested_on: date | None = None,
) -> bool:
    """Store an answer of Garmin; return whether it differs from the last one.

    `body` None is "no data", with the day to check again. `requested_on` is
    the runner's day of the first such answer.
    """
    params = {
        "user_id": user_id, "kind": kind, "key": key, "lane": lane, "status": status,
        "body": Jsonb(body), "body_sha256": digest(body), "recheck_on": recheck_on,
        "asked_on": requested_on,
    }  # fmt: skip
    row = conn.execute(SQL["put_event"], params).fetchone()
    return bool(row and row[0])


def digest(body: Any) -> str:
    """Return the hash of JSON, whatever the order of its keys."""
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def latest_event(conn: Connection, user_id: int, kind: str, key: str) -> Any:
    """Return Garmin's last answer for a key; None for no data, or when never requested."""
    params = {"user_id": user_id, "kind": kind, "key": key}
    row = conn.execute(SQL["latest"], params).fetchone()
    return None if row is None else row[0]


def sync_state(conn: Connection, user_id: int) -> SyncState:
    """Return the progress of the sync and its waits."""
    with conn.cursor(row_factory=class_row(SyncState)) as cursor:
        state = cursor.execute(SQL["sync_state"], {"user_id": user_id}).fetchone()
    return state or SyncState()


@dataclass(frozen=True, slots=True)
class SyncMarks:
    """Marks of the sync: last success, last reconciliations, the backfill's first day."""

    last_success_at: datetime | None = None
    reconciled_45_at: datetime | None = None
    reconciled_90_at: datetime | None = None
    backfill_from: date | None = None


def sync_marks(conn: Connection, user_id: int) -> SyncMarks:
    """Return the marks of the sync."""
    with conn.cursor(row_factory=class_row(SyncMarks)) as cursor:
        return cursor.execute(SQL["marks"], {"user_id": user_id}).fetchone() or SyncMarks()


def begin_run(conn: Connection, user_id: int) -> None:
    """Record the start of a run."""
    conn.execute(SQL["begin"], {"user_id": user_id})


def end_run(conn: Connection, user_id: int, problem: str | None) -> None:
    """Record the end of a run."""
    conn.execute(SQL["end"], {"user_id": user_id, "problem": problem})


def mark_success(conn: Connection, user_id: int) -> None:
    """Set the mark of the last success, from which the next run looks back."""
    conn.execute(SQL["succeeded"], {"user_id": user_id})


def mark_reconciled(conn: Connection, user_id: int, *, weekly: bool) -> None:
    """Record that the list of the last weeks was reconciled."""
    conn.execute(SQL["reconciled"], {"user_id": user_id, "weekly": weekly})


def update_activity_count(conn: Connection, user_id: int, count: int) -> bool:
    """Store the number of activities at Garmin; return whether it changed."""
    row = conn.execute(SQL["count_changed"], {"user_id": user_id, "count": count}).fetchone()
    return bool(row and row[0])


def mark_backfill(conn: Connection, user_id: int, since: date) -> None:
    """Record that the backfill units back to a day exist."""
    conn.execute(SQL["backfill_begun"], {"user_id": user_id, "since": since})


def events(conn: Connection, user_id: int, kind: str) -> list[tuple[str, Any]]:
    """Return Garmin's last answers of a kind as (key, body), oldest key first."""
    return conn.execute(SQL["events"], {"user_id": user_id, "kind": kind}).fetchall()


class GarminFact(NamedTuple):
    """One answer of Garmin: kind, key, body, and the day of the request."""

    kind: str
    key: str
    body: Any
    asked_on: date | None


def history(conn: Connection, user_id: int) -> Iterator[GarminFact]:
    """Yield all answers of Garmin, oldest first; needs a transaction."""
    with conn.cursor("history", row_factory=args_row(GarminFact)) as cursor:
        yield from cursor.execute(SQL["history"], {"user_id": user_id})


def link_number(
    conn: Connection,
    user_id: int,
    number: int,
    sha256: str | None,
    activity_ids: Sequence[int] = (),
) -> None:
    """Link the activity of a file to Garmin's number, in addition to others that it has.

    `activity_ids` are those that stand for the file where it is not the one in use.
    """
    row = {
        "user_id": user_id, "number": number, "sha256": sha256, "activity_ids": list(activity_ids),
    }  # fmt: skip
    conn.execute(SQL["link"], row)


def describe_activity(
    conn: Connection, user_id: int, number: int, values: Mapping[str, Any]
) -> date | None:
    """Update the described columns of an activity, but for the runner's edits; return its day.

    None when nothing changed, or there is no such activity.
    """
    names = [name for name, value in values.items() if value is not None]
    params = {"user_id": user_id, "number": number, "told": names, **values}
    row = conn.execute(SQL["describe"], params).fetchone()
    return None if row is None else row[0]


def listed_between(conn: Connection, user_id: int, first: date, last: date) -> list[int]:
    """Return Garmin's numbers of the activities of some days in its last list."""
    params = {"user_id": user_id, "first": first, "last": last}
    return [row[0] for row in conn.execute(SQL["listed_between"], params)]


def listed_days(conn: Connection, user_id: int) -> list[tuple[int, date]]:
    """Return Garmin's numbers of all activities in its last list, and their days."""
    rows: list[tuple[int, str]] = conn.execute(SQL["listed_days"], {"user_id": user_id}).fetchall()
    return [(number, day) for number, text in rows if (day := _day(text)) is not None]


def _day(text: str) -> date | None:
    """Return a day; a list's entry may tell one that is none, and is not to stop the sync."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def is_file_used(conn: Connection, sha256: str) -> bool:
    """Return whether any runner has a file with this hash."""
    row = conn.execute(SQL["is_used"], {"sha256": sha256}).fetchone()
    return bool(row and row[0])


class NumberedActivity(NamedTuple):
    """An activity that bears one of Garmin's numbers: its own, or that of a twin."""

    id: int
    file_sha256: str
    is_twin: bool


def by_number(conn: Connection, user_id: int, number: int) -> NumberedActivity | None:
    """Return the activity that bears a number."""
    row = conn.execute(SQL["by_number"], {"user_id": user_id, "number": number}).fetchone()
    return NumberedActivity(*row) if row else None


def forget_number(conn: Connection, user_id: int, activity_id: int, number: int) -> bool:
    """Remove a number from an activity that has another one; return whether it was removed."""
    row = {"user_id": user_id, "activity_id": activity_id, "number": number}
    return conn.execute(SQL["forget_number"], row).rowcount == 1


def has_other_source(conn: Connection, user_id: int, activity_id: int, number: int) -> bool:
    """Return whether an activity has another source than Garmin too."""
    params = {"user_id": user_id, "activity_id": activity_id, "number": number}
    row = conn.execute(SQL["came_otherwise"], params).fetchone()
    return bool(row and row[0])


def connected_users(conn: Connection) -> set[int]:
    """Return the ids of the users with a connected Garmin lane."""
    return {row[0] for row in conn.execute(SQL["connected"])}
