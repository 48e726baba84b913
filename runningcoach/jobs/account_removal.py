"""Remove an account with all its data, in the database and on the disk."""

import shutil
import time
from pathlib import Path
from typing import Any

import psycopg

from runningcoach.base import periods
from runningcoach.ingest import quarantine_files
from runningcoach.ingest.garmin.units import downloads
from runningcoach.jobs.problems import LastOwner
from runningcoach.model.user import User
from runningcoach.store import accounts, garmin, job_runs, quarantine
from runningcoach.store.blobs import files, orphans
from runningcoach.store.database import locks

type Connection = psycopg.Connection[Any]

PATIENCE_S = 10.0
"""How long a cancelled run may take to end; the scheduler looks twice a second."""


def remove_account(conn: Connection, user: User, home: Path) -> None:
    """Remove an account: rows, samples, originals, quarantine, runs with their notebooks, logins.

    Files that another account has too stay, for that one. The rows go when the files are gone, so
    that an interrupted removal can be repeated. Raises LastOwner.
    """
    owners = [account.id for account in accounts.all_users(conn) if account.role == "owner"]
    if owners == [user.id]:
        raise LastOwner(username=user.username)
    _end_runs(conn, user.id)
    with locks.hold_derive_lock(conn, user.id), locks.hold_change_lock(conn, user.id):
        files_of_user = accounts.list_files(conn, user.id)
        runs = job_runs.run_ids(conn, user.id)
        accounts.remove(conn, user.id)
        _remove_files(conn, home, files_of_user)
        for folder in [downloads(home, user.id), *(home / "jobs" / run_id for run_id in runs)]:
            shutil.rmtree(folder, ignore_errors=True)


def _end_runs(conn: Connection, user_id: int) -> None:
    """Cancel the user's waiting and running runs, and wait a while for them to end."""
    give_up = time.monotonic() + PATIENCE_S
    while time.monotonic() < give_up:
        both = [*job_runs.waiting(conn), *job_runs.running(conn)]
        remaining = [run for run in both if run.user_id == user_id]
        for run in remaining:
            job_runs.request_cancel(conn, user_id, run.id, periods.now())
        if not remaining or not job_runs.has_leader(conn):
            return
        time.sleep(0.2)


def _remove_files(conn: Connection, home: Path, user_files: accounts.AccountFiles) -> None:
    """Remove those of an account's former files that no row refers to."""
    orphans.delete_of_originals(conn, home, user_files.originals)
    for sha256 in user_files.originals:
        if not garmin.is_file_used(conn, sha256):
            files.path(home, sha256).unlink(missing_ok=True)
    for sha256 in {*user_files.originals, *user_files.quarantined}:
        if not quarantine.is_quarantined(conn, sha256):
            quarantine_files.remove(home, sha256)
