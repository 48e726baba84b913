"""What is done in one go: take files in, then bring everything derived up to date."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import Any

from psycopg import Connection

from runningcoach.executors import Limits, WorkerPool
from runningcoach.ingest import decoding, imports
from runningcoach.ingest.told_sports import Sport
from runningcoach.jobs.refresh import bring_up_to_date

MEMORY_BYTES = 3 * 1024**3
"""Address space, of which pyarrow reserves 1 GB before it holds anything."""
LIMITS: dict[imports.Engine, Limits] = {
    "numpy": Limits(cpu_s=30, wall_s=180.0, memory_bytes=MEMORY_BYTES),
    "fitparse": Limits(cpu_s=300, wall_s=900.0, memory_bytes=MEMORY_BYTES),
}
"""What reading one file may take: ours. The longest recordings that are known, of days, take a
second with our own decoder; fitparse takes ten seconds for each MB."""
UPLOADS_AT_ONCE = 2
"""Processes that read what browsers send: two runners need not wait for one another."""


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
    progress: Callable[[imports.Progress], None] | None = None,
    sport: Sport | None = None,
) -> imports.Report:
    """Import files, folders or archives, then derive what they changed.

    So many `workers` read the files under LIMITS; without a number this process does it, and
    nothing limits it. `sport` is for files that state none.
    """
    with ExitStack() as stack:
        pool = stack.enter_context(reader_pool(workers, engine)) if workers else None
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

    Processes that stay for the next upload read them, under LIMITS.
    """
    readers = _readers(engine)
    outcomes = [
        imports.take_bytes(
            conn,
            user_id,
            data,
            name,
            home=home,
            lane="upload",
            engine=engine,
            executor=readers,
        )
        for name, data in files
    ]
    bring_up_to_date(conn, user_id, home)
    return outcomes


@cache
def _readers(engine: imports.Engine) -> WorkerPool:
    return reader_pool(UPLOADS_AT_ONCE, engine)


def reader_pool(workers: int, engine: imports.Engine) -> WorkerPool:
    """Return processes that read files under the limits of an engine."""
    return WorkerPool(workers, [decoding.__name__], LIMITS[engine])
