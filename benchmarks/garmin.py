"""What keeping up with Garmin costs: requests, and processor time of our own.

    python -m benchmarks.garmin [years]

Aims: at most 12 requests with nothing new and 20 with a new run, by key; at most 2 s of our own
processor time, with all that is derived from it. The simulator runs in a process of its own, so
that its time is not ours.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import psycopg

from runningcoach.base import periods
from runningcoach.ingest.garmin import connection, sync, unit_plan
from runningcoach.jobs import GarminOrder, sync_garmin
from runningcoach.simulators.garmin import SimulatorClient
from runningcoach.sources.common.pacing import EVERY_S, at_once
from runningcoach.sources.garmin import ENDPOINTS
from runningcoach.store import database
from runningcoach.store.database import migrate
from runningcoach.store.database.embedded import EmbeddedPostgres

PORT = 8797
TEN_YEARS, RUNS = 3652, 2600


@contextmanager
def simulator(years: float) -> Iterator[SimulatorClient]:
    until = str(periods.today("Asia/Seoul"))
    command = [sys.executable, "-m", "runningcoach.simulators.garmin", "--port", str(PORT)]
    process = subprocess.Popen([*command, "--until", until, "--years", str(years)])
    try:
        with SimulatorClient(f"http://127.0.0.1:{PORT}") as fake:
            while not answers(fake):
                time.sleep(0.1)
            yield fake
    finally:
        process.terminate()
        process.wait()


def answers(fake: SimulatorClient) -> bool:
    try:
        return fake.log() == []
    except httpx.HTTPError:
        return False


def measured(name: str, fake: SimulatorClient, run: Any) -> None:
    fake.clear_log()
    begun, worked = time.perf_counter(), time.process_time()
    report = run()
    seconds, cpu = time.perf_counter() - begun, time.process_time() - worked
    assert report.stopped is None, report.stopped
    print(
        f"{name}: {len(fake.log())} requests, {report.new} new, {cpu:.2f} s of our processor time,"
        f" {seconds:.1f} s, at our pace about {len(fake.log()) * EVERY_S / 60:.0f} min"
    )


def measure(conn: psycopg.Connection[Any], home: Path, fake: SimulatorClient) -> None:
    row = conn.execute(
        "INSERT INTO users (username, display_name, password_hash) VALUES ('runner', 'Runner', '!')"
        " RETURNING id"
    ).fetchone()
    assert row is not None
    user_id, place = row[0], connection.GarminEndpoint(home, fake.url)
    connection.connect_key(conn, user_id, fake.key, place)

    def keep_up(mode: Any = "incremental") -> Any:
        order = GarminOrder(mode)
        return sync_garmin(conn, user_id, order, place, pace=at_once(), requests_a_day=100_000)

    measured("first run by key", fake, keep_up)
    measured("backfill by key", fake, lambda: keep_up("backfill"))
    measured("nothing new by key (aim 12)", fake, keep_up)
    fake.late_upload(days_ago=1)
    measured("one new run by key (aim 20)", fake, keep_up)
    connection.sign_in(conn, user_id, fake.email, fake.password, place)
    measured("backfill of what only the sign-in has", fake, lambda: keep_up("backfill"))
    keep_up()
    measured("nothing new by both", fake, keep_up)


def count_ten_years() -> None:
    today = periods.today("Asia/Seoul")
    for lanes in (("key",), ("signin",), ("key", "signin")):

        def can(kind: str, lanes: Any = lanes) -> bool:
            return any(ENDPOINTS[kind].path(lane) for lane in lanes)

        units = unit_plan.backfill(today - timedelta(days=TEN_YEARS), today, today, can)
        requests = unit_plan.requests(units, RUNS, TEN_YEARS, can)
        hours, days = requests * EVERY_S / 3600, requests / sync.BUDGET
        told = f"{hours:.1f} h at our pace, {days:.1f} days of the budget"
        print(f"ten years with {RUNS} runs by {' and '.join(lanes)}: {requests} requests, {told}")


def main(years: float) -> None:
    count_ten_years()
    with tempfile.TemporaryDirectory(prefix="rc-bench-") as folder:
        home = Path(folder)
        with EmbeddedPostgres(home) as postgres, simulator(years) as fake:
            migrate.prepare(postgres.url, home)
            with database.connect(postgres.url) as conn:
                measure(conn, home, fake)


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 2.0)
