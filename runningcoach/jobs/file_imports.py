"""Import files, then bring everything derived up to date."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from psycopg import Connection

from runningcoach.ingest import imports
from runningcoach.ingest.files import reader_pool
from runningcoach.ingest.files.sport_choice import Sport
from runningcoach.jobs.refresh import bring_up_to_date


def take_files(
    conn: Connection[Any],
    user_id: int,
    paths: Sequence[Path],
    *,
    home: Path,
    workers: int | None = None,
    engine: imports.Engine = "numpy",
    again: bool = False,
    lane: imports.Lane = "folder",
    progress: Callable[[imports.ImportProgress], None] | None = None,
    sport: Sport | None = None,
) -> imports.ImportReport:
    """Import files, folders or archives, then derive what they changed.

    So many `workers` read the files under `readers.LIMITS`; without a number this process does
    it, and nothing limits it. `sport` is for files that state none.
    """
    with ExitStack() as stack:
        pool = stack.enter_context(reader_pool.pool(workers, engine)) if workers else None
        report = imports.take(
            conn,
            user_id,
            paths,
            home=home,
            lane=lane,
            workers=workers or 1,
            engine=engine,
            again=again,
            progress=progress,
            sport=sport,
            executor=pool,
        )
    bring_up_to_date(conn, user_id, home)
    return report


def take_upload(
    conn: Connection[Any],
    user_id: int,
    files: Sequence[tuple[str, bytes]],
    home: Path,
    engine: imports.Engine = "numpy",
) -> list[imports.FileOutcome]:
    """Import files that came in by the browser, then derive what they changed.

    Processes that stay for the next upload read them, under `readers.LIMITS`.
    """
    outcomes = [
        imports.take_bytes(
            conn,
            user_id,
            data,
            name,
            home=home,
            lane="upload",
            engine=engine,
            executor=reader_pool.shared_pool(engine),
        )
        for name, data in files
    ]
    bring_up_to_date(conn, user_id, home)
    return outcomes
