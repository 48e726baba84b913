"""A runner with an account at the simulator; what is asked there is read from its log."""

import json
import os
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from runningcoach.base import periods
from runningcoach.ingest.garmin import connection, sync
from runningcoach.ingest.garmin.sync_report import SyncReport
from runningcoach.model.connection import GarminConnection
from runningcoach.model.user import User
from runningcoach.simulators.garmin import LoggedRequest, SimulatorClient, serve
from runningcoach.sources.common.pacing import RequestPace
from runningcoach.store import database, garmin
from tests.conftest import Clone

TODAY = periods.today("Asia/Seoul")
YEARS = 0.15
"""Eight weeks: long enough for what comes late, short enough to be fetched often."""

TABLES = (
    "activities", "laps", "activity_samples", "activity_facts", "best_efforts", "sleep",
    "hr_records", "health_metrics", "health_gaps", "garmin_scores", "garmin_records", "gear",
    "athlete_benchmarks", "garmin_raw_events", "garmin_raw_files", "quarantine", "sync_units",
)  # fmt: skip
ROWS = """
SELECT to_jsonb(t) - '{{id,activity_id,parent_id,user_id,created_at,updated_at,written_at,attempts,
                       received_at,fetched_at,first_seen_at,last_tried_at,tries,next_try_at}}'::text[]
  FROM {table} t WHERE t.user_id = %s"""


@dataclass
class Runner:
    """One runner of ours and the account at Garmin."""

    conn: psycopg.Connection[Any]
    user_id: int
    home: Path
    fake: SimulatorClient
    slept: list[float] = field(default_factory=list)

    @property
    def place(self) -> connection.GarminEndpoint:
        return connection.GarminEndpoint(self.home, self.fake.url)

    @property
    def pace(self) -> RequestPace:
        """Never waits, and writes down for how long it would have waited before asking again."""
        return RequestPace(every_s=0.0, sleep=self.slept.append)

    def with_key(self, **more: Any) -> GarminConnection:
        return connection.connect_key(self.conn, self.user_id, self.fake.key, self.place, **more)

    def sign_in(self, password: str | None = None) -> GarminConnection:
        known = self.fake.email, password or self.fake.password
        return connection.sign_in(self.conn, self.user_id, *known, self.place)

    def enter_code(self, code: str | None = None) -> GarminConnection:
        code = code or self.fake.mfa_code
        return connection.enter_code(self.conn, self.user_id, code, self.place)

    def sync(self) -> SyncReport:
        return sync.sync(self.conn, self.user_id, self.place, pace=self.pace)

    def backfill(self, **more: Any) -> SyncReport:
        return sync.backfill(self.conn, self.user_id, self.place, pace=self.pace, **more)

    def asked(self, path: str = "", **told: Any) -> list[LoggedRequest]:
        """Return the requests whose path has something in it."""
        found = [call for call in self.fake.log() if re.search(path, call.path)]
        return [one for one in found if all(getattr(one, k) == v for k, v in told.items())]

    def lane(self, name: str) -> GarminConnection:
        return next(c for c in garmin.connections(self.conn, self.user_id) if c.lane == name)

    def value(self, query: str, *values: Any) -> Any:
        row = self.conn.execute(query, values).fetchone()
        return None if row is None else row[0]

    def units(self, **told: Any) -> Counter[str]:
        """Return how many units are in which state."""
        rows = self.conn.execute(
            "SELECT state, count(*)::integer FROM sync_units WHERE user_id = %s GROUP BY 1",
            [self.user_id],
        )
        return Counter(dict(rows.fetchall()))

    def tables(self) -> dict[str, list[str]]:
        """Return the rows of all tables, without numbers and moments of ours."""
        return {name: rows_of(self.conn, name, self.user_id) for name in TABLES}


def rows_of(conn: psycopg.Connection[Any], table: str, user_id: int) -> list[str]:
    rows = conn.execute(ROWS.format(table=table).encode(), [user_id])
    return sorted(json.dumps(row, sort_keys=True) for (row,) in rows)


def every_row(conn: psycopg.Connection[Any]) -> str:
    """All that all tables hold, as text."""
    names = conn.execute(
        "SELECT table_name FROM information_schema.tables"
        " WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
    ).fetchall()
    rows = [
        row
        for (name,) in names
        for (row,) in conn.execute(f'SELECT t::text FROM "{name}" t'.encode())  # noqa: S608
    ]
    assert len(rows) > 100
    return "\n".join(rows)


@pytest.fixture(scope="session", autouse=True)
def no_proxy() -> None:
    """Ask the simulator directly, whatever proxy this machine has."""
    os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1"


@pytest.fixture(scope="session")
def running() -> Iterator[SimulatorClient]:
    with serve(until=TODAY, years=YEARS) as fake:
        yield fake


@pytest.fixture
def fake(running: SimulatorClient) -> SimulatorClient:
    running.reset()
    return running


@pytest.fixture
def runner(conn: psycopg.Connection[Any], user: User, home: Path, fake: SimulatorClient) -> Runner:
    return Runner(conn, user.id, home, fake)


@pytest.fixture
def short_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a first run of three activities be enough."""
    monkeypatch.setattr(sync, "RECENT_PAGE", 3)


@pytest.fixture
def keyed(runner: Runner) -> Runner:
    """A runner who is connected by key; the log begins after it."""
    runner.with_key()
    runner.fake.clear_log()
    return runner


@pytest.fixture
def signed(runner: Runner) -> Runner:
    """A runner who is signed in; the log begins after it."""
    runner.sign_in()
    runner.fake.clear_log()
    return runner


@dataclass
class Kept:
    """The database and the home of a runner whose whole history is here."""

    database: str
    home: Path


@pytest.fixture(scope="session")
def kept(
    clone: Clone, running: SimulatorClient, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Kept]:
    """Fetch the whole history by key once; tests go on from a copy."""
    running.reset()
    home = tmp_path_factory.mktemp("kept") / "home"
    with clone() as url:
        with database.connect(url) as conn:
            runner = Runner(conn, add_user(conn), home, running)
            runner.with_key()
            runner.sync()
            assert runner.backfill().stopped is None
        yield Kept(str(conninfo_to_dict(url)["dbname"]), home)


def add_user(conn: psycopg.Connection[Any]) -> int:
    row = conn.execute(
        "INSERT INTO users (username, display_name, password_hash, role)"
        " VALUES ('runner', 'Runner', '!', 'owner') RETURNING id"
    ).fetchone()
    assert row is not None
    return row[0]


@pytest.fixture
def kept_up_url(clone: Clone, kept: Kept) -> Iterator[str]:
    """Address of a copy of the database of a runner whose whole history is here."""
    with clone(kept.database) as url:
        yield url


@pytest.fixture
def kept_up(kept_up_url: str, kept: Kept, fake: SimulatorClient, home: Path) -> Iterator[Runner]:
    """A runner by key whose whole history is here; the log begins after it."""
    shutil.copytree(kept.home, home, dirs_exist_ok=True)
    with database.connect(kept_up_url) as conn:
        row = conn.execute("SELECT id FROM users").fetchone()
        assert row is not None
        runner = Runner(conn, row[0], home, fake)
        runner.with_key()
        fake.clear_log()
        yield runner
