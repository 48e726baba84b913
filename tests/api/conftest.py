"""A running app over a fresh database, runners with passwords, and activities to look at."""

import hashlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from runningcoach.api.app import create_app
from runningcoach.api.session_middleware import COOKIE
from runningcoach.base import periods, security
from runningcoach.base.settings import Settings
from runningcoach.model.user import User
from runningcoach.simulators.garmin import SimulatorClient, serve
from runningcoach.store import accounts
from runningcoach.store.blobs import files, samples

PASSWORD = "long enough to last"
BEGIN = datetime(2026, 5, 4, 21, 30, tzinfo=UTC)


@pytest.fixture(scope="session")
def hashed() -> str:
    return security.hash_password(PASSWORD)


@pytest.fixture
def settings(database_url: str, home: Path) -> Settings:
    return Settings(database_url=database_url, home=home, max_upload_mb=1)


@pytest.fixture(scope="session")
def simulator() -> Iterator[SimulatorClient]:
    with serve(until=periods.today("Asia/Seoul"), years=0.3) as fake:
        yield fake


@pytest.fixture
def fake(simulator: SimulatorClient, settings: Settings) -> SimulatorClient:
    """Garmin, played, as new; the app's settings lead to it."""
    simulator.reset()
    settings.garmin_url = simulator.url
    return simulator


@pytest.fixture(scope="session")
def one_app() -> FastAPI:
    """An app whose routes are read once for all tests: that takes longer than most of them."""
    return create_app(
        Settings(database_url="postgresql://nowhere", home="/nowhere", max_upload_mb=1)
    )


@pytest.fixture
def app(one_app: FastAPI, settings: Settings) -> FastAPI:
    """The app, over this test's database and home."""
    one_app.state.settings = settings
    return one_app


@pytest.fixture
def visitor(app: FastAPI) -> Iterator[TestClient]:
    """Somebody without a session."""
    with TestClient(app, follow_redirects=False) as client:
        yield client


@pytest.fixture
def ann(conn: psycopg.Connection[Any], hashed: str) -> User:
    return accounts.create(conn, "ann", hashed, language="en", timezone="Asia/Seoul")


@pytest.fixture
def bob(conn: psycopg.Connection[Any], hashed: str) -> User:
    return accounts.create(conn, "bob", hashed, language="ko", timezone="Asia/Seoul")


def signed_in(app: FastAPI, username: str) -> TestClient:
    """Return a client that has logged in by the front door."""
    client = TestClient(app, follow_redirects=False)
    answer = client.post("/api/v1/auth/login", json={"username": username, "password": PASSWORD})
    assert answer.status_code == 200
    return client


def with_session(app: FastAPI, conn: psycopg.Connection[Any], user: User) -> TestClient:
    """Return a client with a session, without the work of a login."""
    token = security.new_token()
    sha256 = security.token_sha256(token)
    accounts.open_session(conn, user.id, sha256, datetime.now(UTC) + timedelta(days=1))
    client = TestClient(app, follow_redirects=False)
    client.cookies.set(COOKIE, token, domain="testserver.local", path="/")
    return client


@pytest.fixture
def client(
    visitor: TestClient, app: FastAPI, conn: psycopg.Connection[Any], ann: User
) -> TestClient:
    """Ann, logged in."""
    return with_session(app, conn, ann)


@pytest.fixture
def other(
    visitor: TestClient, app: FastAPI, conn: psycopg.Connection[Any], bob: User
) -> TestClient:
    """Bob, logged in."""
    return with_session(app, conn, bob)


type Add = Callable[..., int]


@pytest.fixture
def add(conn: psycopg.Connection[Any], home: Path) -> Add:
    """Put an activity into the store with its original, samples, laps and metrics."""

    def put(user: User, number: int = 0, **columns: object) -> int:
        return add_activity(conn, home, user, number, **columns)

    return put


