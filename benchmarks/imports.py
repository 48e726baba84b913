"""How long an import of one-hour runs takes with all that is derived, and how much memory.

    python benchmarks/imports.py [runs] [workers]

Aims on two cores, for 3,000 runs: 60 s (at most 150 s) with all metrics and summaries, at most
600 MB in all processes, and 3 s for an import that finds nothing new.
"""

import sys
import tempfile
import threading
import time
from pathlib import Path

import psutil

from runningcoach.demo.bulk import runs
from runningcoach.derive import rebuild
from runningcoach.ingest import imports
from runningcoach.store import database
from runningcoach.store.database import migrate
from runningcoach.store.database.embedded import EmbeddedPostgres

MB = 2**20
EVERY_S = 0.25


class Memory(threading.Thread):
    """The most memory that this process and its children held at one moment.

    Shared pages are counted once for all (PSS): the database's cache is one, not one for each
    of its processes.
    """

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.peak_mb: dict[str, float] = {"import": 0.0, "database": 0.0, "all": 0.0}
        self._stop_it = threading.Event()

    def run(self) -> None:
        while not self._stop_it.wait(EVERY_S):
            now = {"import": 0.0, "database": 0.0}
            for process in [psutil.Process(), *psutil.Process().children(recursive=True)]:
                try:
                    part = "database" if process.name() == "postgres" else "import"
                    now[part] += process.memory_full_info().pss / MB
                except psutil.Error:
                    continue
            now["all"] = sum(now.values())
            self.peak_mb = {name: max(self.peak_mb[name], now[name]) for name in now}

    def stop(self) -> dict[str, float]:
        self._stop_it.set()
        self.join()
        return self.peak_mb


def write_runs(folder: Path, count: int) -> float:
    """Write the runs and return their size in MB."""
    folder.mkdir()
    size = 0
    for name, data in runs(count):
        (folder / name).write_bytes(data)
        size += len(data)
    return size / MB


def measure(url: str, folder: Path, home: Path, workers: int) -> None:
    with database.connect(url) as conn:
        row = conn.execute(
            "INSERT INTO users (username, display_name, password_hash) VALUES ('runner', 'Runner',"
            " '!') RETURNING id"
        ).fetchone()
        assert row is not None
        user_id = row[0]
        memory = Memory()
        memory.start()
        started = time.perf_counter()
        report = imports.take(conn, user_id, folder, home=home, workers=workers)
        taken = time.perf_counter() - started
        derived = rebuild.refresh(conn, user_id)
        total = time.perf_counter() - started
        peak = memory.stop()
        count = len(report.files)
        assert report.counts == {"imported": count}, report.counts
        print(f"import of {count} one-hour runs, {workers} workers: {taken:.1f} s"
              f" ({count / taken:.0f} files/s)")  # fmt: skip
        print(f"derive {derived.measured} activities, {derived.days} days: {total - taken:.1f} s")
        print(f"import with all metrics and summaries: {total:.1f} s (aim 60, at most 150)")
        print(f"peak memory: {peak['all']:.0f} MB in all processes (at most 600);"
              f" import {peak['import']:.0f} MB, database {peak['database']:.0f} MB")  # fmt: skip
        started = time.perf_counter()
        again = imports.take(conn, user_id, folder, home=home, workers=workers)
        rebuild.refresh(conn, user_id)
        seconds = time.perf_counter() - started
        assert again.counts == {"known": count}, again.counts
        print(f"import that finds nothing new: {seconds:.2f} s (at most 3)")


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 3000
    workers = int(sys.argv[2]) if len(sys.argv) > 2 else 2
    with tempfile.TemporaryDirectory(prefix="rc-bench-") as folder:
        home = Path(folder, "home")
        with EmbeddedPostgres(home) as postgres:
            migrate.prepare(postgres.url, home)
            size_mb = write_runs(Path(folder, "runs"), count)
            print(f"{count} files, {size_mb:.0f} MB")
            measure(postgres.url, Path(folder, "runs"), home, workers)


if __name__ == "__main__":
    main()
