"""What could not be taken: to look at, and to try again."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psycopg

from runningcoach.errors import RunningCoachError
from runningcoach.ingest import (
    beside,
    imports,
    quarantine_files,
    recordings,
    tables,
    typed_in,
)
from runningcoach.ingest.garmin import activities
from runningcoach.ingest.reports import FileOutcome, Report
from runningcoach.records import Quarantined
from runningcoach.store import garmin
from runningcoach.store import quarantine as held
from runningcoach.store import typed_in as stored_typed_in

DELETED = "deleted_by_runner"


class NotInQuarantine(RunningCoachError):
    """There is no such number in quarantine."""

    code = "ingest.not_in_quarantine"
    status = 404


def everything(conn: psycopg.Connection[Any], user_id: int) -> list[Quarantined]:
    """Return all that is in quarantine, newest first."""
    return held.everything(conn, user_id)


def retry(
    conn: psycopg.Connection[Any],
    user_id: int,
    numbers: Sequence[int] | None = None,
    *,
    home: Path,
) -> Report:
    """Try some files again by their numbers, or all; what can be taken now leaves.

    What the runner deleted is in quarantine too: it comes back by its number only.
    """
    report = Report()
    for one in _chosen(conn, user_id, numbers):
        report.add(_retry(conn, user_id, home, one))
    return report


def _chosen(
    conn: psycopg.Connection[Any], user_id: int, numbers: Sequence[int] | None
) -> list[Quarantined]:
    waiting = {one.id: one for one in reversed(held.everything(conn, user_id))}
    if numbers is None:
        return [one for one in waiting.values() if one.reason_code != DELETED]
    for number in numbers:
        if number not in waiting:
            raise NotInQuarantine(number=number)
    return [waiting[number] for number in numbers]


def _retry(
    conn: psycopg.Connection[Any], user_id: int, home: Path, one: Quarantined
) -> FileOutcome:
    data = quarantine_files.get(home, one.sha256)
    if data is None:
        return _retry_typed_in(conn, user_id, one)
    legs = None if one.leg is None else _legs_of_event(data, one)
    outcome = imports.take_bytes(conn, user_id, data, one.name, home=home, again=True, legs=legs)
    if outcome.outcome != "quarantined":
        tables.release(conn, user_id, home, one.sha256, one.leg)
    return outcome


def _legs_of_event(data: bytes, one: Quarantined) -> frozenset[int]:
    """Return the legs of the event that begins with the one in quarantine."""
    found = recordings.read(data, one.name).recordings
    events = {recording.event for recording in found if recording.leg == one.leg}
    return frozenset(recording.leg for recording in found if recording.event in events)


def _retry_typed_in(conn: psycopg.Connection[Any], user_id: int, one: Quarantined) -> FileOutcome:
    """Bring back what was typed in, from the row that is kept; else it stays with its reason."""
    rows = typed_in.of_key(beside.load(conn, user_id).typed_in, one.name)
    _, made = typed_in.put_all(conn, user_id, rows, again=True)
    made = made or _made_by_garmin(conn, user_id, one)
    if not made:
        return FileOutcome(one.name, "quarantined", one.sha256, one.reason_code, one.reason)
    held.release(conn, user_id, one.sha256)
    return FileOutcome(one.name, "imported", one.sha256, activity_ids=tuple(made))


def _made_by_garmin(conn: psycopg.Connection[Any], user_id: int, one: Quarantined) -> list[int]:
    """Bring back what was typed in at Garmin, from the entry of its list."""
    website, _, number = one.name.partition(":")
    if website != "garmin" or not number.isdigit():
        return []
    stored_typed_in.unsettle(conn, user_id, one.name)
    activities.without_file(conn, user_id, int(number))
    found = garmin.by_number(conn, user_id, int(number))
    return [found.id] if found else []