def add_activity(
    conn: psycopg.Connection[Any], home: Path, user: User, number: int = 0, **columns: object
) -> int:
    """Put an activity into the store of a home; return its id."""
    original = f"original {user.id} {number}".encode()
    sha256 = hashlib.sha256(original).hexdigest()
    files.put(home, original, sha256)
    started_at = BEGIN + timedelta(days=number)
    activity_id = _activity(conn, user, sha256, started_at, columns)
    _file(conn, user, sha256, len(original), number)
    recorded = samples.write(home, run(), started_at, f"{sha256[:16]}-0")
    _rest(conn, user, activity_id, started_at, recorded)
    return activity_id


def run(seconds: int = 3_600) -> dict[str, np.ndarray]:
    """An hour on the move: heart rate with a gap, a wavy speed, a position."""
    t = np.arange(seconds)
    heart_rate = np.round(140 + 20 * np.sin(t / 300))
    heart_rate[600:660] = np.nan
    return {
        "t_s": t.astype(np.int32),
        "heart_rate_bpm": heart_rate,
        "speed_mps": 3 + np.sin(t / 40),
        "latitude_deg": 37.5 + t * 1e-5,
        "longitude_deg": 127 + t * 1e-5,
    }


def _activity(
    conn: psycopg.Connection[Any],
    user: User,
    sha256: str,
    started_at: datetime,
    columns: dict[str, object],
) -> int:
    local = started_at.replace(tzinfo=None) + timedelta(hours=9)
    row = {
        "name": "Easy run", "sport": "running", "distance_m": 10_000.0, "has_gps": True,
        "is_race": False, "is_treadmill": False, "leg": 0,
    } | columns | {
        "user_id": user.id, "sha256": sha256, "started_at": started_at, "local": local,
    }  # fmt: skip
    return conn.execute(
        "INSERT INTO activities (user_id, file_sha256, leg, source, sport, name, has_gps, is_race,"
        " is_treadmill, started_at, timezone, local_started_at, local_date, elapsed_s, timer_s,"
        " distance_m, average_hr_bpm, decode_status) VALUES (%(user_id)s, %(sha256)s, %(leg)s,"
        " 'fit', %(sport)s, %(name)s, %(has_gps)s, %(is_race)s, %(is_treadmill)s, %(started_at)s,"
        " 'Asia/Seoul', %(local)s, %(local)s, 3600, 3590, %(distance_m)s, 150, 'ok') RETURNING id",
        row,
    ).fetchone()[0]


def _file(conn: psycopg.Connection[Any], user: User, sha256: str, size: int, number: int) -> None:
    conn.execute(
        "INSERT INTO garmin_raw_files (user_id, sha256, kind, name, size_bytes, lane, outcome)"
        " VALUES (%s, %s, 'fit', %s, %s, 'folder', 'imported') ON CONFLICT DO NOTHING",
        [user.id, sha256, f"some/folder/달리기 {number}.fit", size],
    )


def _rest(
    conn: psycopg.Connection[Any],
    user: User,
    activity_id: int,
    started_at: datetime,
    recorded: samples.SampleFile,
) -> None:
    conn.execute(
        "INSERT INTO activity_samples (activity_id, user_id, path, sha256, size_bytes, samples,"
        " channels, pauses_s) VALUES (%s, %s, %s, %s, %s, %s, %s, '{100,110}')",
        [activity_id, user.id, recorded.path, recorded.sha256, recorded.size_bytes,
         recorded.samples, recorded.channels],
    )  # fmt: skip
    conn.execute(
        "INSERT INTO laps (activity_id, user_id, lap_index, started_at, elapsed_s, distance_m)"
        " VALUES (%s, %s, 1, %s, 1800, 5000), (%s, %s, 0, %s, 1800, 5000)",
        [activity_id, user.id, started_at, activity_id, user.id, started_at],
    )
    conn.execute(
        "INSERT INTO activity_metrics (activity_id, user_id, engine_version, inputs_hash, moving_s,"
        " load, load_source, hr_zone_s) VALUES (%s, %s, '1', 'x', 3500, 61.5, 'rtss',"
        " '{0,1200,1800,500,0}')",
        [activity_id, user.id],
    )
    conn.execute(
        "INSERT INTO best_efforts VALUES (%s, %s, 5000, 1500, 60), (%s, %s, 1000, 280, 60)",
        [activity_id, user.id, activity_id, user.id],
    )
