"""From a decoded file to the tables, in one transaction: all of it or nothing."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import psycopg

from runningcoach.ingest import activity_rows, quarantine_files
from runningcoach.ingest.activity_rows import GARMIN, LegResult
from runningcoach.ingest.exports import description_index, garmin_tables
from runningcoach.ingest.exports.description_index import DescriptionIndex
from runningcoach.ingest.files import recording_rows
from runningcoach.ingest.files.decoding import DecodedFile, DecodedLeg
from runningcoach.ingest.import_context import ImportContext
from runningcoach.ingest.import_report import FileOutcome, sentence, told
from runningcoach.store import fitness, health
from runningcoach.store import imports as store
from runningcoach.store import quarantine as held
from runningcoach.store.imports import SideFact


def put(
    conn: psycopg.Connection[Any],
    arrival: ImportContext,
    decoded: DecodedFile,
    known: DescriptionIndex,
) -> FileOutcome:
    """Write what a readable file turned out to be, and return what became of it."""
    with store.file_transaction(conn, arrival.user_id):
        wanted = _wanted(conn, arrival, decoded)
        rows = [activity_rows.row_of(leg, arrival, decoded, known) for leg in wanted]
        number = next((row["garmin_activity_id"] for row in rows), None)
        if _is_deleted(conn, arrival, number) or (decoded.legs and not wanted):
            outcome = FileOutcome(arrival.name, "deleted", arrival.sha256, "deleted_before")
        else:
            stored = activity_rows.put_legs(conn, arrival, list(zip(wanted, rows, strict=True)))
            outcome = _outcome(arrival, decoded, stored)
        _remember(conn, arrival, decoded, outcome, number)
    return outcome


def _is_deleted(conn: psycopg.Connection[Any], arrival: ImportContext, number: int | None) -> bool:
    if number is None or arrival.again:
        return False
    return store.was_deleted(conn, arrival.user_id, number)


def _wanted(
    conn: psycopg.Connection[Any], arrival: ImportContext, decoded: DecodedFile
) -> list[DecodedLeg]:
    """Return the legs that are to be taken: not those that the runner deleted one by one."""
    if arrival.legs is not None:
        return [leg for leg in decoded.legs if leg.recording.leg in arrival.legs]
    if arrival.again:
        return list(decoded.legs)
    deleted = deleted_legs(conn, arrival.user_id, arrival.sha256, decoded.legs)
    return [leg for leg in decoded.legs if leg.recording.leg not in deleted]


def deleted_legs(
    conn: psycopg.Connection[Any], user_id: int, sha256: str, found: Iterable[DecodedLeg]
) -> frozenset[int]:
    """Return the legs of the events of a file that are in quarantine alone."""
    first = held.quarantined_legs(conn, user_id, sha256)
    by_leg = {leg.recording.leg: leg.recording.event for leg in found}
    events = {by_leg[leg] for leg in first if leg in by_leg}
    return frozenset(leg for leg, event in by_leg.items() if event in events)


def put_table(
    conn: psycopg.Connection[Any],
    arrival: ImportContext,
    kind: str,
    size_bytes: int,
    events: Sequence[SideFact],
) -> tuple[FileOutcome, int]:
    """Keep the entries of a table, and tell them to the activities that are here already.

    Returns the outcome and how many activities learned something.
    """
    described = 0
    with store.file_transaction(conn, arrival.user_id):
        store.put_events(conn, arrival.user_id, events)
        put_health(conn, arrival.user_id, events)
        if any(event.kind in description_index.KINDS for event in events):
            described = description_index.apply(
                conn, arrival.user_id, description_index.load(conn, arrival.user_id)
            )
        _put_original(conn, arrival, kind, size_bytes, "imported")
    return FileOutcome(arrival.name, "facts", arrival.sha256), described


def put_health(conn: psycopg.Connection[Any], user_id: int, events: Sequence[SideFact]) -> None:
    """Merge the nights and days that an export's entries tell; no higher source is overwritten."""
    nights, days = garmin_tables.nights(events), garmin_tables.days(events)
    health.put_nights(conn, user_id, nights, garmin_tables.SOURCE)
    health.put_days(conn, user_id, days, garmin_tables.SOURCE)
    if days:
        fitness.mark_stale(conn, user_id, min(days))


def put_archive(
    conn: psycopg.Connection[Any], arrival: ImportContext, size_bytes: int
) -> FileOutcome:
    """Remember an archive whose members have all been taken."""
    with store.file_transaction(conn, arrival.user_id):
        _put_original(conn, arrival, "archive", size_bytes, "unpacked")
    return FileOutcome(arrival.name, "unpacked", arrival.sha256)


