"""The API over ten years of history, 8 clients at a time: p50 and p95 of what pages ask for.

A real server (uvicorn, a process of its own) on a real database; the clients are another
process. Rows of 3,000 hour-long runs are put in by SQL; 300 of them have samples of their own.
"""

import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import psutil
import psycopg

from runningcoach.base import security
from runningcoach.store import accounts, database
from runningcoach.store.blobs import samples
from runningcoach.store.database import migrate
from runningcoach.store.database.embedded import EmbeddedPostgres

RUNS = 3_000
WITH_SAMPLES = 300
YEARS = 10
CLIENTS = 8
REQUESTS = 60
"""For each client and question."""
WARMING = 3
AIM_MS, LIMIT_MS = 25.0, 100.0
QUESTIONS = ("list", "summary", "activity", "samples")

type Ask = Callable[[random.Random], str]


def main() -> int:
    """Measure each question; return 1 if one is slower than the limit."""
    home = Path(tempfile.mkdtemp(prefix="rc-bench-"))
    try:
        with EmbeddedPostgres(home) as postgres:
            migrate.migrate(postgres.url)
            with database.connect(postgres.url) as conn:
                token, with_samples = history(conn, home)
            with serving(postgres.url, home) as (address, server):
                return report(address, server, token, with_samples)
    finally:
        shutil.rmtree(home)


def report(address: str, server: psutil.Process, token: str, with_samples: list[int]) -> int:
    """Print a line for each question."""
    print(f"{RUNS} runs over {YEARS} years, {CLIENTS} clients, {CLIENTS * REQUESTS} requests each")
    print(f"aim p95 {AIM_MS:.0f} ms, limit {LIMIT_MS:.0f} ms")
    slow = False
    for name in QUESTIONS:
        alone = ask_all(address, token, asking(name, with_samples), clients=1)
        before = cpu_s(server)
        together = ask_all(address, token, asking(name, with_samples), clients=CLIENTS)
        cpu_ms = (cpu_s(server) - before) / (CLIENTS * (REQUESTS + WARMING)) * 1000
        p50, p95 = np.percentile(together, [50, 95])
        slow |= bool(p95 > LIMIT_MS)
        print(
            f"{name:9} p50 {p50:6.1f}  p95 {p95:6.1f} ms"
            f"   alone p50 {np.median(alone):5.1f} ms   server's CPU {cpu_ms:4.1f} ms"
        )
    return int(slow)


def cpu_s(process: psutil.Process) -> float:
    """Return the processor time that a process has used."""
    used = process.cpu_times()
    return used.user + used.system


def asking(name: str, with_samples: list[int]) -> Ask:
    """Return what makes the paths of one question: every request is for something else."""
    return {
        "list": lambda dice: f"/api/v1/activities?to={day(dice)}",
        "summary": lambda _: "/api/v1/dashboard/summary",
        "activity": lambda dice: f"/api/v1/activities/{dice.choice(with_samples)}",
        "samples": lambda dice: f"/api/v1/activities/{dice.choice(with_samples)}/samples",
    }[name]


def day(dice: random.Random) -> str:
    """Return a day somewhere in the history."""
    return f"{datetime.now(UTC).date() - timedelta(days=dice.randrange(365 * YEARS))}"


