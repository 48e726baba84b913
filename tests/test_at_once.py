"""Two runners with eight clients each, all at once: nothing fails, nothing mixes, nothing is lost.

What stands in the tables afterwards is what stands there when the files that are left are imported
one after the other.
"""

import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import psycopg
import pytest
from psycopg import sql
from psycopg.rows import dict_row

from runningcoach import jobs
from runningcoach.api.session_middleware import COOKIE
from runningcoach.base import security
from runningcoach.fit.write import write
from runningcoach.ingest import quarantine
from runningcoach.model.user import User
from runningcoach.store import accounts, activities, database
from runningcoach.store.workbench import Workbench

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1500)]

CLIENTS, SEED = 8, 20260501
OPERATIONS = int(os.environ.get("RC_OPERATIONS", "224"))
"""Of all clients of both runners together; RC_OPERATIONS=1000 is the long life."""
EACH = OPERATIONS // (2 * CLIENTS)
BEGIN = int(datetime(2024, 3, 1, 6, tzinfo=UTC).timestamp())
ACTIVITIES = "/api/v1/activities"
APART = {
    "activities": {"id", "user_id", "parent_id", "created_at", "updated_at"},
    "activity_metrics": {"activity_id", "user_id", "inputs_hash", "computed_at"},
    "fitness_metrics_daily": {"user_id", "computed_at"},
    "analytics_summaries": {"user_id", "computed_at"},
    "athlete_benchmarks": {"id", "user_id", "created_at", "activity_id", "evidence"},
}
"""Columns that two equal histories differ in: numbers of rows, and moments of writing."""


def run_of(day: int, seconds: int = 420) -> bytes:
    """A steady run on one day, a little faster on each."""
    begin = BEGIN + day * 86_400
    t = np.arange(seconds)
    speed = 2.6 + day % 300 / 200
    return write(
        [
            ("file_id", {"type": 4, "manufacturer": 1, "product": 4315, "serial_number": 7,
                         "time_created": begin}),
            ("record", {"timestamp": begin + t, "distance": t * speed,
                        "speed": np.full(seconds, speed),
                        "heart_rate": np.round(138 + 9 * np.sin(t / 70))}),
            ("session", {"timestamp": begin + seconds, "start_time": begin, "sport": 1,
                         "sub_sport": 0, "total_elapsed_time": float(seconds),
                         "total_timer_time": float(seconds),
                         "total_distance": (seconds - 1) * speed}),
        ]
    )  # fmt: skip


KINDS = ("upload", "upload", "import", "change", "delete", "delete", "restore", "look")


@dataclass
class Server:
    """The web server as a process of its own."""

    url: str
    home: Path


@contextmanager
def running(home: Path, database_url: str, log: Path) -> Iterator[Server]:
    with socket.create_server(("127.0.0.1", 0), backlog=256) as door, log.open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "runningcoach.ops.web_server", str(door.fileno())],
            env=os.environ
            | {
                "RUNNINGCOACH_HOME": str(home),
                "DATABASE_URL": database_url,
                "RUNNINGCOACH_LANGUAGE": "en",
            },
            stdout=said,
            stderr=subprocess.STDOUT,
            pass_fds=[door.fileno()],
        )
        url = f"http://127.0.0.1:{door.getsockname()[1]}"
        try:
            give_up = time.monotonic() + 60
            while httpx.get(f"{url}/readyz", timeout=30).status_code != 200:
                assert time.monotonic() < give_up
            yield Server(url, home)
        finally:
            process.terminate()
            process.wait(30)


@dataclass
class Client:
    """One browser of a runner, which owns some days: what it does to them is known beforehand."""

    http: httpx.Client
    user: User
    number: int
    conn: psycopg.Connection[Any]
    home: Path
    statuses: list[int] = field(default_factory=list)
    ids: dict[int, int] = field(default_factory=dict)
    deleted: set[int] = field(default_factory=set)
    efforts: dict[int, float] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def act(self, chance: random.Random) -> None:
        """Do the operations of this client, one after the other."""
        free = iter(range(self.number, 10_000, CLIENTS))
        self.upload(next(free))
        for _ in range(EACH - 1):
            operation = chance.choice(KINDS)
            if operation == "upload":
                self.upload(next(free))
            elif operation == "import":
                self.take_folder(next(free), next(free))
            elif operation == "restore":
                self.restore(chance)
            elif operation == "look":
                self.asked("GET", chance.choice([ACTIVITIES, "/api/v1/dashboard/summary"]))
            elif self.ids:
                day = chance.choice(sorted(self.ids))
                self.change(day, chance) if operation == "change" else self.delete(day)

    def asked(self, method: str, path: str, **more: Any) -> httpx.Response:
        answer = self.http.request(method, path, **more)
        self.statuses.append(answer.status_code)
        if answer.status_code >= 400:
            self.notes.append(f"{method} {path} {answer.status_code} {answer.text}")
        return answer

    def upload(self, day: int) -> None:
        file = (f"{day}.fit", run_of(day))
        (taken,) = self.asked("POST", f"{ACTIVITIES}/upload", files={"files": file}).json()["files"]
        assert taken["outcome"] == "imported", taken
        (self.ids[day],) = taken["activity_ids"]

    def take_folder(self, *days: int) -> None:
        """Import a folder, as the command does."""
        with tempfile.TemporaryDirectory() as name:
            for day in days:
                (Path(name) / f"{day}.fit").write_bytes(run_of(day))
            report = jobs.take_files(self.conn, self.user.id, [Path(name)], home=self.home)
        assert report.counts == {"imported": len(days)}, str(report)
        for file in report.files:
            (self.ids[int(Path(file.name).stem)],) = file.activity_ids

    def change(self, day: int, chance: random.Random) -> None:
        self.efforts[day] = float(chance.randint(1, 10))
        wanted = {"rpe": self.efforts[day], "name": f"{day}"}
        self.asked("PATCH", f"{ACTIVITIES}/{self.ids[day]}", json=wanted)

    def delete(self, day: int) -> None:
        self.asked("DELETE", f"{ACTIVITIES}/{self.ids.pop(day)}")
        self.deleted.add(day)
        self.efforts.pop(day, None)

    def restore(self, chance: random.Random) -> None:
        """Bring a deleted run back, as the command does."""
        if not self.deleted:
            return
        day = chance.choice(sorted(self.deleted))
        held = {Path(o.name).name: o.id for o in quarantine.everything(self.conn, self.user.id)}
        report = quarantine.retry(self.conn, self.user.id, [held[f"{day}.fit"]], home=self.home)
        (self.ids[day],) = report.activity_ids
        self.deleted.remove(day)
        jobs.bring_up_to_date(self.conn, self.user.id)


