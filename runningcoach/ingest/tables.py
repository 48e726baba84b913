"""From a decoded file to the tables, in one transaction: all of it or nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from runningcoach.ingest import beside, garmin_export, identity, normalise, quarantine_files
from runningcoach.ingest.beside import Beside
from runningcoach.ingest.decoding import Decoded, Leg
from runningcoach.ingest.descriptions import Description
from runningcoach.ingest.identity import Claim, Match
from runningcoach.ingest.reports import REPLACED, FileOutcome, sentence, told
from runningcoach.store import facts, fitness, health
from runningcoach.store import imports as store
from runningcoach.store import quarantine as held
from runningcoach.store.imports import Event

GARMIN = "garmin"
"""The lane of what is fetched from Garmin."""
NO_DESCRIPTION = {
    "garmin_activity_id": None, "rpe": None, "gear": None, "is_race": False,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Arrival:
    """A file that arrives: its name, its hash, the way it came, and whose it is."""

    name: str
    sha256: str
    lane: str
    user_id: int
    home_zone: str
    again: bool = False


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of one leg: the activity that holds it, or holds its better recording."""

    activity_id: int
    code: str | None = None
    other_file: str | None = None
    replaced: str | None = None

    @property
    def is_in_use(self) -> bool:
        """Whether the leg itself is what the activity shows."""
        return self.code is None


def put(
    conn: psycopg.Connection[Any], arrival: Arrival, decoded: Decoded, known: Beside
) -> FileOutcome:
    """Write what a file turned out to be, and return what became of it."""
    if decoded.outcome == "unreadable":
        return put_unreadable(conn, arrival, decoded)
    with store.one_file(conn, arrival.user_id):
        rows = [_row(leg, arrival, decoded, known) for leg in decoded.legs]
        number = next((row["garmin_activity_id"] for row in rows), None)
        if number and not arrival.again and store.was_deleted(conn, arrival.user_id, number):
            outcome = FileOutcome(arrival.name, "deleted", arrival.sha256, "deleted_before")
        else:
            legs = zip(decoded.legs, rows, strict=True)
            stored = _put_legs(conn, arrival, list(legs))
            outcome = _outcome(arrival, decoded, stored)
        _remember(conn, arrival, decoded, outcome, number)
    return outcome


def put_unreadable(
    conn: psycopg.Connection[Any], arrival: Arrival, decoded: Decoded
) -> FileOutcome:
    """Note a file that nothing can be made of; its bytes are in quarantine already."""
    code = decoded.reason_code or "unreadable_file"
    why = told(code, decoded.reasons)
    outcome = FileOutcome(arrival.name, "quarantined", arrival.sha256, code, why)
    with store.one_file(conn, arrival.user_id):
        _hold(conn, arrival.user_id, outcome, decoded.size_bytes)
        _remember(conn, arrival, decoded, outcome, None)
    return outcome


def put_table(
    conn: psycopg.Connection[Any],
    arrival: Arrival,
    kind: str,
    size_bytes: int,
    events: Sequence[Event],
) -> tuple[FileOutcome, int]:
    """Keep the entries of a table, and tell them to the activities that are here already.

    Returns the outcome and how many activities learned something.
    """
    described = 0
    with store.one_file(conn, arrival.user_id):
        store.put_events(conn, arrival.user_id, events)
        put_health(conn, arrival.user_id, events)
        if any(event.kind in beside.KINDS for event in events):
            described = beside.apply(conn, arrival.user_id, beside.load(conn, arrival.user_id))
        _put_original(conn, arrival, kind, size_bytes, "imported")
    return FileOutcome(arrival.name, "facts", arrival.sha256), described


def put_health(conn: psycopg.Connection[Any], user_id: int, events: Sequence[Event]) -> None:
    """Merge the nights and days that an export's entries tell; no higher source is overwritten."""
    nights, days = garmin_export.nights(events), garmin_export.days(events)
    health.put_nights(conn, user_id, nights, garmin_export.SOURCE)
    health.put_days(conn, user_id, days, garmin_export.SOURCE)
    if days:
        fitness.mark_stale(conn, user_id, min(days))


