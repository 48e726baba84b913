"""How long ten years of running take to compute anew, in full and for what a change touches.

    python -m benchmarks.rebuild [runs] [workers]

Bounds on two cores, for 3,000 one-hour runs: 40 s for everything from the samples (aim 15 s), and
10 s for another maximum heart rate from two years ago on. Exits with 1 when one is broken.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.imports import write_runs
from runningcoach.derive import rebuild
from runningcoach.ingest import imports
from runningcoach.store import benchmarks, database, facts
from runningcoach.store.database import migrate
from runningcoach.store.database.embedded import EmbeddedPostgres

FULL_S, HRMAX_S = 40.0, 10.0
TWO_YEARS = timedelta(days=730)
ADD_USER = (
    "INSERT INTO users (username, display_name, password_hash) VALUES ('runner', 'Runner', '!')"
    " RETURNING id"
)


def timed[T](work: Callable[[], T]) -> tuple[T, float]:
    begun = time.perf_counter()
    return work(), time.perf_counter() - begun


def of_everything(conn: psycopg.Connection[Any], user_id: int, home: Path, workers: int) -> float:
    done, seconds = timed(lambda: rebuild.rebuild(conn, user_id, home, workers=workers))
    assert not done.changes, done.changes  # the import had made the same numbers
    print(f"everything from the samples, {workers} workers: {seconds:.1f} s"
          f" (aim 15, at most {FULL_S:.0f}); {done.facts} facts written")  # fmt: skip
    return seconds


def of_hrmax(conn: psycopg.Connection[Any], user_id: int) -> float:
    since = facts.list_inputs(conn, user_id)[-1].local_date - TWO_YEARS
    highest = benchmarks.in_force(conn, user_id, since)["hrmax_bpm"].value
    benchmarks.set_user(conn, user_id, "hrmax_bpm", highest + 4, since)
    done, seconds = timed(lambda: rebuild.refresh(conn, user_id))
    assert done.measured
    print(f"another HRmax since two years ago: {seconds:.1f} s (at most {HRMAX_S:.0f});"
          f" {done.measured} activities, {done.days} days written")  # fmt: skip
    return seconds


def of_a_run(conn: psycopg.Connection[Any], user_id: int, data: bytes, home: Path) -> None:
    imports.take_bytes(conn, user_id, data, "new.fit", home=home)
    done, seconds = timed(lambda: rebuild.refresh(conn, user_id))
    print(f"one more run: {seconds:.1f} s; {done.measured} activities, {done.days} days written")


def measure(url: str, folder: Path, last: bytes, home: Path, workers: int) -> bool:
    with database.connect(url) as conn:
        row = conn.execute(ADD_USER).fetchone()
        assert row is not None
        imports.take(conn, row[0], folder, home=home, workers=workers)
        _, seconds = timed(lambda: rebuild.refresh(conn, row[0]))
        print(
            f"{len(facts.list_sampled(conn, row[0]))} activities derived at first: {seconds:.1f} s"
        )
        of_a_run(conn, row[0], last, home)
        full = of_everything(conn, row[0], home, workers)
        return (of_hrmax(conn, row[0]) <= HRMAX_S) & (full <= FULL_S)


def main() -> int:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 3000
    workers = int(sys.argv[2]) if len(sys.argv) > 2 else 2
    with tempfile.TemporaryDirectory(prefix="rc-bench-") as folder:
        home, files = Path(folder, "home"), Path(folder, "runs")
        with EmbeddedPostgres(home) as postgres:
            migrate.prepare(postgres.url, home)
            write_runs(files, count)
            held = sorted(files.iterdir())[-1]
            last = held.read_bytes()
            held.unlink()
            return int(not measure(postgres.url, files, last, home, workers))


if __name__ == "__main__":
    sys.exit(main())
