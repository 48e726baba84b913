"""Taking an activity out of sight without losing it."""

from pathlib import Path
from typing import Any

import psycopg

from runningcoach import i18n
from runningcoach.ingest import quarantine_files
from runningcoach.store import activities, files, fitness, quarantine
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
    with conn.transaction():
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