def put_archive(conn: psycopg.Connection[Any], arrival: Arrival, size_bytes: int) -> FileOutcome:
    """Remember an archive whose members have all been taken."""
    with store.one_file(conn, arrival.user_id):
        _put_original(conn, arrival, "archive", size_bytes, "unpacked")
    return FileOutcome(arrival.name, "unpacked", arrival.sha256)


def quarantine(
    conn: psycopg.Connection[Any],
    home: Path,
    arrival: Arrival,
    code: str,
    details: Sequence[str],
    *,
    data: bytes | None,
    size_bytes: int = 0,
) -> FileOutcome:
    """Put a file aside with the reason; its bytes too, where they can be had."""
    why = sentence(code, details)
    outcome = FileOutcome(arrival.name, "quarantined", arrival.sha256, code, why)
    if data is not None:
        quarantine_files.put(home, arrival.sha256, data)
        size_bytes = len(data)
    with store.one_file(conn, arrival.user_id):
        _hold(conn, arrival.user_id, outcome, size_bytes)
        if data is not None:
            _put_original(conn, arrival, "unknown", size_bytes, "quarantined", code, why)
    return outcome


def claim(conn: psycopg.Connection[Any], user_id: int, lane: str, names: Mapping[str, str]) -> None:
    """Let files that Garmin brought be the runner's own, who brings them too; `names` by hash."""
    fetched = store.fetched(conn, user_id, list(names)) if lane != GARMIN else []
    known = beside.load(conn, user_id) if fetched else None
    for one in fetched:
        name = names[one.sha256]
        number = _told_number(known, name, one) or normalise.garmin_number(name)
        store.came_otherwise_too(
            conn, user_id, one.sha256, lane=lane, name=name, garmin_activity_id=number
        )


def _told_number(known: Beside | None, name: str, one: store.Fetched) -> int | None:
    if known is None or one.started_at is None or one.elapsed_s is None:
        return None
    found = known.of(file_name=name, leg=0, started_at=one.started_at, elapsed_s=one.elapsed_s)
    return found.garmin_activity_id if found else None


def release(conn: psycopg.Connection[Any], user_id: int, home: Path, sha256: str) -> None:
    """Let a file out of quarantine; its bytes go when no other user has them there."""
    if held.release(conn, user_id, sha256):
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


def _row(leg: Leg, arrival: Arrival, decoded: Decoded, known: Beside) -> dict[str, Any]:
    """Return the columns of an activity: what the file says, and what is said beside it."""
    recording = leg.recording
    timezone = normalise.zone(
        leg.position, recording.utc_offset_s, recording.started_at, arrival.home_zone
    )
    row = normalise.activity_row(
        recording,
        file_sha256=arrival.sha256,
        source=decoded.kind,
        timezone=timezone,
        status=decoded.outcome,
        notes=decoded.reasons,
    )
    found = known.of(
        file_name=arrival.name,
        leg=recording.leg,
        started_at=recording.started_at,
        elapsed_s=row["elapsed_s"],
    )
    row |= NO_DESCRIPTION | _told(found)
    row["garmin_activity_id"] = row["garmin_activity_id"] or normalise.garmin_number(arrival.name)
    return row


def _told(found: Description | None) -> dict[str, Any]:
    if found is None:
        return {}
    words = {"name": found.name, "notes": found.notes, "rpe": found.rpe, "gear": found.gear}
    told = {name: value for name, value in words.items() if value is not None}
    return {
        "garmin_activity_id": found.garmin_activity_id, "is_race": found.is_race, **told,
    }  # fmt: skip


def _put_legs(
    conn: psycopg.Connection[Any], arrival: Arrival, legs: list[tuple[Leg, dict[str, Any]]]
) -> list[Stored]:
    """Decide on all legs as the store was before the file, then write them."""
    decided = [(leg, row, *_match(conn, arrival.user_id, leg, row)) for leg, row in legs]
    stored = [_put_leg(conn, arrival, *decision) for decision in decided]
    if len(legs) > 1:
        store.join_legs(conn, arrival.user_id, arrival.sha256)
    return stored


