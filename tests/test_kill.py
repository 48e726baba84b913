"""Whatever is killed at any moment: nothing that was taken is lost, and what was half done is done.

An import that is killed and run again ends with the rows of one that was not. The program goes on
when any of its processes is killed, and has every upload that it said it took.
"""

import hashlib
import io
import json
import os
import random
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Any

import httpx
import psutil
import psycopg
import pytest

from runningcoach.base.settings import Settings
from runningcoach.demo.bulk import runs
from runningcoach.ingest import quarantine_files
from runningcoach.store import database
from runningcoach.store.blobs import files
from tests import take_and_derive
from tests.conftest import PROJECT
from tests.ingest import build
from tests.program import Run, draws_today, until

type Conn = psycopg.Connection[Any]

KILLS = 20
KILLS_IN_A_ROW = 2
SEED = 20_260_512

KEYED = """
SELECT to_jsonb(t) - '{{id,activity_id,parent_id,user_id,created_at,updated_at,written_at,
                       received_at,first_seen_at,last_tried_at,tries}}'::text[]
       || jsonb_build_object('file', a.file_sha256, 'at_leg', a.leg, 'parent', p.leg)
  FROM {table} t
  JOIN activities a ON a.id = t.{key}
  LEFT JOIN activities p ON p.id = a.parent_id
 WHERE t.user_id = %s
"""
PLAIN = """
SELECT to_jsonb(t) - '{{id,user_id,received_at,first_seen_at,last_tried_at,tries}}'::text[]
  FROM {table} t WHERE t.user_id = %s
"""
OF_ACTIVITIES = {
    "activities": "id", "laps": "activity_id", "activity_samples": "activity_id",
    "activity_facts": "activity_id", "best_efforts": "activity_id",
    "activity_metrics": "activity_id",
}  # fmt: skip
OF_USERS = (
    "garmin_raw_files", "garmin_raw_events", "quarantine", "sleep", "health_metrics",
    "athlete_benchmarks", "fitness_metrics_daily", "analytics_summaries", "stale",
)  # fmt: skip


def fingerprint(conn: Conn, user_id: int, home: Path) -> dict[str, str]:
    """Return a hash of every table by natural keys, and of all samples and originals."""
    queries = {name: KEYED.format(table=name, key=key) for name, key in OF_ACTIVITIES.items()}
    queries |= {name: PLAIN.format(table=name) for name in OF_USERS}
    hashes = {
        name: digest(sorted(json.dumps(row, sort_keys=True) for (row,) in answer))
        for name, query in queries.items()
        if (answer := conn.execute(query.encode(), [user_id]).fetchall()) is not None
    }
    return hashes | {
        "samples": samples_of(conn, user_id, home),
        "originals": originals(conn, user_id, home),
    }


def digest(lines: list[str]) -> str:
    return f"{len(lines)} {hashlib.sha256(''.join(lines).encode()).hexdigest()}"


def samples_of(conn: Conn, user_id: int, home: Path) -> str:
    """Return a hash of the content of every sample file that is in use."""
    rows = conn.execute(
        "SELECT path FROM activity_samples WHERE user_id = %s ORDER BY path", [user_id]
    ).fetchall()
    contents = [(home / "samples" / path).read_bytes() for (path,) in rows]
    return digest([hashlib.sha256(data).hexdigest() for data in contents])


