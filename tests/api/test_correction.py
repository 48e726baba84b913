"""Correcting a sport by hand: what is derived follows, and imports leave it alone."""

from pathlib import Path

import psycopg
import pytest
from starlette.testclient import TestClient

from runningcoach import jobs
from runningcoach.model.user import User
from tests.ingest import build

type Conn = psycopg.Connection

LIST = "/api/v1/activities"


@pytest.fixture
def vague(conn: Conn, ann: User, home: Path, tmp_path: Path) -> str:
    """The address of a track without a sport: half an hour at 3 m/s."""
    gpx = build.gpx(seconds=1800).replace(b"<type>running</type>", b"")
    folder = build.put(tmp_path / "runs", {"track.gpx": gpx.replace(b"Morning Run", b"x")})
    report = jobs.take_files(conn, ann.id, [folder], home=home)
    assert report.rows["no_sport"] == 1
    (number,) = report.activity_ids
    return f"{LIST}/{number}"


def bests(conn: Conn) -> list[tuple[float]]:
    return conn.execute("SELECT distance_m FROM best_efforts WHERE distance_m = 5000").fetchall()


def test_a_sport_by_hand_makes_a_run_of_it(client: TestClient, conn: Conn, vague: str):
    assert bests(conn) == []
    answer = client.patch(vague, json={"sport": "running", "sub_sport": "trail"})
    assert answer.status_code == 200
    assert (answer.json()["sport"], answer.json()["sub_sport"]) == ("running", "trail")
    assert len(bests(conn)) == 1
    metrics = client.get(vague).json()["metrics"]
    assert metrics["gap_mps"] == pytest.approx(3.0, rel=0.02)
    weeks = "SELECT sum(runs) FROM analytics_summaries WHERE period = 'week'"
    assert conn.execute(weeks).fetchone() == (1,)


def test_it_is_a_ride_again_without_bests(client: TestClient, conn: Conn, vague: str):
    client.patch(vague, json={"sport": "running"})
    client.patch(vague, json={"sport": "cycling"})
    assert bests(conn) == []
    assert client.get(vague).json()["activity"]["sport"] == "cycling"


def test_an_import_leaves_it_alone(
    client: TestClient, conn: Conn, ann: User, home: Path, tmp_path: Path, vague: str
):
    client.patch(vague, json={"sport": "running", "sub_sport": "track"})
    jobs.take_files(conn, ann.id, [tmp_path / "runs"], home=home, again=True)
    activity = client.get(vague).json()["activity"]
    assert (activity["sport"], activity["sub_sport"]) == ("running", "track")
    assert len(bests(conn)) == 1


def test_a_run_on_a_belt_is_one_after_another_import_too(
    client: TestClient, conn: Conn, ann: User, home: Path, tmp_path: Path, vague: str
):
    client.patch(vague, json={"sport": "running", "sub_sport": "treadmill"})
    jobs.take_files(conn, ann.id, [tmp_path / "runs"], home=home, again=True)
    assert client.get(vague).json()["activity"]["is_treadmill"] is True


@pytest.mark.parametrize(
    "body", [{"sport": "quidditch"}, {"sub_sport": "trail"}, {"sport": None}, {"sport": 1}]
)
def test_what_is_no_sport_is_refused(client: TestClient, vague: str, body: dict[str, object]):
    answer = client.patch(vague, json=body)
    assert answer.status_code == 422
    assert client.get(vague).json()["activity"]["sport"] == "generic"


@pytest.mark.parametrize("value", [True, False, None])
def test_its_use_for_estimates(client: TestClient, conn: Conn, vague: str, value: bool | None):
    assert client.patch(vague, json={"use_for_estimates": value}).status_code == 200
    assert client.get(vague).json()["activity"]["use_for_estimates"] is value


def test_one_of_another_is_not_to_be_changed(
    client: TestClient, conn: Conn, bob: User, home: Path, tmp_path: Path
):
    folder = build.put(tmp_path / "bob", {"run.fit": build.fit()})
    (number,) = jobs.take_files(conn, bob.id, [folder], home=home).activity_ids
    assert client.patch(f"{LIST}/{number}", json={"sport": "cycling"}).status_code == 404
    assert client.delete(f"{LIST}/{number}").status_code == 404
    assert conn.execute("SELECT sport FROM activities").fetchall() == [("running",)]