def _match(
    conn: psycopg.Connection[Any], user_id: int, leg: Leg, row: dict[str, Any]
) -> tuple[Claim, Match | None]:
    claim = Claim.of(row, leg.samples.samples)
    lookalikes = store.lookalikes(
        conn,
        user_id,
        file_sha256=claim.file_sha256,
        leg=claim.leg,
        garmin_activity_id=claim.garmin_activity_id,
        started_at=claim.started_at,
        elapsed_s=claim.elapsed_s,
    )
    match = identity.match(claim, lookalikes)
    others = [one for one in lookalikes if match is None or one.id != match.activity.id]
    if any(
        (one.garmin_activity_id, one.leg) == (claim.garmin_activity_id, claim.leg) for one in others
    ):
        row["garmin_activity_id"] = None  # the number is taken by an activity of another time
    return claim, match


def _put_leg(
    conn: psycopg.Connection[Any],
    arrival: Arrival,
    leg: Leg,
    row: dict[str, Any],
    claim: Claim,
    match: Match | None,
) -> Stored:
    user_id = arrival.user_id
    if match is None:
        activity_id = store.insert_activity(conn, user_id, row)
        _put_parts(conn, user_id, activity_id, leg, row)
        return Stored(activity_id)
    old = match.activity
    if match.code != "same_content" and not identity.is_better(claim, old):
        if store.complete_activity(conn, user_id, old.id, _completing(arrival, row)):
            fitness.mark_stale(conn, user_id, min(old.started_at.date(), row["local_date"]))
        return Stored(old.id, match.code, old.file_name)
    store.replace_activity(conn, user_id, old.id, row)
    _put_parts(conn, user_id, old.id, leg, row)
    fitness.mark_stale(conn, user_id, min(old.started_at.date(), row["local_date"]))
    if match.code == "same_content":
        return Stored(old.id)
    is_gone = _leave(conn, user_id, old.file_sha256, arrival.name)
    return Stored(old.id, replaced=old.file_sha256 if is_gone else None)


def _completing(arrival: Arrival, row: dict[str, Any]) -> dict[str, Any]:
    """Return what a recording that is not used may add to the one that is.

    Of a file of Garmin's only the number: its words come with Garmin's list, where their source is
    noted, so that they can be taken back.
    """
    return row | dict.fromkeys(beside.FIELDS) if arrival.lane == GARMIN else row


def _put_parts(
    conn: psycopg.Connection[Any], user_id: int, activity_id: int, leg: Leg, row: dict[str, Any]
) -> None:
    recording = leg.recording
    store.put_laps(conn, user_id, activity_id, [normalise.lap_row(lap) for lap in recording.laps])
    manifest = {
        "path": str(leg.samples.path),
        "sha256": leg.samples.sha256,
        "size_bytes": leg.samples.size_bytes,
        "samples": leg.samples.samples,
        "channels": list(leg.samples.channels),
        "pauses_s": [second for pause in recording.pauses for second in pause],
    }
    store.put_samples(conn, user_id, activity_id, manifest)
    facts.put(conn, user_id, activity_id, leg.facts)
    fitness.mark_stale(conn, user_id, row["local_date"])


def _leave(conn: psycopg.Connection[Any], user_id: int, old_sha256: str, better_file: str) -> bool:
    """Settle the file that lost a leg; say whether nothing of it is in use any more."""
    store.join_legs(conn, user_id, old_sha256)
    reason = sentence(REPLACED, [better_file])
    return store.mark_replaced(conn, user_id, old_sha256, REPLACED, reason)


def _outcome(arrival: Arrival, decoded: Decoded, stored: list[Stored]) -> FileOutcome:
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
    replaced = tuple(one.replaced for one in stored if one.replaced)
    return FileOutcome(arrival.name, outcome, arrival.sha256, code, reason, numbers, replaced)


def _remember(
    conn: psycopg.Connection[Any],
    arrival: Arrival,
    decoded: Decoded,
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
    arrival: Arrival,
    kind: str,
    size_bytes: int,
    outcome: str,
    reason_code: str | None = None,
    reason: str | None = None,
    garmin_activity_id: int | None = None,
) -> None:
    original = store.Original(
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
