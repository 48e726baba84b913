"""What is done in one go: take files in, then bring everything derived up to date."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from psycopg import Connection

from runningcoach.derive import outdated_facts, rebuild
from runningcoach.ingest import imports
from runningcoach.ingest.told_sports import Sport


def take_files(
    conn: Connection[Any],
    user_id: int,
    paths: Sequence[Path],
    *,
    home: Path,
    workers: int = 1,
    engine: imports.Engine = "numpy",
    again: bool = False,
    lane: imports.Lane = "folder",
    progress: Callable[[imports.Progress], None] | None = None,
    sport: Sport | None = None,
) -> imports.Report:
    """Import files, folders or archives, then derive what they changed.

    `sport` is for files that state none.
    """
    report = imports.take(
        conn,
        user_id,
        paths,
        home=home,
        lane=lane,
        workers=workers,
        engine=engine,
        again=again,
        progress=progress,
        sport=sport,
    )
    outdated_facts.renew(conn, user_id, home, workers=workers)
    rebuild.refresh(conn, user_id)
    return report


def take_upload(
    conn: Connection[Any], user_id: int, files: Sequence[tuple[str, bytes]], home: Path
) -> list[imports.FileOutcome]:
    """Import files that came in by the browser, then derive what they changed."""
    outcomes = [
        imports.take_bytes(conn, user_id, data, name, home=home, lane="upload")
        for name, data in files
    ]
    outdated_facts.renew(conn, user_id, home)
    rebuild.refresh(conn, user_id)
    return outcomes
