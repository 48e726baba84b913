"""What is removed in time: old runs with their folders, ended logins, failures to log in."""

import logging
import shutil
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg

from runningcoach.jobs.job_table import Table
from runningcoach.store import accounts, job_runs
from runningcoach.store import home as homes
from runningcoach.store.blobs import orphans

log = logging.getLogger(__name__)

FAILURES_COUNT_FOR = timedelta(days=1)
"""Failed logins slow the next one down for minutes; after a day they say nothing any more."""
YOUNG_S = 3600
"""A folder without a row may be of a run that is being queued."""


@dataclass(frozen=True, slots=True)
class CleanupReport:
    """How many of what were removed; folders of runs beside their rows."""

    runs: int = 0
    folders: int = 0
    sessions: int = 0
    login_failures: int = 0


def runs(conn: psycopg.Connection[Any], home: Path, table: Table) -> CleanupReport:
    """Remove the runs beyond those that each job keeps, and folders that no run owns.

    Most of the folders are nobody's beside a database that is yet to be restored: they stay.
    """
    gone = job_runs.forget(conn, {job.name: job.keep for job in table.values()})
    folder = homes.folder(home, "jobs")
    kept = {*job_runs.run_ids(conn), *gone}
    folders = list(folder.iterdir())
    stray = [path for path in folders if path.name not in kept]
    if orphans.is_foreign(len(folders), len(stray)):
        log.warning("%d folders of runs are unknown to the database and stay", len(stray))
        stray = []
    stray = [path for path in stray if _is_old(path)]
    return CleanupReport(
        runs=len(gone), folders=_remove({folder / run_id for run_id in gone} | {*stray})
    )


def _is_old(path: Path) -> bool:
    return time.time() - path.stat().st_mtime > YOUNG_S


def _remove(folders: Iterable[Path]) -> int:
    there = [folder for folder in folders if folder.is_dir()]
    for folder in there:
        shutil.rmtree(folder, ignore_errors=True)
    return len(there)


def logins(conn: psycopg.Connection[Any], now: datetime) -> CleanupReport:
    """Remove sessions that have expired and failed logins that no longer count."""
    return CleanupReport(
        sessions=accounts.sweep_sessions(conn),
        login_failures=accounts.sweep_failures(conn, now - FAILURES_COUNT_FOR),
    )
