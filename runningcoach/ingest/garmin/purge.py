"""Delete everything that was fetched from Garmin."""

from pathlib import Path
from typing import Any

import psycopg

from runningcoach.ingest import file_rows, quarantine_files
from runningcoach.ingest.exports import description_index, garmin_tables, manual_activities
from runningcoach.ingest.garmin import reimport
from runningcoach.ingest.garmin.units import downloads
from runningcoach.store import garmin, garmin_purge, imports, quarantine
from runningcoach.store.blobs import files, orphans

type Connection = psycopg.Connection[Any]


def delete_fetched(conn: Connection, user_id: int, home: Path) -> None:
    """Delete what was fetched from Garmin, field by field, and restore values that it had replaced.

    Data imported another way stays, an account's export too. Rows are deleted in one transaction,
    files after it: a process that dies in between leaves only files without references.
    """
    with imports.file_transaction(conn, user_id):
        _restore_activities(conn, user_id, home)
        garmin_purge.purge_answers(conn, user_id)
        _restore_days(conn, user_id)
        hashes = garmin_purge.delete_files(conn, user_id)
    imports.flush(conn)
    orphans.delete_of_originals(conn, home, hashes)
    for sha256 in hashes:
        _remove(conn, user_id, home, sha256)
    for staged in downloads(home, user_id).iterdir():
        staged.unlink()


def _restore_activities(conn: Connection, user_id: int, home: Path) -> None:
    """Restore activities from their other sources."""
    touched = garmin_purge.purge_activities(conn, user_id)
    known = description_index.load_index(conn, user_id)
    reimport.reimport_files(conn, user_id, home, touched, known)
    manual_activities.put_all(conn, user_id, known.typed_in, only_deleted_stay=True)
    garmin_purge.delete_shells(conn, user_id)
    description_index.apply_descriptions(conn, user_id, known)


def _restore_days(conn: Connection, user_id: int) -> None:
    """Restore nights and days from an export."""
    days = {str(day) for day in garmin_purge.purge_days(conn, user_id)}
    events = imports.events(conn, user_id, garmin_tables.HEALTH_KINDS)
    file_rows.put_health(conn, user_id, [event for event in events if event.key in days])


def _remove(conn: Connection, user_id: int, home: Path, sha256: str) -> None:
    """Remove an original from the disk, unless another runner has the same one."""
    if not garmin.is_file_used(conn, sha256):
        files.path(home, sha256).unlink(missing_ok=True)
    if quarantine.release(conn, user_id, sha256):
        quarantine_files.remove(home, sha256)
