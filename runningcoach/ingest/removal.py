"""Taking an activity out of sight without losing it."""

import hashlib
from pathlib import Path
from typing import Any

import psycopg

from runningcoach import i18n
from runningcoach.ingest import quarantine_files
from runningcoach.store import activities, files, fitness, garmin, imports, locks, quarantine
from runningcoach.store.activities import Original

BY_RUNNER, AT_GARMIN = "deleted_by_runner", "deleted_at_garmin"


def remove(
    conn: psycopg.Connection[Any],
    user_id: int,
    original: Original,
    home: Path,
    why: str = BY_RUNNER,
) -> None:
    """Remove every leg that came from a file and put the file into quarantine.

    An import does not bring it back; a retry from quarantine does.
    """
    reason = i18n.t(f"ingest.reasons.{why}")
    quarantine_files.put(home, original.sha256, files.get(home, original.sha256))
    with locks.changing(conn, user_id):
        since = activities.remove_file(conn, user_id, original.sha256, reason)
        quarantine.put(
            conn,
            user_id,
            sha256=original.sha256,
            name=original.name,
            size_bytes=original.size_bytes,
            reason_code=why,
            reason=reason,
        )
        if since is not None:
            fitness.mark_stale(conn, user_id, since)


def remove_by_hand(conn: psycopg.Connection[Any], user_id: int, activity_id: int) -> bool:
    """Remove an activity that has no file, for good; False where there is none such.

    Garmin's number is remembered as that of a deleted file: the sync does not make it anew.
    """
    with locks.changing(conn, user_id):
        number = garmin.remove_by_hand(conn, user_id, activity_id)
        if number is not None:
            imports.put_file(conn, user_id, _nothing(number))
    return number is not None


def _nothing(number: int) -> imports.Original:
    name = f"garmin:{number}"
    return imports.Original(
        sha256=hashlib.sha256(name.encode()).hexdigest(),
        kind="unknown",
        name=name,
        size_bytes=0,
        lane="garmin",
        outcome="deleted",
        reason_code=BY_RUNNER,
        reason=i18n.t(f"ingest.reasons.{BY_RUNNER}"),
        garmin_activity_id=number,
    )
