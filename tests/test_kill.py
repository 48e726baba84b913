"""An import that is killed at any moment and run again ends with the rows of one that was not."""

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
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest

from runningcoach.demo.bulk import runs
from runningcoach.store import files
from tests import take_and_derive
from tests.conftest import PROJECT
from tests.ingest import build

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
            data = (home / "quarantine" / sha256).read_bytes()
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
