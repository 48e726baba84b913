"""Processes that read what others made, under limits: a file can cost its own outcome at most."""

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
    """Return the processes that stay for the next file, for files that come one by one."""
    return pool(AT_ONCE, engine)
