"""Rows of imports: originals, activities with laps and samples, and facts from exports."""

import hashlib
import json
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import psycopg
from psycopg.rows import args_row, class_row
from psycopg.types.json import Jsonb

from runningcoach.store.database import statements

SQL = statements("imports")


@dataclass(frozen=True, slots=True)
class ImportedFile:
    """An imported file, by the hash of its unpacked bytes, and its outcome."""

    sha256: str
    kind: str
    name: str
    size_bytes: int
    lane: str
    outcome: str
    reason_code: str | None = None
    reason: str | None = None
    garmin_activity_id: int | None = None


@dataclass(frozen=True, slots=True)
class KnownImport:
    """The outcome of an original at an earlier import."""

    sha256: str
    outcome: str
    reason_code: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class SimilarActivity:
    """An activity of the store that a new recording may be the same as.

    `path` is where its samples lie, `legs` how many its event has.
    """

    id: int
    file_sha256: str
    leg: int
    source: str
    garmin_activity_id: int | None
    device_serial: int | None
    device_created_at: datetime | None
    sport: str
    started_at: datetime
    elapsed_s: float
    decode_status: str
    samples: int
    file_name: str | None
    sub_sport: str | None = None
    distance_m: float | None = None
    path: str | None = None
    event: int = 0
    legs: int = 1


@dataclass(frozen=True, slots=True)
class DescribableActivity:
    """An activity as far as facts beside the files may be matched with it or change it."""

    id: int
    garmin_activity_id: int | None
    started_at: datetime
    elapsed_s: float
    leg: int
    parent_id: int | None
    name: str | None
    notes: str | None
    rpe: float | None
    gear: str | None
    is_race: bool
    edited: list[str]
    local_date: date
    file_name: str | None
    sport: str
    sub_sport: str | None
    is_treadmill: bool


@dataclass(frozen=True, slots=True)
class SideFact:
    """A fact from an export outside the activity files: its kind, key and raw body."""

    kind: str
    key: str
    body: dict[str, Any]


@contextmanager
def file_transaction(conn: psycopg.Connection[Any], user_id: int) -> Generator[None]:
    """Hold a transaction for one file, with no other import of this user inside one."""
    with conn.transaction():
        conn.execute(SQL["lock"], {"user_id": user_id})
        yield


def flush(conn: psycopg.Connection[Any]) -> None:
    """Wait until everything that was imported is on the disk."""
    with conn.transaction():
        conn.execute(SQL["flush"])


def earlier_imports(
    conn: psycopg.Connection[Any], user_id: int, hashes: Sequence[str]
) -> dict[str, KnownImport]:
    """Return the outcome of originals that were imported before, by hash."""
    with conn.cursor(row_factory=class_row(KnownImport)) as cursor:
        cursor.execute(SQL["known"], {"user_id": user_id, "sha256": list(hashes)})
        return {row.sha256: row for row in cursor}


class FetchedFile(NamedTuple):
    """A file that came from Garmin, and its recording where it is in use."""

    sha256: str
    started_at: datetime | None
    elapsed_s: float | None


def garmin_only_files(
    conn: psycopg.Connection[Any], user_id: int, hashes: Sequence[str]
) -> list[FetchedFile]:
    """Return those of some files that came from Garmin alone."""
    with conn.cursor(row_factory=args_row(FetchedFile)) as cursor:
        row = {"user_id": user_id, "sha256": list(hashes)}
        return cursor.execute(SQL["fetched"], row).fetchall()


def note_other_source(
    conn: psycopg.Connection[Any],
    user_id: int,
    sha256: str,
    *,
    lane: str,
    name: str,
    garmin_activity_id: int | None,
) -> None:
    """Record that a file from Garmin came from another source too: it is the runner's then."""
    row = {
        "user_id": user_id, "sha256": sha256, "lane": lane, "name": name,
        "garmin_activity_id": garmin_activity_id,
    }  # fmt: skip
    conn.execute(SQL["came_otherwise_too"], row)


