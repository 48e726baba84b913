"""What is remembered of the way to Garmin: connections, waits, what was asked, raw answers."""

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
def holding(conn: Connection, user_id: int) -> Generator[bool]:
    """Hold the user's tokens for a while; yields False when another process holds them.

    Two holders of one refresh token would each make the other's worthless.
    """
    row = conn.execute(SQL["try_hold"], {"user_id": user_id}).fetchone()
    held = bool(row and row[0])
    try:
        yield held
    finally:
        if held and not conn.closed:
            conn.execute(SQL["let_go"], {"user_id": user_id})


def connections(conn: Connection, user_id: int) -> list[GarminConnection]:
    """Return the user's lanes, connected or not."""
    with conn.cursor(row_factory=class_row(GarminConnection)) as cursor:
        return cursor.execute(SQL["connections"], {"user_id": user_id}).fetchall()


def put_connection(conn: Connection, user_id: int, found: GarminConnection) -> None:
    """Keep the state of a lane."""
    conn.execute(SQL["put_connection"], {"user_id": user_id, **found.model_dump()})


def cool_down(conn: Connection, user_id: int, lane: str, least_s: float | None) -> datetime:
    """Note that Garmin refused a sign-in; return until when none may be tried.

    Two hours, doubled with each refusal in a row, at most a day; longer if Garmin asks for it.
    """
    row = {"user_id": user_id, "lane": lane, "least_s": least_s or 0.0}
    found = conn.execute(SQL["cool_down"], row).fetchone()
    assert found is not None  # noqa: S101 - the statement returns its row
    return found[0]


@dataclass(frozen=True, slots=True)
class RequestHold:
    """What holds back further questions: a wait that Garmin asked for, and today's count."""

    wait_until: datetime | None
    requests_today: int
    refusals: int


def waiting(conn: Connection, user_id: int) -> RequestHold:
    """Return what holds back further questions."""
    with conn.cursor(row_factory=class_row(RequestHold)) as cursor:
        found = cursor.execute(SQL["waiting"], {"user_id": user_id}).fetchone()
    return found or RequestHold(None, 0, 0)


def count_request(conn: Connection, user_id: int) -> int:
    """Count one request; return how many were made today."""
    found = conn.execute(SQL["count_request"], {"user_id": user_id}).fetchone()
    assert found is not None  # noqa: S101 - the statement returns its row
    return found[0]


def wait(conn: Connection, user_id: int, asked_s: float | None) -> datetime:
    """Note that Garmin wants to be left alone; return until when.

    As long as Garmin asks; else 15 minutes, an hour, four, a day, by how often it was in a row.
    """
    found = conn.execute(SQL["wait"], {"user_id": user_id, "asked_s": asked_s}).fetchone()
    assert found is not None  # noqa: S101 - the statement returns its row
    return found[0]


def answered(conn: Connection, user_id: int) -> None:
    """Note that Garmin answers again: the next wait starts short."""
    conn.execute(SQL["answered"], {"user_id": user_id})


def refused(conn: Connection, user_id: int) -> int:
    """Note a refusal (403); return how many there were in a row."""
    found = conn.execute(SQL["refused"], {"user_id": user_id}).fetchone()
    assert found is not None  # noqa: S101 - the statement returns its row
    return found[0]


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
    asked_on: date | None = None,
) -> bool:
    """Keep what Garmin said of a thing; return whether it differs from what it said last.

    `body` None is "no data", with the day from which on asking again makes sense. `asked_on` is
    the runner's day on which Garmin said it first.
    """
    row = {
        "user_id": user_id, "kind": kind, "key": key, "lane": lane, "status": status,
        "body": Jsonb(body), "body_sha256": digest(body), "recheck_on": recheck_on,
        "asked_on": asked_on,
    }  # fmt: skip
    found = conn.execute(SQL["put_event"], row).fetchone()
    return bool(found and found[0])


def digest(body: Any) -> str:
    """Return the hash of JSON, whatever the order of its keys."""
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def latest(conn: Connection, user_id: int, kind: str, key: str) -> Any:
    """Return what Garmin said last of a thing; None for no data, or when never asked."""
    row = {"user_id": user_id, "kind": kind, "key": key}
    found = conn.execute(SQL["latest"], row).fetchone()
    return None if found is None else found[0]


def sync_state(conn: Connection, user_id: int) -> SyncState:
    """Return how far the sync is and what it waits for."""
    with conn.cursor(row_factory=class_row(SyncState)) as cursor:
        found = cursor.execute(SQL["sync_state"], {"user_id": user_id}).fetchone()
    return found or SyncState()


@dataclass(frozen=True, slots=True)
class SyncMarks:
    """Where the sync stands: last success, last reconciliations, the backfill's first day."""

    last_success_at: datetime | None = None
    reconciled_45_at: datetime | None = None
    reconciled_90_at: datetime | None = None
    backfill_from: date | None = None


def marks(conn: Connection, user_id: int) -> SyncMarks:
    """Return where the sync stands."""
    with conn.cursor(row_factory=class_row(SyncMarks)) as cursor:
        return cursor.execute(SQL["marks"], {"user_id": user_id}).fetchone() or SyncMarks()


