"""An activity that was typed in at Garmin has no file: what its addresses answer."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from starlette.testclient import TestClient

from runningcoach.derive import rebuild
from runningcoach.ingest.garmin import activities
from runningcoach.model.user import User

NUMBER = 19_000_000_001
ITEM = {
    "activityId": NUMBER, "activityName": "Treadmill at the hotel", "distance": 8000.0,
    "startTimeLocal": "2026-05-13 06:30:00", "startTimeGMT": "2026-05-12 21:30:00",
    "duration": 2700.0, "elapsedDuration": 2700.0,
    "activityType": {"typeKey": "treadmill_running"}, "eventType": {"typeKey": "uncategorized"},
}  # fmt: skip


@pytest.fixture
def path(conn: psycopg.Connection[Any], ann: User, home: Path) -> str:
    activities.store_listed(conn, ann.id, ITEM, "signin")
    activities.put_without_file(conn, ann.id, NUMBER)
    rebuild.rebuild(conn, ann.id, home=home)
    found = conn.execute("SELECT id FROM activities").fetchone()
    assert found is not None
    return f"/api/v1/activities/{found[0]}"


def test_it_is_listed_and_shown_with_a_load(client: TestClient, path: str):
    listed = client.get("/api/v1/activities").json()["items"]
    assert [one["name"] for one in listed] == ["Treadmill at the hotel"]
    answer = client.get(path).json()
    shown = answer["activity"]
    assert (shown["sport"], shown["distance_m"], shown["local_date"]) == (
        "running", 8000, "2026-05-13",
    )  # fmt: skip
    assert datetime.fromisoformat(shown["started_at"]) == datetime(2026, 5, 12, 21, 30, tzinfo=UTC)
    assert answer["metrics"]["load"] > 0


@pytest.mark.parametrize("part", ["samples", "fit"])
def test_what_it_has_not_is_said_in_words(client: TestClient, path: str, part: str):
    answer = client.get(f"{path}/{part}")
    assert answer.status_code == 404
    problem = answer.json()
    assert problem["code"] == {"samples": "api.no_samples", "fit": "api.no_file"}[part]
    assert "Garmin" in json.dumps(problem)


def test_it_has_no_laps(client: TestClient, path: str):
    assert client.get(f"{path}/laps").json() == []


def test_the_runner_may_delete_it(
    client: TestClient, conn: psycopg.Connection[Any], ann: User, path: str
):
    assert client.delete(path).status_code == 204
    assert client.get(path).status_code == 404
    activities.put_without_file(conn, ann.id, NUMBER)
    assert client.get("/api/v1/activities").json()["items"] == []
