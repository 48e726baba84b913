"""Restore lost sample files from their originals, then rebuild everything derived."""

from pathlib import Path
from typing import Any

from psycopg import Connection

from runningcoach.derive import rebuild
from runningcoach.derive.rebuild import RebuildReport
from runningcoach.derive.recompute_facts import Progress
from runningcoach.ingest import lost_samples
from runningcoach.ingest.files import reader_pool
from runningcoach.ingest.files.decoding import Engine
from runningcoach.ingest.lost_samples import RestoredSamples


def rebuild_all(
    conn: Connection[Any],
    user_id: int,
    home: Path,
    *,
    workers: int,
    engine: Engine = "numpy",
    progress: Progress | None = None,
) -> tuple[RestoredSamples, RebuildReport]:
    """Restore lost samples, then rebuild everything derived."""
    with reader_pool.pool(workers, engine) as pool:
        restored = lost_samples.restore(
            conn, user_id, home, workers=workers, engine=engine, executor=pool
        )
    return restored, rebuild.rebuild(conn, user_id, home, progress, workers=workers)