def quarantine(
    conn: psycopg.Connection[Any],
    arrival: ImportContext,
    code: str,
    why: str,
    *,
    size_bytes: int,
    kind: str = "unknown",
    is_kept: bool,
) -> FileOutcome:
    """Note a file that could not be taken, and why; one whose bytes are not kept may come again."""
    outcome = FileOutcome(
        arrival.name, "quarantined", arrival.sha256, code, why, is_kept=is_kept or not size_bytes
    )
    with store.file_transaction(conn, arrival.user_id):
        _hold(conn, arrival.user_id, outcome, size_bytes)
        if is_kept:
            _put_original(conn, arrival, kind, size_bytes, "quarantined", code, why)
    return outcome


def claim(conn: psycopg.Connection[Any], user_id: int, lane: str, names: Mapping[str, str]) -> None:
    """Let files that Garmin brought be the runner's own, who brings them too; `names` by hash."""
    fetched = store.garmin_only_files(conn, user_id, list(names)) if lane != GARMIN else []
    known = description_index.load(conn, user_id) if fetched else None
    for one in fetched:
        name = names[one.sha256]
        number = _told_number(known, name, one) or recording_rows.garmin_number(name)
        store.note_other_source(
            conn, user_id, one.sha256, lane=lane, name=name, garmin_activity_id=number
        )


def _told_number(known: DescriptionIndex | None, name: str, one: store.FetchedFile) -> int | None:
    if known is None or one.started_at is None or one.elapsed_s is None:
        return None
    found = known.of(file_name=name, leg=0, started_at=one.started_at, elapsed_s=one.elapsed_s)
    return found.garmin_activity_id if found else None


def release(
    conn: psycopg.Connection[Any], user_id: int, home: Path, sha256: str, leg: int | None = None
) -> None:
    """Let a file out of quarantine, or one activity of it; its bytes go when nobody has more."""
    if held.release(conn, user_id, sha256, leg):
        quarantine_files.remove(home, sha256)


def _hold(
    conn: psycopg.Connection[Any], user_id: int, outcome: FileOutcome, size_bytes: int
) -> None:
    held.put(
        conn,
        user_id,
        sha256=outcome.sha256 or "",
        name=outcome.name,
        size_bytes=size_bytes,
        reason_code=outcome.reason_code or "",
        reason=outcome.reason or "",
    )


def _outcome(arrival: ImportContext, decoded: DecodedFile, stored: list[LegResult]) -> FileOutcome:
    """Return what became of the file: a duplicate only when no leg of it is in use."""
    numbers = tuple(dict.fromkeys(one.activity_id for one in stored))
    if not stored:
        code = decoded.reason_code or "not_an_activity"
        reason = told(code, decoded.reasons)
        return FileOutcome(arrival.name, "not_an_activity", arrival.sha256, code, reason)
    if not any(one.is_in_use for one in stored):
        code, other = stored[0].code or "same_time", stored[0].other_file or ""
        reason = sentence(code, [other])
        return FileOutcome(arrival.name, "duplicate", arrival.sha256, code, reason, numbers)
    outcome = "imported" if decoded.outcome == "ok" else "salvaged"
    code = decoded.reason_code
    reason = told(code, decoded.reasons) if code else None
    replaced = tuple(sha256 for one in stored for sha256 in one.replaced)
    remarks = bool(decoded.reasons) or any(leg.recording.remarks for leg in decoded.legs)
    return FileOutcome(
        arrival.name, outcome, arrival.sha256, code, reason, numbers, replaced, remarks
    )


def _remember(
    conn: psycopg.Connection[Any],
    arrival: ImportContext,
    decoded: DecodedFile,
    outcome: FileOutcome,
    garmin_activity_id: int | None,
) -> None:
    _put_original(
        conn,
        arrival,
        decoded.kind,
        decoded.size_bytes,
        outcome.outcome,
        outcome.reason_code,
        outcome.reason,
        garmin_activity_id,
    )


def _put_original(
    conn: psycopg.Connection[Any],
    arrival: ImportContext,
    kind: str,
    size_bytes: int,
    outcome: str,
    reason_code: str | None = None,
    reason: str | None = None,
    garmin_activity_id: int | None = None,
) -> None:
    original = store.ImportedFile(
        sha256=arrival.sha256,
        kind=kind,
        name=arrival.name,
        size_bytes=size_bytes,
        lane=arrival.lane,
        outcome=outcome,
        reason_code=reason_code,
        reason=reason,
        garmin_activity_id=garmin_activity_id,
    )
    store.put_file(conn, arrival.user_id, original)
