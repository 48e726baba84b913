"""Worker processes that read files under limits, so that a bad file fails alone."""

from functools import cache

from runningcoach.base.executors import TaskLimits, WorkerPool
from runningcoach.ingest.files import decoding
from runningcoach.ingest.files.decoding import Engine

MEMORY_BYTES = 3 * 1024**3
"""Address space, of which pyarrow reserves 1 GB before it holds anything."""
LIMITS: dict[Engine, TaskLimits] = {
    "numpy": TaskLimits(cpu_s=30, wall_s=180.0, memory_bytes=MEMORY_BYTES),
    "fitparse": TaskLimits(cpu_s=300, wall_s=900.0, memory_bytes=MEMORY_BYTES),
}
"""What reading one file may take: ours. The longest recordings that are known, of days, take a
second with our own decoder; fitparse takes ten seconds for each MB."""
AT_ONCE = 2
"""Processes that stay: two runners need not wait for one another."""


def pool(workers: int, engine: Engine) -> WorkerPool:
    """Return processes that read files under the limits of an engine."""
    return WorkerPool(workers, [decoding.__name__], LIMITS[engine])


@cache
def shared_pool(engine: Engine = "numpy") -> WorkerPool:
    """Return the shared pool for files that are imported one by one."""
    return pool(AT_ONCE, engine)
