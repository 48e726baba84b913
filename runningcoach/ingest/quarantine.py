"""List, retry and delete files that could not be imported."""

from collections.abc import Sequence
from concurrent.futures import BrokenExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import psycopg

from runningcoach.base import executors
from runningcoach.base.errors import RunningCoachError
from runningcoach.ingest import activity_removal, file_rows, imports, quarantine_files
from runningcoach.ingest.exports import description_index, manual_activities
from runningcoach.ingest.files import reader_pool, readers
from runningcoach.ingest.garmin import activities
from runningcoach.ingest.import_report import FileOutcome, ImportReport
from runningcoach.model.quarantine import Quarantined
from runningcoach.store import garmin
from runningcoach.store import manual_activities as stored_typed_in
from runningcoach.store import quarantine as held
from runningcoach.store.blobs import files

DELETED, DELETED_AT_GARMIN = activity_removal.BY_RUNNER, activity_removal.AT_GARMIN


class NotInQuarantine(RunningCoachError):
    """There is no such number in quarantine."""

    code = "ingest.not_in_quarantine"
    status = 404


def everything(conn: psycopg.Connection[Any], user_id: int) -> list[Quarantined]:
    """Return all that is in quarantine, newest first."""
    return held.list_quarantined(conn, user_id)


class ClearReport(NamedTuple):
    """Number of files deleted from quarantine, and the bytes freed."""

    files: int
    size_bytes: int


def empty(
    conn: psycopg.Connection[Any],
    user_id: int,
    home: Path,
    *,
    older_than_days: int = 0,
    reason_code: str | None = None,
) -> ClearReport:
    """Delete quarantined files: all, those older than some days, or those of one reason.

    Activities that the runner deleted are not touched; they take no room here.
    """
    removed = held.empty(conn, user_id, timedelta(days=older_than_days), reason_code)
    free = [sha256 for sha256 in removed if not held.is_quarantined(conn, sha256)]
    size_bytes = sum(quarantine_files.disk_bytes(home, sha256) for sha256 in free)
    for sha256 in free:
        quarantine_files.remove(home, sha256)
    return ClearReport(len(removed), size_bytes)


def retry(
    conn: psycopg.Connection[Any],
    user_id: int,
    numbers: Sequence[int] | None = None,
    *,
    home: Path,
) -> ImportReport:
    """Try some files again by their numbers, or all; what can be taken now leaves.

    What the runner deleted is in quarantine too: it comes back by its number only.
    """
    report = ImportReport()
    for one in _select_quarantined(conn, user_id, numbers):
        report.add(_retry(conn, user_id, home, one))
    return report


def _select_quarantined(
    conn: psycopg.Connection[Any], user_id: int, numbers: Sequence[int] | None
) -> list[Quarantined]:
    waiting = {one.id: one for one in reversed(held.list_quarantined(conn, user_id))}
    if numbers is None:
        return [one for one in waiting.values() if one.reason_code != DELETED]
    for number in numbers:
        if number not in waiting:
            raise NotInQuarantine(number=number)
    return [waiting[number] for number in numbers]


def _retry(
    conn: psycopg.Connection[Any], user_id: int, home: Path, one: Quarantined
) -> FileOutcome:
    data = _read_bytes(home, one.sha256)
    if data is None:
        return _retry_typed_in(conn, user_id, one)
    try:
        legs = None if one.leg is None else _legs_of_event(data, one)
    except (executors.TooMuchWork, BrokenExecutor):
        return _unchanged_outcome(one)
    outcome = imports.take_bytes(
        conn,
        user_id,
        data,
        one.name,
        home=home,
        again=True,
        legs=legs,
        executor=reader_pool.shared_pool(),
    )
    if outcome.outcome != "quarantined":
        file_rows.release(conn, user_id, home, one.sha256, one.leg)
    return outcome


def _read_bytes(home: Path, sha256: str) -> bytes | None:
    """Return the bytes of a file: those of a deleted activity are among the originals."""
    held_bytes = quarantine_files.get(home, sha256)
    if held_bytes is not None or not files.exists(home, sha256):
        return held_bytes
    return files.get(home, sha256)


def _legs_of_event(data: bytes, one: Quarantined) -> frozenset[int]:
    """Return the legs of the event that begins with the one in quarantine.

    Raises TooMuchWork or BrokenExecutor where the file takes more than one may.
    """
    events = reader_pool.shared_pool().submit(_events, data, one.name).result()
    mine = events.get(one.leg) if one.leg is not None else None
    return frozenset(leg for leg, event in events.items() if event == mine)


def _events(data: bytes, name: str) -> dict[int, int]:
    """Return the event of each leg of a file."""
    return {one.leg: one.event for one in readers.read(data, name).recordings}


def _retry_typed_in(conn: psycopg.Connection[Any], user_id: int, one: Quarantined) -> FileOutcome:
    """Restore a typed-in activity from its stored row; else leave it in quarantine."""
    rows = manual_activities.of_key(description_index.load_index(conn, user_id).typed_in, one.name)
    _, activity_ids = manual_activities.put_all(conn, user_id, rows, again=True)
    activity_ids = activity_ids or _restore_garmin_typed_in(conn, user_id, one)
    if not activity_ids:
        return _unchanged_outcome(one)
    held.release(conn, user_id, one.sha256)
    return FileOutcome(one.name, "imported", one.sha256, activity_ids=tuple(activity_ids))


def _unchanged_outcome(one: Quarantined) -> FileOutcome:
    return FileOutcome(one.name, "quarantined", one.sha256, one.reason_code, one.reason)


def _restore_garmin_typed_in(
    conn: psycopg.Connection[Any], user_id: int, one: Quarantined
) -> list[int]:
    """Restore an activity that was typed in at Garmin, from its entry in the list."""
    website, _, number = one.name.partition(":")
    if website != "garmin" or not number.isdigit():
        return []
    stored_typed_in.unsettle(conn, user_id, one.name)
    activities.put_without_file(conn, user_id, int(number))
    activity = garmin.by_number(conn, user_id, int(number))
    return [activity.id] if activity else []
