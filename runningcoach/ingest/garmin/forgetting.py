"""Deleting what Garmin brought, when the runner leaves and wants it gone."""

from pathlib import Path
from typing import Any

import psycopg

from runningcoach.ingest import beside, garmin_export, quarantine_files, tables, typed_in
from runningcoach.ingest.garmin import own_files
from runningcoach.ingest.garmin.units import downloads
from runningcoach.store import files, forgetting, garmin, imports, orphans, quarantine

type Connection = psycopg.Connection[Any]


def forget(conn: Connection, user_id: int, home: Path) -> None:
    """Delete what came from Garmin by a lane, field by field; what it had covered stands again.

    What came another way stays, an account's export too. The rows go in one transaction, the
    files after it: when the process dies in between, files are left that nobody refers to.
    """
    with imports.one_file(conn, user_id):
        _give_back_activities(conn, user_id, home)
        forgetting.delete_answers(conn, user_id)
        _give_back_days(conn, user_id)
        hashes = forgetting.delete_files(conn, user_id)
    imports.flush(conn)
    orphans.remove_of(conn, home, hashes)
    for sha256 in hashes:
        _remove(conn, user_id, home, sha256)
    for staged in downloads(home, user_id).iterdir():
        staged.unlink()


def _give_back_activities(conn: Connection, user_id: int, home: Path) -> None:
    """Let activities be what others say of them."""
    touched = forgetting.take_back_activities(conn, user_id)
    known = beside.load(conn, user_id)
    own_files.tell_again(conn, user_id, home, touched, known)
    typed_in.put_all(conn, user_id, known.typed_in, only_deleted_stay=True)
    forgetting.delete_shells(conn, user_id)
    beside.apply(conn, user_id, known)


def _give_back_days(conn: Connection, user_id: int) -> None:
    """Let nights and days be what an export says of them."""
    days = {str(day) for day in forgetting.take_back_days(conn, user_id)}
    told = imports.events(conn, user_id, garmin_export.HEALTH_KINDS)
    tables.put_health(conn, user_id, [event for event in told if event.key in days])


def _remove(conn: Connection, user_id: int, home: Path, sha256: str) -> None:
    """Remove an original from the disk, unless another runner has the same one."""
    if not garmin.is_used(conn, sha256):
        files.path(home, sha256).unlink(missing_ok=True)
    if quarantine.release(conn, user_id, sha256):
        quarantine_files.remove(home, sha256)