def ask_all(address: str, token: str, ask: Ask, clients: int) -> list[float]:
    """Return the milliseconds of all requests; each client warms up first."""
    times: list[float] = []
    begin = threading.Barrier(clients)

    def client(number: int) -> None:
        dice = random.Random(number)
        http = HTTPConnection(address)
        for path in [ask(dice) for _ in range(WARMING)]:
            timed(http, path, token)
        begin.wait()
        times.extend(timed(http, ask(dice), token) for _ in range(REQUESTS))
        http.close()

    threads = [threading.Thread(target=client, args=[number]) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(times) == clients * REQUESTS
    return times


def timed(http: HTTPConnection, path: str, token: str) -> float:
    """Return the milliseconds until the whole answer is there, packed as browsers ask for it."""
    headers = {"Cookie": f"runningcoach_session={token}", "Accept-Encoding": "gzip"}
    began = time.perf_counter()
    http.request("GET", path, headers=headers)
    answer = http.getresponse()
    answer.read()
    assert answer.status == 200, (path, answer.status)
    return (time.perf_counter() - began) * 1000


@contextmanager
def serving(url: str, home: Path) -> Iterator[tuple[str, psutil.Process]]:
    """Run the server in a process of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {
        "DATABASE_URL": url,
        "RUNNINGCOACH_HOME": str(home),
        "RUNNINGCOACH_PORT": str(port),
        "RUNNINGCOACH_LOG_LEVEL": "WARNING",
    }
    server = subprocess.Popen([sys.executable, "-m", "runningcoach.api"], env=os.environ | settings)
    try:
        yield wait_for(f"127.0.0.1:{port}"), psutil.Process(server.pid)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(20)


def wait_for(address: str) -> str:
    """Return the address once the server is ready."""
    for _ in range(200):
        try:
            if httpx.get(f"http://{address}/readyz").is_success:
                return address
        except httpx.TransportError:
            time.sleep(0.1)
    raise TimeoutError(address)


# Ten years -------------------------------------------------------------------------------------


def history(conn: psycopg.Connection[Any], home: Path) -> tuple[str, list[int]]:
    """Fill the tables; return a session's token and the activities that have samples."""
    user = accounts.create(conn, "bench", "!")
    token = security.new_token()
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    accounts.open_session(conn, user.id, security.token_sha256(token), tomorrow)
    for statement in ROWS:
        conn.execute(statement, {"user_id": user.id, "runs": RUNS, "days": 365 * YEARS})
    newest = conn.execute(
        "SELECT id FROM activities ORDER BY started_at DESC LIMIT %s", [WITH_SAMPLES]
    )
    with_samples = [activity_id for (activity_id,) in newest]
    for activity_id in with_samples:
        put_samples(conn, home, user.id, activity_id)
    conn.execute("ANALYZE")
    return token, with_samples


def put_samples(conn: psycopg.Connection[Any], home: Path, user_id: int, activity_id: int) -> None:
    """Write an hour of samples in the twelve channels that a watch with running dynamics has."""
    kept = samples.write(home, hour(activity_id), datetime.now(UTC), f"bench{activity_id}-0")
    conn.execute(
        "INSERT INTO activity_samples (activity_id, user_id, path, sha256, size_bytes, samples,"
        " channels) VALUES (%s, %s, %s, %s, %s, %s, %s)",
        [activity_id, user_id, kept.path, kept.sha256, kept.size_bytes, kept.samples,
         kept.channels],
    )  # fmt: skip


def hour(seed: int) -> dict[str, np.ndarray]:
    """Return an hour of noise that looks like running."""
    dice = np.random.default_rng(seed)
    n = 3_600

    def wander(middle: float, step: float) -> np.ndarray:
        return middle + np.cumsum(dice.normal(0, step, n)) * 0.3

    return {
        "t_s": np.arange(n, dtype=np.int32),
        "latitude_deg": wander(37.5, 1e-5),
        "longitude_deg": wander(127.0, 1e-5),
        "altitude_m": wander(40, 0.3),
        "distance_m": np.arange(n) * 3.1,
        "speed_mps": np.clip(wander(3.1, 0.05), 0.5, 8),
        "heart_rate_bpm": np.clip(np.round(wander(150, 0.5)), 60, 200),
        "cadence_spm": np.clip(np.round(wander(172, 0.6)), 120, 220),
        "power_w": np.clip(np.round(wander(250, 3)), 50, 600),
        "temperature_c": np.full(n, 21.0),
        "vertical_oscillation_mm": wander(85, 0.5),
        "stance_time_ms": wander(240, 0.8),
    }


ROWS = (
    "INSERT INTO activities (user_id, file_sha256, source, sport, sub_sport, name, has_gps,"
    " started_at, timezone, local_started_at, local_date, elapsed_s, timer_s, distance_m, ascent_m,"
    " average_hr_bpm, max_hr_bpm, average_speed_mps, average_cadence_spm, decode_status)"
    " SELECT %(user_id)s, encode(sha256(n::text::bytea), 'hex'), 'fit', 'running', 'generic',"
    " 'Morning run', true, at, 'Asia/Seoul', at AT TIME ZONE 'Asia/Seoul',"
    " (at AT TIME ZONE 'Asia/Seoul')::date, 3650, 3600, 11000, 90, 150, 175, 3.1, 172, 'ok'"
    " FROM (SELECT n, now() - n * make_interval(secs => %(days)s * 86400.0 / %(runs)s) AS at"
    " FROM generate_series(1, %(runs)s) n) AS run",
    "INSERT INTO activity_metrics (activity_id, user_id, engine_version, inputs_hash, moving_s,"
    " gap_mps, ngp_mps, efficiency_factor, effective_vo2max, trimp, hr_zone_s, hrtss, rtss, load,"
    " load_source) SELECT id, user_id, '1', '', 3580, 3.1, 3.2, 1.3, 51, 90,"
    " '{0,600,1800,900,300,0}', 60, 62, 62, 'rtss' FROM activities",
    "INSERT INTO best_efforts SELECT id, user_id, d, d / 3.4, 60 FROM activities,"
    " unnest(ARRAY[400, 800, 1000, 1609.344, 3000, 5000, 10000]) d",
    "INSERT INTO laps (activity_id, user_id, lap_index, started_at, elapsed_s, distance_m)"
    " SELECT id, user_id, n, started_at + n * interval '5 min', 300, 1000"
    " FROM activities, generate_series(0, 10) n",
    "INSERT INTO fitness_metrics_daily (user_id, date, activities, distance_m, moving_s, load, ctl,"
    " atl, tsb, vo2max_trend, provisional, estimated_share) SELECT %(user_id)s,"
    " current_date + 1 - n, 1, 11000, 3580, 62, 50, 55, -5, 51, false, 0"
    " FROM generate_series(0, %(days)s) n",
    "INSERT INTO analytics_summaries (user_id, period, starts_on, activities, runs, distance_m,"
    " moving_s, load) SELECT DISTINCT %(user_id)s, p, date_trunc(p, date)::date, 6, 6, 66000,"
    " 21000, 370 FROM fitness_metrics_daily, unnest(ARRAY['week', 'month']) p",
    "INSERT INTO health_metrics (user_id, date, resting_hr_bpm, hrv_ms, weight_kg) SELECT"
    " %(user_id)s, date, 48, 60, 68 FROM fitness_metrics_daily",
    "INSERT INTO sleep (user_id, date, total_s, score, source) SELECT user_id, date, 27000, 80, 'x'"
    " FROM health_metrics",
)


if __name__ == "__main__":
    sys.exit(main())
