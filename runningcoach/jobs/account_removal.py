"""Removing an account with all that is kept for it, in the database and on the disk."""

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
"""How long a run that is told to end may take; the scheduler looks twice a second."""


def remove_account(conn: Connection, user: User, home: Path) -> None:
    """Remove an account: rows, samples, originals, quarantine, runs with their notebooks, logins.

    Files that another account has too stay, for that one. The rows go when the files are gone, so
    that a removal that was cut short can be asked for again. Raises LastOwner.
    """
    owners = [one.id for one in accounts.all_users(conn) if one.role == "owner"]
    if owners == [user.id]:
        raise LastOwner(username=user.username)
    _end_runs(conn, user.id)
    with locks.deriving(conn, user.id), locks.changing(conn, user.id):
        held = accounts.held_files(conn, user.id)
        runs = job_runs.run_ids(conn, user.id)
        accounts.remove(conn, user.id)
        _remove_files(conn, home, held)
        for folder in [downloads(home, user.id), *(home / "jobs" / run_id for run_id in runs)]:
            shutil.rmtree(folder, ignore_errors=True)


def _end_runs(conn: Connection, user_id: int) -> None:
    """Cancel what waits or runs for the user, and wait a while for it to end."""
    give_up = time.monotonic() + PATIENCE_S
    while time.monotonic() < give_up:
        both = [*job_runs.waiting(conn), *job_runs.running(conn)]
        left = [run for run in both if run.user_id == user_id]
        for run in left:
            job_runs.ask_to_cancel(conn, user_id, run.id, periods.now())
        if not left or not job_runs.is_led(conn):
            return
        time.sleep(0.2)


def _remove_files(conn: Connection, home: Path, held: accounts.AccountFiles) -> None:
    """Remove what no row refers to any more, of the files that an account had."""
    orphans.remove_of(conn, home, held.originals)
    for sha256 in held.originals:
        if not garmin.is_used(conn, sha256):
            files.path(home, sha256).unlink(missing_ok=True)
    for sha256 in {*held.originals, *held.quarantined}:
        if not quarantine.is_held(conn, sha256):
            quarantine_files.remove(home, sha256)