def sign_in(conn: psycopg.Connection[Any], server: Server, user: User) -> httpx.Client:
    token = security.new_token()
    until = datetime.now(UTC) + timedelta(days=1)
    accounts.open_session(conn, user.id, security.token_sha256(token), until)
    return httpx.Client(base_url=server.url, cookies={COOKIE: token}, timeout=120, trust_env=False)


def added(conn: psycopg.Connection[Any], name: str) -> User:
    return accounts.create(conn, name, "!", language="en", timezone="Asia/Seoul")


def rows(conn: psycopg.Connection[Any], user: User, table: str) -> list[str]:
    with conn.cursor(row_factory=dict_row) as cursor:
        query = sql.SQL("SELECT * FROM {} WHERE user_id = %s").format(sql.Identifier(table))
        cursor.execute(query, [user.id])
        found = cursor.fetchall()
    kept = [{k: v for k, v in row.items() if k not in APART[table]} for row in found]
    return sorted(json.dumps(row, default=str, sort_keys=True) for row in kept)


@pytest.mark.deep
def test_all_at_once_ends_as_one_after_the_other(conn, database_url, notebook_url, home, tmp_path):
    users = [added(conn, "ann"), added(conn, "bob")]
    chance = random.Random(SEED)
    with running(home, database_url, tmp_path / "web.log") as server:
        clients = [
            Client(sign_in(conn, server, user), user, number, database.connect(database_url), home)
            for user in users
            for number in range(CLIENTS)
        ]
        seeds = [chance.random() for _ in clients]
        with ThreadPoolExecutor(len(clients)) as threads:
            doing = [
                threads.submit(client.act, random.Random(seed))
                for client, seed in zip(clients, seeds, strict=True)
            ]
            for one in doing:
                one.result()
        settled = time.monotonic() + 60
        while any(activities.stale_since(conn, user.id) for user in users):
            assert time.monotonic() < settled
            time.sleep(0.05)
        log = (tmp_path / "web.log").read_text()
        for client in clients:
            check_isolation(client, clients)
            client.http.close()
            client.conn.close()
    assert [note for client in clients for note in client.notes] == []
    assert sum(len(client.statuses) for client in clients) > OPERATIONS / 2
    assert "Traceback" not in log, log
    for user in users:
        mine = [client for client in clients if client.user == user]
        rc = Workbench(user.id, home, notebook_url)
        seen = rc.sql("SELECT id FROM activities ORDER BY id")["id"]
        assert list(seen) == sorted(id for client in mine for id in client.ids.values())
        assert_equal_to_one_by_one(conn, user, mine, home, tmp_path)


def check_isolation(client: Client, clients: list[Client]) -> None:
    """A runner sees what the own clients left, and of the other runner's nothing."""
    theirs = [one for one in clients if one.user != client.user]
    foreign = next(id for one in theirs for id in one.ids.values())
    for method, path in (
        ("GET", f"{ACTIVITIES}/{foreign}"),
        ("GET", f"{ACTIVITIES}/{foreign}/samples"),
        ("GET", f"{ACTIVITIES}/{foreign}/fit"),
        ("DELETE", f"{ACTIVITIES}/{foreign}"),
    ):
        assert client.http.request(method, path).status_code == 404
    listed = client.http.get(ACTIVITIES, params={"limit": 200}).json()["items"]
    own = {id for one in clients if one.user == client.user for id in one.ids.values()}
    assert {item["id"] for item in listed} == own


def assert_equal_to_one_by_one(
    conn: psycopg.Connection[Any], user: User, mine: list[Client], home: Path, tmp_path: Path
) -> None:
    alone = added(conn, f"{user.username}-alone")
    folder = tmp_path / alone.username
    folder.mkdir()
    for day in sorted(day for client in mine for day in client.ids):
        (folder / f"{day}.fit").write_bytes(run_of(day))
    jobs.take_files(conn, alone.id, [folder], home=home)
    ids = dict(
        conn.execute(
            "SELECT split_part(f.name, '/', -1), a.id FROM activities a JOIN garmin_raw_files f"
            " ON f.user_id = a.user_id AND f.sha256 = a.file_sha256 WHERE a.user_id = %s",
            [alone.id],
        ).fetchall()
    )
    for client in mine:
        for day, effort in client.efforts.items():
            changes = {"rpe": effort, "name": f"{day}"}
            activities.update(conn, alone.id, ids[f"{day}.fit"], changes)
    jobs.bring_up_to_date(conn, alone.id)
    conn.execute("INSERT INTO stale VALUES (%s, '-infinity')", [alone.id])
    jobs.bring_up_to_date(conn, alone.id)
    for table in APART:
        assert rows(conn, user, table) == rows(conn, alone, table), table
