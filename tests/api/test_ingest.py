"""Ordering a sync, following it and asking for gaps, over HTTP with the simulator."""

import time
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from starlette.testclient import TestClient

from runningcoach import periods
from runningcoach.demo.garmin import Fake
from runningcoach.ingest.garmin import standing
from runningcoach.records import User
from runningcoach.store import garmin, scores, sync_units
from runningcoach.store.sync_units import Unit

TODAY = periods.today("Asia/Seoul")
STATUS = "/api/v1/ingest/status"


def order(client: TestClient, **body: object):
    return client.post("/api/v1/ingest/run", json=body)


def until(true: Callable[[], bool], patience_s: float = 90) -> None:
    give_up = time.monotonic() + patience_s
    while not true():
        assert time.monotonic() < give_up
        time.sleep(0.05)


def ended(client: TestClient, runs) -> dict:
    """Wait until no run goes on; return the status."""
    until(lambda: not any(thread.is_alive() for thread in runs._threads.values()))
    return client.get(STATUS).json()


@pytest.fixture
def connected(client: TestClient, fake: Fake) -> TestClient:
    assert client.post("/api/v1/auth/garmin/connect", json={"key": fake.key}).status_code == 200
    fake.clear_log()
    return client


def test_without_a_connection_there_is_nobody_to_ask(client: TestClient, fake: Fake):
    answer = order(client, mode="incremental")
    assert (answer.status_code, answer.json()["code"]) == (409, "api.not_connected")
    assert fake.log() == []


def test_a_range_is_fetched_and_told(connected: TestClient, app, fake: Fake):
    first, last = TODAY - timedelta(days=6), TODAY - timedelta(days=4)
    answer = order(connected, mode="range", **{"from": str(first), "to": str(last)})
    assert answer.status_code == 202
    assert answer.json()["run_id"]
    status = ended(connected, app.state.runs)
    assert status["units_done"] > 5
    assert (status["units_left"], status["units_parked"]) == (0, 0)
    assert not status["running"]
    assert status["requests_today"] == len(fake.log("personal")) > 0
    nights = connected.get(f"/api/v1/sleep?from={first}&to={last}").json()
    assert {night["date"] for night in nights} <= {str(day) for day in periods.days(first, last)}
    assert nights
    days = {one["local_date"] for one in connected.get("/api/v1/activities").json()["items"]}
    assert days
    assert all(str(first) <= day <= str(last) for day in days)


def test_a_second_range_downloads_no_file_again(connected: TestClient, app, fake: Fake):
    day = str(TODAY - timedelta(days=5))
    for _ in range(2):
        fake.clear_log()
        assert order(connected, mode="range", **{"from": day, "to": day}).status_code == 202
        ended(connected, app.state.runs)
    paths = [call.path for call in fake.log()]
    assert paths
    assert not [path for path in paths if "download" in path]


def test_while_one_runs_no_other_begins_and_the_status_says_so(
    connected: TestClient, app, fake: Fake
):
    fake.latency(0.15)
    try:
        assert order(connected, mode="backfill", days=20).status_code == 202
        until(lambda: connected.get(STATUS).json()["units_done"] > 8)
        status = connected.get(STATUS).json()
        again = order(connected, mode="incremental")
    finally:
        fake.latency(0)
    assert (again.status_code, again.json()["code"]) == (409, "garmin.busy")
    assert status["running"]
    assert status["units_left"] > 0
    assert status["units_per_minute"] > 0
    assert status["ends_at"] > status["last_started_at"]
    assert status["requests_left"] == status["requests_a_day"] - status["requests_today"]
    app.state.runs.stop()
    assert connected.get(STATUS).json()["last_problem"] == "interrupted"


def test_a_wait_is_kept_and_no_question_asked(connected: TestClient, app, fake: Fake, conn, ann):
    wait_until = garmin.wait(conn, ann.id, 3000)
    order(connected, mode="incremental")
    status = ended(connected, app.state.runs)
    assert fake.log() == []
    assert status["last_problem"] == "waiting"
    assert status["last_problem_words"]
    assert status["wait_until"] == wait_until.isoformat().replace("+00:00", "Z")
    notices = connected.get("/api/v1/auth/garmin/status").json()["notices"]
    assert [notice["code"] for notice in notices] == ["waiting"]


@pytest.mark.parametrize(
    "body",
    [
        {"mode": "everything"},
        {"mode": "range"},
        {"mode": "range", "from": "2026-05-02"},
        {"mode": "range", "from": "2026-05-02", "to": "2026-05-01"},
        {"mode": "range", "from": "2020-01-01", "to": "2026-05-01"},
        {"mode": "backfill", "days": -1},
        {"mode": "incremental", "days": 4},
        {"mode": "backfill", "from": "2026-05-02"},
        {"mode": "incremental", "user_id": 2},
    ],
)
def test_nonsense_is_refused(connected: TestClient, fake: Fake, body: dict):
    assert order(connected, **body).status_code == 422
    assert fake.log() == []


def test_gaps_are_listed_and_counted(client: TestClient, other: TestClient, conn, ann: User):
    for back, reason in ((1, "not_worn"), (2, "not_worn"), (3, "cold")):
        scores.put_gaps(conn, ann.id, "sleep", [(TODAY - timedelta(days=back), reason, None)])
    scores.put_gaps(conn, ann.id, "sleep", [(date(2020, 1, 1), "error", None)])
    listed = client.get("/api/v1/ingest/gaps").json()
    assert [(gap["stream"], gap["reason"]) for gap in listed] == [
        ("sleep", "not_worn"), ("sleep", "not_worn"), ("sleep", "cold"),
    ]  # fmt: skip
    counted = client.get(STATUS).json()["gaps"]
    assert [(one["reason"], one["days"]) for one in counted] == [("not_worn", 2), ("cold", 1)]
    old = client.get("/api/v1/ingest/gaps?from=2020-01-01&to=2020-01-02").json()
    assert [gap["reason"] for gap in old] == ["error"]
    assert other.get("/api/v1/ingest/gaps").json() == []
    assert other.get(STATUS).json()["gaps"] == []


def test_units_of_another_runner_do_not_count(client: TestClient, other: TestClient, conn, ann):
    garmin.begin(conn, ann.id)
    sync_units.add(conn, ann.id, [Unit("days", "2026-01-01..2026-01-28", date(2026, 1, 28))])
    assert client.get(STATUS).json()["units_left"] == 1
    assert other.get(STATUS).json()["units_left"] == 0


def test_the_end_is_reckoned_from_rate_and_requests():
    now = periods.now()
    within = standing.ends_at(120, 30, left=500, a_day=2000)
    assert abs(within - now - timedelta(minutes=4)) < timedelta(seconds=5)
    # 100 today; of the other 2500, 2000 tomorrow and 500 the day after: 500/50 = 10 minutes.
    later = standing.ends_at(2600, 50, left=100, a_day=2000)
    assert (later.date() - now.date()).days == 2
    assert (later.hour, later.minute) == (0, 10)
    assert standing.ends_at(10, None, left=1, a_day=1) is None
    assert standing.ends_at(0, 30, left=1, a_day=1) is None
