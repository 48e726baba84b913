"""What could not be taken: to look at, and to try again."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psycopg

from runningcoach.errors import RunningCoachError
from runningcoach.ingest import imports, quarantine_files, tables
from runningcoach.ingest.reports import FileOutcome, Report
from runningcoach.records import Quarantined
from runningcoach.store import quarantine as held

DELETED = "deleted_by_runner"


class NotInQuarantine(RunningCoachError):
    """There is no such number in quarantine."""

    code = "ingest.not_in_quarantine"
    status = 404


def everything(conn: psycopg.Connection[Any], user_id: int) -> list[Quarantined]:
    """Return all that is in quarantine, newest first."""
    return held.everything(conn, user_id)


def retry(
    conn: psycopg.Connection[Any],
    user_id: int,
    numbers: Sequence[int] | None = None,
    *,
    home: Path,
) -> Report:
    """Try some files again by their numbers, or all; what can be taken now leaves.

    What the runner deleted is in quarantine too: it comes back by its number only.
    """
    report = Report()
    for one in _chosen(conn, user_id, numbers):
        report.add(_retry(conn, user_id, home, one))
    return report


def _chosen(
    conn: psycopg.Connection[Any], user_id: int, numbers: Sequence[int] | None
) -> list[Quarantined]:
    waiting = {one.id: one for one in reversed(held.everything(conn, user_id))}
    if numbers is None:
        return [one for one in waiting.values() if one.reason_code != DELETED]
    for number in numbers:
        if number not in waiting:
            raise NotInQuarantine(number=number)
    return [waiting[number] for number in numbers]


def _retry(
    conn: psycopg.Connection[Any], user_id: int, home: Path, one: Quarantined
) -> FileOutcome:
    data = quarantine_files.get(home, one.sha256)
    if data is None:
        return FileOutcome(one.name, "quarantined", one.sha256, one.reason_code, one.reason)
    outcome = imports.take_bytes(conn, user_id, data, one.name, home=home, again=True)
    if outcome.outcome != "quarantined":
        tables.release(conn, user_id, home, one.sha256)
    return outcome
