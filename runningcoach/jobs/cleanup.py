"""Clean up old runs with their folders, expired sessions and old login failures."""

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
"""Failed logins slow the next one down for minutes; after a day they no longer count."""
YOUNG_S = 3600
"""A folder without a row may be of a run that is being queued."""


@dataclass(frozen=True, slots=True)
class CleanupReport:
    """The number of rows and run folders removed."""

    runs: int = 0
    folders: int = 0
    sessions: int = 0
    login_failures: int = 0


def runs(conn: psycopg.Connection[Any], home: Path, table: Table) -> CleanupReport:
    """Remove the runs beyond those that each job keeps, and folders that no run owns.

    They stay where most folders have no row: the database is yet to be restored then.
    """
    removed = job_runs.delete_old(conn, {job.name: job.keep for job in table.values()})
    folder = homes.folder(home, "jobs")
    owned = {*job_runs.run_ids(conn), *removed}
    folders = list(folder.iterdir())
    stray = [path for path in folders if path.name not in owned]
    if orphans.is_foreign(len(folders), len(stray)):
        log.warning("%d folders of runs are unknown to the database and stay", len(stray))
        stray = []
    stray = [path for path in stray if _is_old(path)]
    return CleanupReport(
        runs=len(removed), folders=_remove({folder / run_id for run_id in removed} | {*stray})
    )


def _is_old(path: Path) -> bool:
    return time.time() - path.stat().st_mtime > YOUNG_S


def _remove(folders: Iterable[Path]) -> int:
    existing = [folder for folder in folders if folder.is_dir()]
    for folder in existing:
        shutil.rmtree(folder, ignore_errors=True)
    return len(existing)


def logins(conn: psycopg.Connection[Any], now: datetime) -> CleanupReport:
    """Remove sessions that have expired and failed logins that no longer count."""
    return CleanupReport(
        sessions=accounts.sweep_sessions(conn),
        login_failures=accounts.sweep_failures(conn, now - FAILURES_COUNT_FOR),
    )
