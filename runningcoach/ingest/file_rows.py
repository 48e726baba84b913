"""Write a decoded file to the tables, in one transaction."""

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
from runningcoach.ingest.import_report import FileOutcome, decoder_reason, stored_reason
from runningcoach.store import fitness, health
from runningcoach.store import imports as store
from runningcoach.store import quarantine as held
from runningcoach.store.imports import SideFact


def put_file(
    conn: psycopg.Connection[Any],
    context: ImportContext,
    decoded: DecodedFile,
    index: DescriptionIndex,
) -> FileOutcome:
    """Write the activities of a decoded file, and return its outcome."""
    with store.file_transaction(conn, context.user_id):
        legs = _select_legs(conn, context, decoded)
        rows = [activity_rows.build_activity_row(leg, context, decoded, index) for leg in legs]
        number = next((row["garmin_activity_id"] for row in rows), None)
        if _is_deleted(conn, context, number) or (decoded.legs and not legs):
            outcome = FileOutcome(context.name, "deleted", context.sha256, "deleted_before")
        else:
            stored = activity_rows.put_legs(conn, context, list(zip(legs, rows, strict=True)))
            outcome = _outcome(context, decoded, stored)
        _put_original(
            conn,
            context,
            decoded.kind,
            decoded.size_bytes,
            outcome.outcome,
            outcome.reason_code,
            outcome.reason,
            number,
        )
    return outcome


def _is_deleted(conn: psycopg.Connection[Any], context: ImportContext, number: int | None) -> bool:
    if number is None or context.again:
        return False
    return store.was_deleted(conn, context.user_id, number)


def _select_legs(
    conn: psycopg.Connection[Any], context: ImportContext, decoded: DecodedFile
) -> list[DecodedLeg]:
    """Return the legs to import, without those that the runner deleted one by one."""
    if context.legs is not None:
        return [leg for leg in decoded.legs if leg.recording.leg in context.legs]
    if context.again:
        return list(decoded.legs)
    deleted = deleted_legs(conn, context.user_id, context.sha256, decoded.legs)
    return [leg for leg in decoded.legs if leg.recording.leg not in deleted]


def deleted_legs(
    conn: psycopg.Connection[Any], user_id: int, sha256: str, legs: Iterable[DecodedLeg]
) -> frozenset[int]:
    """Return the legs of the events of a file that are in quarantine alone."""
    first = held.quarantined_legs(conn, user_id, sha256)
    by_leg = {leg.recording.leg: leg.recording.event for leg in legs}
    events = {by_leg[leg] for leg in first if leg in by_leg}
    return frozenset(leg for leg, event in by_leg.items() if event in events)


def put_table(
    conn: psycopg.Connection[Any],
    context: ImportContext,
    kind: str,
    size_bytes: int,
    events: Sequence[SideFact],
) -> tuple[FileOutcome, int]:
    """Store the entries of a table, and update the stored activities that they describe.

    Return the outcome and the number of activities that changed.
    """
    described = 0
    with store.file_transaction(conn, context.user_id):
        store.put_events(conn, context.user_id, events)
        put_health(conn, context.user_id, events)
        if any(event.kind in description_index.KINDS for event in events):
            described = description_index.apply_descriptions(
                conn, context.user_id, description_index.load_index(conn, context.user_id)
            )
        _put_original(conn, context, kind, size_bytes, "imported")
    return FileOutcome(context.name, "facts", context.sha256), described


def put_health(conn: psycopg.Connection[Any], user_id: int, events: Sequence[SideFact]) -> None:
    """Merge the nights and days of an export; values of a higher source are not overwritten."""
    nights, days = garmin_tables.nights(events), garmin_tables.days(events)
    health.put_nights(conn, user_id, nights, garmin_tables.SOURCE)
    health.put_days(conn, user_id, days, garmin_tables.SOURCE)
    if days:
        fitness.mark_stale(conn, user_id, min(days))


