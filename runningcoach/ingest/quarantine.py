"""What could not be taken: to look at, and to try again."""

from pathlib import Path
from typing import Any

import psycopg

from runningcoach.errors import RunningCoachError
from runningcoach.ingest import imports, quarantine_files
from runningcoach.ingest.reports import FileOutcome, Report
from runningcoach.records import Quarantined
from runningcoach.store import quarantine as held


class NotInQuarantine(RunningCoachError):
    """There is no such number in quarantine."""

    code = "ingest.not_in_quarantine"
    status = 404


def everything(conn: psycopg.Connection[Any], user_id: int) -> list[Quarantined]:
    """Return all that is in quarantine, newest first."""
    return held.everything(conn, user_id)


def retry(
    conn: psycopg.Connection[Any], user_id: int, home: Path, quarantine_id: int | None = None
) -> Report:
    """Try one file again, or all; what can be taken now leaves the quarantine."""
    report = Report()
    for one in _chosen(conn, user_id, quarantine_id):
        report.files.append(_retry(conn, user_id, home, one))
    return report


def _chosen(
    conn: psycopg.Connection[Any], user_id: int, quarantine_id: int | None
) -> list[Quarantined]:
    if quarantine_id is None:
        return held.everything(conn, user_id)[::-1]
    one = held.get(conn, user_id, quarantine_id)
    if one is None:
        raise NotInQuarantine(number=quarantine_id)
    return [one]


def _retry(
    conn: psycopg.Connection[Any], user_id: int, home: Path, one: Quarantined
) -> FileOutcome:
    data = quarantine_files.get(home, one.sha256)
    if data is None:
        return FileOutcome(one.name, "quarantined", one.sha256, one.reason_code, one.reason)
    outcome = imports.take_bytes(conn, user_id, data, one.name, home=home, again=True)
    is_out = outcome.outcome != "quarantined"
    if is_out and held.release(conn, user_id, one.sha256):
        quarantine_files.remove(home, one.sha256)
    return outcome