def begin(conn: Connection, user_id: int) -> None:
    """Note that a run begins."""
    conn.execute(SQL["begin"], {"user_id": user_id})


def end(conn: Connection, user_id: int, problem: str | None) -> None:
    """Note how a run ended."""
    conn.execute(SQL["end"], {"user_id": user_id, "problem": problem})


def succeeded(conn: Connection, user_id: int) -> None:
    """Move the mark that the next run looks back from: all that is new was looked at."""
    conn.execute(SQL["succeeded"], {"user_id": user_id})


def reconciled(conn: Connection, user_id: int, *, weekly: bool) -> None:
    """Note that the list of the last weeks was compared."""
    conn.execute(SQL["reconciled"], {"user_id": user_id, "weekly": weekly})


def count_changed(conn: Connection, user_id: int, count: int) -> bool:
    """Keep how many activities Garmin has; return whether that is another number."""
    row = conn.execute(SQL["count_changed"], {"user_id": user_id, "count": count}).fetchone()
    return bool(row and row[0])


def backfill_begun(conn: Connection, user_id: int, since: date) -> None:
    """Note that the units back to a day are written down."""
    conn.execute(SQL["backfill_begun"], {"user_id": user_id, "since": since})


def events(conn: Connection, user_id: int, kind: str) -> list[tuple[str, Any]]:
    """Return what Garmin said last of every thing of a kind: key and body, oldest key first."""
    return conn.execute(SQL["events"], {"user_id": user_id, "kind": kind}).fetchall()


class GarminFact(NamedTuple):
    """One thing that Garmin said once: of which kind, of what, what, and on which day."""

    kind: str
    key: str
    body: Any
    asked_on: date | None


def history(conn: Connection, user_id: int) -> Iterator[GarminFact]:
    """Yield all that Garmin said in its answers, oldest first; within a transaction."""
    with conn.cursor("history", row_factory=args_row(GarminFact)) as cursor:
        yield from cursor.execute(SQL["history"], {"user_id": user_id})


def link(
    conn: Connection,
    user_id: int,
    number: int,
    sha256: str | None,
    activity_ids: Sequence[int] = (),
) -> None:
    """Let the activity of a file bear Garmin's number, beside another that it may have.

    `activity_ids` are those that stand for the file where it is not the one in use.
    """
    row = {
        "user_id": user_id, "number": number, "sha256": sha256, "activity_ids": list(activity_ids),
    }  # fmt: skip
    conn.execute(SQL["link"], row)


def describe(conn: Connection, user_id: int, number: int, told: Mapping[str, Any]) -> date | None:
    """Give an activity what is known of it, but for what the runner wrote; return its day.

    None when nothing changed, or there is no such activity.
    """
    names = [name for name, value in told.items() if value is not None]
    row = {"user_id": user_id, "number": number, "told": names, **told}
    found = conn.execute(SQL["describe"], row).fetchone()
    return None if found is None else found[0]


def listed_between(conn: Connection, user_id: int, first: date, last: date) -> list[int]:
    """Return Garmin's numbers of the activities of some days that it listed when last asked."""
    row = {"user_id": user_id, "first": first, "last": last}
    return [found[0] for found in conn.execute(SQL["listed_between"], row)]


def listed_days(conn: Connection, user_id: int) -> list[tuple[int, date]]:
    """Return Garmin's numbers of all activities that it listed when last asked, and their days."""
    rows: list[tuple[int, str]] = conn.execute(SQL["listed_days"], {"user_id": user_id}).fetchall()
    return [(number, day) for number, text in rows if (day := _day(text)) is not None]


def _day(text: str) -> date | None:
    """Return a day; a list's entry may tell one that is none, and is not to stop the sync."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def is_used(conn: Connection, sha256: str) -> bool:
    """Tell whether any runner has a file with this hash."""
    row = conn.execute(SQL["is_used"], {"sha256": sha256}).fetchone()
    return bool(row and row[0])


class NumberedActivity(NamedTuple):
    """An activity that bears one of Garmin's numbers: its own, or that of a twin."""

    id: int
    file_sha256: str
    is_twin: bool


def by_number(conn: Connection, user_id: int, number: int) -> NumberedActivity | None:
    """Return the activity that bears a number."""
    found = conn.execute(SQL["by_number"], {"user_id": user_id, "number": number}).fetchone()
    return NumberedActivity(*found) if found else None


def forget_number(conn: Connection, user_id: int, activity_id: int, number: int) -> bool:
    """Take a number from an activity that has another one too; return whether it has."""
    row = {"user_id": user_id, "activity_id": activity_id, "number": number}
    return conn.execute(SQL["forget_number"], row).rowcount == 1


def came_otherwise(conn: Connection, user_id: int, activity_id: int, number: int) -> bool:
    """Return whether an activity came by another way than from Garmin, too."""
    row = {"user_id": user_id, "activity_id": activity_id, "number": number}
    found = conn.execute(SQL["came_otherwise"], row).fetchone()
    return bool(found and found[0])


def connected(conn: Connection) -> set[int]:
    """Return the users that have an open lane to Garmin."""
    return {row[0] for row in conn.execute(SQL["connected"])}