def is_unpacked(conn: psycopg.Connection[Any], user_id: int, sha256: str) -> bool:
    """Return whether this archive was imported completely before."""
    return _is_true(conn, "is_unpacked", {"user_id": user_id, "sha256": sha256})


class StoredOriginal(NamedTuple):
    """An original of a runner: its hash, and how it was known when it came."""

    sha256: str
    kind: str
    name: str
    size_bytes: int


def list_originals(conn: psycopg.Connection[Any], user_id: int) -> list[StoredOriginal]:
    """Return the originals of a runner but for those of which something was deleted."""
    with conn.cursor(row_factory=args_row(StoredOriginal)) as cursor:
        return cursor.execute(SQL["kept_originals"], {"user_id": user_id}).fetchall()


def was_deleted(conn: psycopg.Connection[Any], user_id: int, garmin_activity_id: int) -> bool:
    """Return whether the runner deleted the activity that has this number at Garmin."""
    row = {"user_id": user_id, "garmin_activity_id": garmin_activity_id}
    return _is_true(conn, "was_deleted", row)


def _is_true(conn: psycopg.Connection[Any], statement: str, row: Mapping[str, Any]) -> bool:
    answer = conn.execute(SQL[statement], row).fetchone()
    return answer is not None and bool(answer[0])


def put_file(conn: psycopg.Connection[Any], user_id: int, original: ImportedFile) -> None:
    """Store an original and its outcome."""
    row = {name: getattr(original, name) for name in ImportedFile.__slots__}
    conn.execute(SQL["put_file"], {"user_id": user_id, **row})


def similar_activities(
    conn: psycopg.Connection[Any],
    user_id: int,
    *,
    file_sha256: str,
    leg: int,
    garmin_activity_id: int | None,
    started_at: datetime,
    elapsed_s: float,
) -> list[SimilarActivity]:
    """Return the activities that a recording may be the same as, by start."""
    row = {
        "user_id": user_id, "file_sha256": file_sha256, "leg": leg,
        "garmin_activity_id": garmin_activity_id, "started_at": started_at,
        "ended_at": started_at + timedelta(seconds=elapsed_s),
    }  # fmt: skip
    with conn.cursor(row_factory=class_row(SimilarActivity)) as cursor:
        return cursor.execute(SQL["lookalikes"], row).fetchall()


def insert_activity(conn: psycopg.Connection[Any], user_id: int, row: Mapping[str, Any]) -> int:
    """Add an activity and return its number; `row` has every column that a file can tell."""
    answer = conn.execute(SQL["insert_activity"], {"user_id": user_id, **row}).fetchone()
    assert answer is not None  # noqa: S101  RETURNING gives a row or raises
    return int(answer[0])


def replace_activity(
    conn: psycopg.Connection[Any], user_id: int, activity_id: int, row: Mapping[str, Any]
) -> str:
    """Put a better recording in the place of a stored one; what the runner edited stays.

    Return the sport that the activity has now.
    """
    answer = conn.execute(
        SQL["replace_activity"], {"user_id": user_id, "id": activity_id, **row}
    ).fetchone()
    assert answer is not None  # noqa: S101  the activity was found under the same lock
    return str(answer[0])


def complete_activity(
    conn: psycopg.Connection[Any], user_id: int, activity_id: int, row: Mapping[str, Any]
) -> bool:
    """Fill what an activity does not know yet (name, notes, RPE, gear, Garmin's number).

    Return whether it learned anything.
    """
    params = {"user_id": user_id, "id": activity_id, **row}
    return conn.execute(SQL["complete_activity"], params).rowcount > 0


def absorb(conn: psycopg.Connection[Any], user_id: int, activity_id: int, part_id: int) -> None:
    """Remove an activity that is a part of another, which keeps its words."""
    row = {"user_id": user_id, "id": activity_id, "part": part_id}
    conn.execute(SQL["absorb"], row)
    conn.execute(SQL["remove_part"], row)


