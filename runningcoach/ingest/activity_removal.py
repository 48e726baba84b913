"""Remove an activity so that it can be restored from quarantine."""

from pathlib import Path
from typing import Any

import psycopg

from runningcoach.base import i18n
from runningcoach.store import activities, fitness, imports, manual_activities, quarantine
from runningcoach.store.blobs import files
from runningcoach.store.database import locks

BY_RUNNER, AT_GARMIN = "deleted_by_runner", "deleted_at_garmin"


def remove(
    conn: psycopg.Connection[Any],
    user_id: int,
    activity_id: int,
    home: Path,
    why: str = BY_RUNNER,
) -> bool:
    """Remove an activity, with all legs of its event, and note it in quarantine.

    Other activities of its file stay. A later import does not restore it; a retry from
    quarantine does, and an import with `again`. Return False where there is no such activity;
    raise OriginalMissing or OriginalDamaged for one that could not be restored.
    """
    reason = i18n.t(f"ingest.reasons.{why}")
    with locks.hold_change_lock(conn, user_id):
        event = activities.event_of(conn, user_id, activity_id)
        original = activities.original(conn, user_id, activity_id)
        if event is None or original is None:
            return event is not None and _remove_typed_in(conn, user_id, activity_id, why)
        files.get(home, original.sha256)  # raises where the activity could not be restored
        held_alone = bool(quarantine.quarantined_legs(conn, user_id, original.sha256))
        since, others_stay = activities.remove_event(conn, user_id, event, reason)
        quarantine.put(
            conn,
            user_id,
            sha256=original.sha256,
            name=original.name,
            size_bytes=original.size_bytes,
            reason_code=why,
            reason=reason,
            leg=event.first_leg if others_stay or held_alone else None,
        )
        if since is not None:
            fitness.mark_stale(conn, user_id, since)
    return True


def _remove_typed_in(
    conn: psycopg.Connection[Any], user_id: int, activity_id: int, why: str
) -> bool:
    """Remove an activity that has no file; the websites' rows stay for a retry.

    Garmin's number is stored as that of a deleted file: the sync does not create it again.
    """
    removed = manual_activities.remove(conn, user_id, activity_id)
    if removed is None:
        return False
    nothing = _stand_in_file(removed.key, removed.garmin_activity_id, why)
    imports.put_file(conn, user_id, nothing)
    quarantine.put(
        conn,
        user_id,
        sha256=nothing.sha256,
        name=nothing.name,
        size_bytes=0,
        reason_code=why,
        reason=nothing.reason or "",
    )
    fitness.mark_stale(conn, user_id, removed.local_date)
    return True


def _stand_in_file(key: str, garmin_activity_id: int | None, why: str) -> imports.ImportedFile:
    """Return an import row in place of the file of a deleted activity that has none."""
    return imports.ImportedFile(
        sha256=manual_activities.placeholder_hash(key),
        kind="unknown",
        name=key,
        size_bytes=0,
        lane="garmin" if garmin_activity_id is not None else "file",
        outcome="deleted",
        reason_code=why,
        reason=i18n.t(f"ingest.reasons.{why}"),
        garmin_activity_id=garmin_activity_id,
    )