def put_archive(
    conn: psycopg.Connection[Any], context: ImportContext, size_bytes: int
) -> FileOutcome:
    """Store an archive as imported, so that its members are not read again."""
    with store.file_transaction(conn, context.user_id):
        _put_original(conn, context, "archive", size_bytes, "unpacked")
    return FileOutcome(context.name, "unpacked", context.sha256)


def quarantine(
    conn: psycopg.Connection[Any],
    context: ImportContext,
    code: str,
    why: str,
    *,
    size_bytes: int,
    kind: str = "unknown",
    is_stored: bool,
) -> FileOutcome:
    """Store why a file could not be imported; without its bytes it may be imported again."""
    outcome = FileOutcome(
        context.name,
        "quarantined",
        context.sha256,
        code,
        why,
        is_stored=is_stored or not size_bytes,
    )
    with store.file_transaction(conn, context.user_id):
        _hold(conn, context.user_id, outcome, size_bytes)
        if is_stored:
            _put_original(conn, context, kind, size_bytes, "quarantined", code, why)
    return outcome


def claim_fetched_files(
    conn: psycopg.Connection[Any], user_id: int, lane: str, names: Mapping[str, str]
) -> None:
    """Mark files fetched from Garmin as imported by the runner too; `names` by SHA-256."""
    fetched = store.garmin_only_files(conn, user_id, list(names)) if lane != GARMIN else []
    index = description_index.load_index(conn, user_id) if fetched else None
    for one in fetched:
        name = names[one.sha256]
        number = _described_number(index, name, one) or recording_rows.garmin_number(name)
        store.note_other_source(
            conn, user_id, one.sha256, lane=lane, name=name, garmin_activity_id=number
        )


def _described_number(
    index: DescriptionIndex | None, name: str, one: store.FetchedFile
) -> int | None:
    if index is None or one.started_at is None or one.elapsed_s is None:
        return None
    description = index.find(
        file_name=name, leg=0, started_at=one.started_at, elapsed_s=one.elapsed_s
    )
    return description.garmin_activity_id if description else None


def release(
    conn: psycopg.Connection[Any], user_id: int, home: Path, sha256: str, leg: int | None = None
) -> None:
    """Remove a file or one of its activities from quarantine; delete bytes that no user holds."""
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


def _outcome(context: ImportContext, decoded: DecodedFile, stored: list[LegResult]) -> FileOutcome:
    """Return the outcome of a file: a duplicate only when none of its legs is in use."""
    numbers = tuple(dict.fromkeys(one.activity_id for one in stored))
    if not stored:
        code = decoded.reason_code or "not_an_activity"
        reason = decoder_reason(code, decoded.reasons)
        return FileOutcome(context.name, "not_an_activity", context.sha256, code, reason)
    if not any(one.is_in_use for one in stored):
        code, other = stored[0].code or "same_time", stored[0].other_file or ""
        reason = stored_reason(code, [other])
        return FileOutcome(context.name, "duplicate", context.sha256, code, reason, numbers)
    outcome = "imported" if decoded.outcome == "ok" else "salvaged"
    code = decoded.reason_code
    reason = decoder_reason(code, decoded.reasons) if code else None
    replaced = tuple(sha256 for one in stored for sha256 in one.replaced)
    remarks = bool(decoded.reasons) or any(leg.recording.remarks for leg in decoded.legs)
    return FileOutcome(
        context.name, outcome, context.sha256, code, reason, numbers, replaced, remarks
    )


def _put_original(
    conn: psycopg.Connection[Any],
    context: ImportContext,
    kind: str,
    size_bytes: int,
    outcome: str,
    reason_code: str | None = None,
    reason: str | None = None,
    garmin_activity_id: int | None = None,
) -> None:
    original = store.ImportedFile(
        sha256=context.sha256,
        kind=kind,
        name=context.name,
        size_bytes=size_bytes,
        lane=context.lane,
        outcome=outcome,
        reason_code=reason_code,
        reason=reason,
        garmin_activity_id=garmin_activity_id,
    )
    store.put_file(conn, context.user_id, original)
