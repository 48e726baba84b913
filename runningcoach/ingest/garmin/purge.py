"""Deleting what Garmin brought, when the runner leaves and wants it gone."""

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


def forget(conn: Connection, user_id: int, home: Path) -> None:
    """Delete what came from Garmin by a lane, field by field; what it had covered stands again.

    What came another way stays, an account's export too. The rows go in one transaction, the
    files after it: when the process dies in between, files are left that nobody refers to.
    """
    with imports.file_transaction(conn, user_id):
        _give_back_activities(conn, user_id, home)
        garmin_purge.purge_answers(conn, user_id)
        _give_back_days(conn, user_id)
        hashes = garmin_purge.delete_files(conn, user_id)
    imports.flush(conn)
    orphans.delete_of_originals(conn, home, hashes)
    for sha256 in hashes:
        _remove(conn, user_id, home, sha256)
    for staged in downloads(home, user_id).iterdir():
        staged.unlink()


def _give_back_activities(conn: Connection, user_id: int, home: Path) -> None:
    """Let activities be what others say of them."""
    touched = garmin_purge.purge_activities(conn, user_id)
    known = description_index.load(conn, user_id)
    reimport.tell_again(conn, user_id, home, touched, known)
    manual_activities.put_all(conn, user_id, known.typed_in, only_deleted_stay=True)
    garmin_purge.delete_shells(conn, user_id)
    description_index.apply(conn, user_id, known)


def _give_back_days(conn: Connection, user_id: int) -> None:
    """Let nights and days be what an export says of them."""
    days = {str(day) for day in garmin_purge.purge_days(conn, user_id)}
    told = imports.events(conn, user_id, garmin_tables.HEALTH_KINDS)
    file_rows.put_health(conn, user_id, [event for event in told if event.key in days])


def _remove(conn: Connection, user_id: int, home: Path, sha256: str) -> None:
    """Remove an original from the disk, unless another runner has the same one."""
    if not garmin.is_file_used(conn, sha256):
        files.path(home, sha256).unlink(missing_ok=True)
    if quarantine.release(conn, user_id, sha256):
        quarantine_files.remove(home, sha256)
