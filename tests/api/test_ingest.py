"""Ordering a sync, following it and asking for gaps, over HTTP; the runs are written by hand."""

from datetime import date, timedelta

import pytest
from starlette.testclient import TestClient

from runningcoach.base import periods
from runningcoach.ingest.garmin import connection_status
from runningcoach.model.user import User
from runningcoach.simulators.garmin import SimulatorClient
from runningcoach.store import database, garmin, job_runs, scores, sync_units
from runningcoach.store.job_runs import RunOutcome
from runningcoach.store.sync_units import SyncUnit

TODAY = periods.today("Asia/Seoul")
STATUS = "/api/v1/ingest/status"


def order(client: TestClient, **body: object):
    return client.post("/api/v1/ingest/run", json=body)


def ordered(conn, user: User) -> list[tuple[str, dict]]:
    """The runs that wait, with what their notebooks are told."""
    waiting = [run for run in job_runs.waiting(conn) if run.user_id == user.id]
    return [(run.job, run.parameters) for run in waiting]


def close(conn, user: User, **ending: str) -> None:
    """Let the run that waits begin and end, as the scheduler would write it down."""
    [run] = [run for run in job_runs.waiting(conn) if run.user_id == user.id]
    job_runs.begin(conn, run.id, periods.now(), "here")
    job_runs.finish(conn, run.id, periods.now(), RunOutcome(**ending))


@pytest.fixture
def connected(client: TestClient, fake: SimulatorClient, conn, ann: User) -> TestClient:
    """Ann, connected by key; what that orders by itself is done."""
    assert client.post("/api/v1/auth/garmin/connect", json={"key": fake.key}).status_code == 200
    close(conn, ann, state="succeeded")
    fake.clear_log()
    return client


def test_without_a_connection_there_is_nobody_to_ask(client: TestClient, fake: SimulatorClient):
    answer = order(client, mode="incremental")
    assert (answer.status_code, answer.json()["code"]) == (409, "api.not_connected")
    assert fake.log() == []


@pytest.mark.parametrize(
    ("body", "job", "told"),
    [
        ({}, "sync", {}),
        ({"mode": "backfill", "days": 20}, "backfill", {"days": 20}),
        ({"mode": "backfill"}, "backfill", {"days": 30}),
        (
            {"mode": "range", "from": "2026-05-02", "to": "2026-05-04"},
            "sync", {"first": "2026-05-02", "last": "2026-05-04"},
        ),
    ],
)  # fmt: skip
def test_an_order_waits_for_the_scheduler(
    connected: TestClient, settings, conn, ann: User, fake: SimulatorClient, body, job, told
):
    settings.garmin_backfill_days = 30
    answer = order(connected, **body)
    assert answer.status_code == 202
    assert ordered(conn, ann) == [(job, told)]
    run = connected.get(f"/api/v1/jobs/runs/{answer.json()['id']}").json()
    assert (run["run_id"], run["job"]) == (answer.json()["run_id"], job)
    assert fake.log() == []


def test_a_connection_orders_the_history_once(
    client: TestClient, fake: SimulatorClient, conn, ann: User
):
    for _ in range(2):
        client.post("/api/v1/auth/garmin/connect", json={"key": fake.key})
        assert ordered(conn, ann) == [("backfill", {"days": 0})]


def test_a_refused_key_orders_nothing(client: TestClient, fake: SimulatorClient, conn, ann: User):
    client.post("/api/v1/auth/garmin/connect", json={"key": "not-the-key-of-anybody"})
    assert ordered(conn, ann) == []


def test_the_status_follows_a_run(connected: TestClient, conn, ann: User, database_url: str):
    assert connected.get(STATUS).json()["step"] is None
    order(connected)
    [run] = job_runs.waiting(conn)
    unattended = connected.get(STATUS).json()
    assert (unattended["step"], unattended["running"]) == ("unattended", True)
    assert unattended["run"]["id"] == run.id
    with database.connect(database_url) as scheduler:
        assert job_runs.try_lead(scheduler)
        assert connected.get(STATUS).json()["step"] == "waits"
        job_runs.begin(conn, run.id, periods.now(), "here")
        assert connected.get(STATUS).json()["step"] == "works"
        with garmin.hold_tokens(scheduler, ann.id):
            assert connected.get(STATUS).json()["step"] == "fetches"
    job_runs.finish(conn, run.id, periods.now(), RunOutcome(state="succeeded"))
    ended = connected.get(STATUS).json()
    assert (ended["step"], ended["running"], ended["last_problem_words"]) == (None, False, None)


def test_a_run_that_broke_off_is_told_until_a_sync_begins(connected: TestClient, conn, ann: User):
    order(connected)
    close(conn, ann, state="failed", error_code="cell_failed", error="KeyError: 'sleep'")
    told = connected.get(STATUS).json()
    assert told["last_problem_words"] == "A step failed. KeyError: 'sleep'"
    assert told["run"]["state"] == "failed"
    garmin.begin_run(conn, ann.id)
    assert connected.get(STATUS).json()["last_problem_words"] is None


