"""Deleting what Garmin brought, when the runner leaves and wants it gone."""

from pathlib import Path
from typing import Any

import psycopg

from runningcoach.ingest import quarantine_files
from runningcoach.ingest.garmin.units import downloads
from runningcoach.store import files, fitness, garmin, quarantine


def forget(conn: psycopg.Connection[Any], user_id: int, home: Path) -> None:
    """Delete what came from Garmin by a lane: answers, days, scores, activities, their files.

    What came another way stays, an account's export too. The rows go in one transaction, the
    files after it: when the process dies in between, files are left that nobody refers to.
    """
    with conn.transaction():
        since = garmin.forget_activities(conn, user_id)
        days_since = garmin.forget_health(conn, user_id)
        for day in (since, days_since):
            if day is not None:
                fitness.mark_stale(conn, user_id, day)
        garmin.forget_answers(conn, user_id)
        hashes = garmin.forget_files(conn, user_id)
    for sha256 in hashes:
        _remove(conn, user_id, home, sha256)
    for staged in downloads(home, user_id).iterdir():
        staged.unlink()


def _remove(conn: psycopg.Connection[Any], user_id: int, home: Path, sha256: str) -> None:
    """Remove an original from the disk, unless another runner has the same one."""
    if not garmin.is_used(conn, sha256):
        files.path(home, sha256).unlink(missing_ok=True)
    if quarantine.release(conn, user_id, sha256):
        quarantine_files.remove(home, sha256)