def home_zone(conn: psycopg.Connection[Any], user_id: int) -> str:
    """Return the name of the time zone that a user lives in. Raises KeyError for no user."""
    row = conn.execute(SQL["home_zone"], {"user_id": user_id}).fetchone()
    if row is None:
        raise KeyError(user_id)
    return str(row[0])


def join_legs(conn: psycopg.Connection[Any], user_id: int, file_sha256: str) -> None:
    """Make the first leg of a file the parent of its other legs."""
    row = {"user_id": user_id, "file_sha256": file_sha256}
    conn.execute(SQL["join_legs"], row)


def mark_replaced(
    conn: psycopg.Connection[Any], user_id: int, file_sha256: str, reason_code: str, reason: str
) -> bool:
    """Note that a better file took the place of this one; False while a leg of it is in use."""
    row = {
        "user_id": user_id, "file_sha256": file_sha256,
        "reason_code": reason_code, "reason": reason,
    }  # fmt: skip
    return conn.execute(SQL["mark_replaced"], row).rowcount == 1


def put_laps(
    conn: psycopg.Connection[Any],
    user_id: int,
    activity_id: int,
    laps: Sequence[Mapping[str, Any]],
) -> None:
    """Write the laps of an activity in place of those it had."""
    key = {"activity_id": activity_id, "user_id": user_id}
    conn.execute(SQL["clear_laps"], key)
    rows = [{**key, "lap_index": index, **lap} for index, lap in enumerate(laps)]
    with conn.cursor() as cursor:
        cursor.executemany(SQL["insert_lap"], rows)


def put_samples(
    conn: psycopg.Connection[Any], user_id: int, activity_id: int, row: Mapping[str, Any]
) -> None:
    """Point the manifest at the file of samples: path, sha256, size, channels, pauses."""
    key = {"activity_id": activity_id, "user_id": user_id}
    conn.execute(SQL["put_samples"], {**key, **row})


def put_events(conn: psycopg.Connection[Any], user_id: int, events: Sequence[SideFact]) -> None:
    """Store raw facts; one that is stored already stays."""
    rows = [
        {
            "user_id": user_id, "kind": event.kind, "key": event.key,
            "body_sha256": _sha256(event.body), "body": Jsonb(event.body),
        }
        for event in events
    ]  # fmt: skip
    with conn.cursor() as cursor:
        cursor.executemany(SQL["put_event"], rows)


def _sha256(body: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


def events(conn: psycopg.Connection[Any], user_id: int, kinds: Sequence[str]) -> list[SideFact]:
    """Return the facts of some kinds, oldest first."""
    with conn.cursor(row_factory=class_row(SideFact)) as cursor:
        row = {"user_id": user_id, "kinds": list(kinds)}
        return cursor.execute(SQL["events"], row).fetchall()


def imported_names(conn: psycopg.Connection[Any], user_id: int, names: Sequence[str]) -> set[str]:
    """Return which file names (lower case, without folders and .gz) were imported."""
    params = {"user_id": user_id, "names": list(names)}
    return {row[0] for row in conn.execute(SQL["come"], params)}


def count_without_sport(
    conn: psycopg.Connection[Any], user_id: int, activity_ids: Sequence[int]
) -> int:
    """Return how many of some activities have only a generic sport."""
    params = {"user_id": user_id, "activity_ids": list(activity_ids)}
    row = conn.execute(SQL["without_sport"], params).fetchone()
    return int(row[0]) if row else 0


def describable_activities(
    conn: psycopg.Connection[Any], user_id: int
) -> list[DescribableActivity]:
    """Return all activities with what can be matched or changed by facts beside the files."""
    with conn.cursor(row_factory=class_row(DescribableActivity)) as cursor:
        row = {"user_id": user_id}
        return cursor.execute(SQL["named_activities"], row).fetchall()


def describe(
    conn: psycopg.Connection[Any], user_id: int, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Give activities name, notes, RPE, gear, race and number; what the runner edited stays."""
    with conn.cursor() as cursor:
        cursor.executemany(SQL["describe"], [{"user_id": user_id, **row} for row in rows])