def test_what_waits_already_is_not_ordered_again(connected: TestClient, other: TestClient, conn):
    assert order(connected, mode="backfill").status_code == 202
    again = order(connected, mode="backfill")
    assert (again.status_code, again.json()["code"]) == (409, "jobs.already_runs")
    assert order(connected, mode="incremental").status_code == 202
    assert len(job_runs.waiting(conn)) == 2
    assert other.get(STATUS).json()["run"] is None


def test_while_somebody_talks_to_garmin_no_order_is_taken(connected: TestClient, conn, ann: User):
    with garmin.hold_tokens(conn, ann.id):
        answer = order(connected, mode="incremental")
    assert (answer.status_code, answer.json()["code"]) == (409, "garmin.busy")
    assert job_runs.waiting(conn) == []


def test_how_far_it_is_and_what_is_left_of_today(connected: TestClient, conn, ann: User):
    garmin.begin_run(conn, ann.id)
    days = [TODAY - timedelta(days=n) for n in range(8)]
    sync_units.add(conn, ann.id, [SyncUnit("nights", str(day), day) for day in days])
    for day in days[:3]:
        sync_units.finish(conn, ann.id, SyncUnit("nights", str(day), day), "done")
    garmin.count_request(conn, ann.id)
    with garmin.hold_tokens(conn, ann.id):
        status = connected.get(STATUS).json()
    assert status["running"]
    assert (status["units_done"], status["units_left"]) == (3, 5)
    assert status["units_per_minute"] > 0
    assert status["ends_at"] > status["last_started_at"]
    assert status["requests_today"] >= 1
    assert status["requests_left"] == status["requests_a_day"] - status["requests_today"]


def test_a_wait_is_told_with_its_end(connected: TestClient, conn, ann: User):
    wait_until = garmin.start_wait(conn, ann.id, 3000)
    garmin.end_run(conn, ann.id, "waiting")
    status = connected.get(STATUS).json()
    assert status["last_problem"] == "waiting"
    assert status["last_problem_words"] == "Garmin asked us to wait; nothing was asked."
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
def test_nonsense_is_refused(connected: TestClient, fake: SimulatorClient, body: dict):
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
    garmin.begin_run(conn, ann.id)
    sync_units.add(conn, ann.id, [SyncUnit("days", "2026-01-01..2026-01-28", date(2026, 1, 28))])
    assert client.get(STATUS).json()["units_left"] == 1
    assert other.get(STATUS).json()["units_left"] == 0


def test_the_end_is_reckoned_from_rate_and_requests():
    now = periods.now()
    within = connection_status.ends_at(120, 30, left=500, a_day=2000)
    assert abs(within - now - timedelta(minutes=4)) < timedelta(seconds=5)
    # 100 today; of the other 2500, 2000 tomorrow and 500 the day after: 500/50 = 10 minutes.
    later = connection_status.ends_at(2600, 50, left=100, a_day=2000)
    assert (later.date() - now.date()).days == 2
    assert (later.hour, later.minute) == (0, 10)
    assert connection_status.ends_at(10, None, left=1, a_day=1) is None
    assert connection_status.ends_at(0, 30, left=1, a_day=1) is None


QUARANTINE = "/api/v1/ingest/quarantine"


def test_quarantine_is_read_and_emptied_by_its_runner_alone(
    client: TestClient, other: TestClient, visitor: TestClient, home
):
    pages = [("files", (f"{n}.fit", f"<html>{n}".encode())) for n in range(3)]
    for one in (client, other):
        one.post("/api/v1/activities/upload", files=[*pages, ("files", ("empty.fit", b""))])
    assert visitor.get(QUARANTINE).status_code == visitor.delete(QUARANTINE).status_code == 401
    foreign = {"Origin": "https://elsewhere.example"}
    assert client.delete(QUARANTINE, headers=foreign).status_code == 403
    assert client.delete(QUARANTINE, params={"older_than_days": -1}).status_code == 422
    assert len(client.get(QUARANTINE).json()) == 4
    old = client.delete(QUARANTINE, params={"older_than_days": 1})
    assert old.json() == {"files": 0, "size_bytes": 0}
    assert client.delete(QUARANTINE, params={"reason": "empty"}).json()["files"] == 1
    assert client.delete(QUARANTINE).json() == {"files": 3, "size_bytes": 0}  # others have them
    assert client.get(QUARANTINE).json() == []
    assert len(other.get(QUARANTINE).json()) == 4
    gone = other.delete(QUARANTINE).json()
    assert gone["size_bytes"] > 0
    assert list((home / "quarantine").iterdir()) == []