def originals(conn: Conn, user_id: int, home: Path) -> str:
    """Read every original back (which checks its hash), or find it in quarantine."""
    rows = conn.execute(
        "SELECT sha256, outcome FROM garmin_raw_files WHERE user_id = %s AND kind <> 'archive'"
        " ORDER BY sha256",
        [user_id],
    ).fetchall()
    for sha256, outcome in rows:
        if outcome == "quarantined":
            data = quarantine_files.get(home, sha256) or b""
            assert hashlib.sha256(data).hexdigest() == sha256
        else:
            files.get(home, sha256)
    return digest([row[0] for row in rows])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Everything that decides: copies, torn files, one run in three formats, tables, archives."""
    bulk = dict(runs(12, seconds=240))
    start = datetime(2026, 5, 12, 6, tzinfo=UTC)
    whole = build.fit(start, serial=None)
    entry = {
        "activityId": 19_000_000_001, "name": "Named", "workoutRpe": 50,
        "beginTimestamp": start.timestamp() * 1000, "duration": 1_200_000,
    }  # fmt: skip
    nights = [
        {"calendarDate": f"2026-05-{day}", "deepSleepSeconds": 3600 + day} for day in range(10, 20)
    ]
    first, *others = bulk.items()
    return build.put(
        tmp_path / "input",
        {
            **dict(others[4:]),
            "archive.zip": zipped(dict(others[:4])),
            "copies/first.fit": first[1],
            "copies/second.fit": first[1],
            "three/a-torn.fit": whole[: len(whole) // 2],
            "three/b-whole.fit": whole,
            "three/c.gpx": build.gpx(start),
            "tri.fit": build.fit(
                start + timedelta(days=1), 900, legs=["swimming", "cycling", "running"]
            ),
            "tri-last.gpx": build.gpx(start + timedelta(days=1, seconds=600), 300),
            "empty.fit": b"",
            "page.fit": b"<html>sign in</html>",
            "x_0_summarizedActivities.json": json.dumps(
                [{"summarizedActivitiesExport": [entry]}]
            ).encode(),
            "x_sleepData.json": json.dumps(nights).encode(),
            "y_sleepData.json": b"{broken",
        },
    )


def zipped(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def new_user(conn: Conn, name: str) -> int:
    row = conn.execute(
        "INSERT INTO users (username, display_name, password_hash) VALUES (%s, %s, '!')"
        " RETURNING id",
        [name, name],
    ).fetchone()
    assert row is not None
    return row[0]


def begin(url: str, user_id: int, folder: Path, home: Path) -> subprocess.Popen[bytes]:
    """Start the import as a process group of its own."""
    command = [sys.executable, take_and_derive.__file__, url, str(user_id), str(folder), str(home)]
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    return subprocess.Popen(command, env=environment, start_new_session=True)


def kill_after(process: subprocess.Popen[bytes], seconds: float) -> bool:
    """Kill the import and its workers; return whether it was still running."""
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return True
    return False


@pytest.mark.slow
@pytest.mark.deep
def test_killed_imports_end_with_the_same_rows(
    conn: Conn, database_url: str, folder: Path, tmp_path: Path
) -> None:
    unkilled = new_user(conn, "unkilled")
    started = time.perf_counter()
    assert begin(database_url, unkilled, folder, tmp_path / "unkilled").wait() == 0
    seconds = time.perf_counter() - started
    expected = fingerprint(conn, unkilled, tmp_path / "unkilled")
    assert expected["activities"].startswith("16 ")

    chance = random.Random(SEED)
    killed = 0
    for number in count():
        user_id, home = new_user(conn, f"killed{number}"), tmp_path / f"killed{number}"
        for _ in range(KILLS_IN_A_ROW):
            process = begin(database_url, user_id, folder, home)
            killed += kill_after(process, chance.uniform(0, seconds))
        take_and_derive.main(database_url, user_id, folder, home)
        assert fingerprint(conn, user_id, home) == expected
        assert not list((home / "inbox").glob("unpack-*"))
        if killed >= KILLS:
            break


# The program -------------------------------------------------------------------------------

UPLOADERS, QUICK_KILLS = 4, 5
AGAIN = "was started again"


def short_runs() -> Iterator[tuple[str, bytes]]:
    """Yield one run after the other, one a day."""
    for day in count():
        start = datetime(2020, 1, 1, 6, tzinfo=UTC) + timedelta(days=day)
        yield f"{start:%Y-%m-%d}.fit", build.fit(start, 120)


class Uploader:
    """Sends one file after the other, whatever happens, and keeps the hashes of those taken."""

    def __init__(self, run: Run, files: Iterator[tuple[str, bytes]]) -> None:
        self.taken: list[str] = []
        self._run, self._files = run, files
        self._stop, self._choosing = Event(), Lock()
        self._threads = [Thread(target=self._send) for _ in range(UPLOADERS)]

    def _send(self) -> None:
        with self._run.logged_in() as owner:
            while not self._stop.is_set():
                with self._choosing:
                    name, data = next(self._files)
                self._send_one(owner, name, data)

    def _send_one(self, owner: httpx.Client, name: str, data: bytes) -> None:
        try:
            answer = owner.post("/api/v1/activities/upload", files={"files": (name, data)})
        except httpx.TransportError:
            return
        if answer.is_success:
            (told,) = answer.json()["files"]
            assert told["outcome"] in ("imported", "duplicate"), told
            self.taken.append(hashlib.sha256(data).hexdigest())

    def wait_for_more(self) -> None:
        """Wait until another file was taken."""
        before = len(self.taken)
        until(lambda: len(self.taken) > before)

    def __enter__(self) -> "Uploader":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()


def kernel_of(run: Run, owner: httpx.Client) -> psutil.Process:
    """Return a kernel that draws a page at this moment."""
    zygote = run.child("serving.zygote")
    with owner.stream("GET", "/voila/render/fitness.ipynb") as page:
        assert page.status_code == 200
        until(lambda: zygote.children())
        return zygote.children()[0]


def kill(run: Run, owner: httpx.Client, part: str) -> None:
    """Kill a part; wait until it was started again and everything answers."""
    times = run.said.count(AGAIN) + 1
    killed = run.child(part)
    killed.kill()
    until(lambda: run.says(AGAIN, times))
    until(lambda: answers(owner))
    assert run.child(part).pid != killed.pid


def kill_quickly(run: Run, part: str) -> None:
    """Kill a part as soon as it was started again, some times in a row."""
    for _ in range(QUICK_KILLS):
        times = run.said.count(AGAIN) + 1
        run.child(part).kill()
        until(lambda count=times: run.says(AGAIN, count))


def lost(run: Run, taken: list[str]) -> set[str]:
    """Return what was taken but has no activity, no original, or no samples."""
    with database.connect(database.database_url(Settings(home=run.home))) as conn:
        rows = conn.execute(
            "SELECT a.file_sha256, s.path FROM activities a"
            " JOIN activity_samples s ON s.activity_id = a.id"
        ).fetchall()
    kept = {
        sha256
        for sha256, path in rows
        if files.get(run.home, sha256) and (run.home / "samples" / path).exists()
    }
    return {*taken} - kept


@pytest.mark.slow
@pytest.mark.deep
def test_every_part_may_be_killed_and_no_upload_that_was_taken_is_lost(start) -> None:
    run = start().wait_until_ready()
    with run.logged_in() as owner, Uploader(run, short_runs()) as uploader:
        for part in ("ops.web_server", "voila_app", "zygote", "scheduler/main.py", "postgres"):
            kill(run, owner, part)
            until(lambda: draws_today(owner))
            uploader.wait_for_more()
        with suppress(psutil.NoSuchProcess):
            kernel_of(run, owner).kill()
        assert draws_today(owner)
        kill_quickly(run, "ops.web_server")
        until(lambda: answers(owner))
        uploader.wait_for_more()
    print(f"{len(uploader.taken)} uploads were taken")  # noqa: T201
    assert lost(run, uploader.taken) == set()
    assert run.ends(signal.SIGTERM) == 0
    run.nothing_is_left(2)


def answers(owner: httpx.Client) -> bool:
    try:
        return owner.get("/readyz").status_code == 200
    except httpx.TransportError:
        return False
