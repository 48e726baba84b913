"""Connecting to Garmin, looking at the connection and leaving it, over HTTP with the simulator."""

import json
import logging
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from runningcoach.base import logs, periods
from runningcoach.ingest.garmin import purge
from runningcoach.model.user import User
from runningcoach.simulators.garmin import SimulatorClient
from runningcoach.store import fitness, garmin, health, scores

from .conftest import Add

CONNECT, STATUS = "/api/v1/auth/garmin/connect", "/api/v1/auth/garmin/status"


def by_name(fake: SimulatorClient, password: str | None = None) -> dict[str, str]:
    return {"email": fake.email, "password": password or fake.password}


def lanes(client: TestClient) -> dict[str, Any]:
    return {lane["lane"]: lane for lane in client.get(STATUS).json()["lanes"]}


def codes(client: TestClient) -> list[str]:
    return [notice["code"] for notice in client.get(STATUS).json()["notices"]]


def test_a_key_connects(client: TestClient, fake: SimulatorClient):
    answer = client.post(CONNECT, json={"key": f"  {fake.key}\n"})
    assert (answer.status_code, answer.json()["status"]) == (200, "connected")
    found = client.get(STATUS).json()
    assert found["connected"]
    assert found["simulated"]
    assert found["lanes"][0]["status"] == "connected"


def test_a_wrong_key_is_refused_and_nothing_is_kept(
    client: TestClient, fake: SimulatorClient, conn
):
    answer = client.post(CONNECT, json={"key": "not-the-key-of-anybody"})
    assert (answer.status_code, answer.json()["code"]) == (422, "garmin.key_refused")
    assert not client.get(STATUS).json()["connected"]
    assert conn.execute("SELECT count(*) FROM sealed_secrets").fetchone() == (0,)


def test_a_sign_in_with_a_wrong_code_first(client: TestClient, fake: SimulatorClient):
    fake.mfa()
    answer = client.post(CONNECT, json=by_name(fake))
    assert answer.json()["status"] == "mfa_required"
    assert lanes(client)["signin"]["status"] == "needs_mfa"
    assert codes(client) == ["needs_mfa"]
    wrong = client.post("/api/v1/auth/garmin/mfa", json={"code": "000000"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "garmin.wrong_code")
    right = client.post("/api/v1/auth/garmin/mfa", json={"code": fake.mfa_code})
    assert right.json()["status"] == "connected"
    assert right.json()["account"] == fake.display_name
    assert codes(client) == []


def test_a_code_without_a_sign_in(client: TestClient, fake: SimulatorClient):
    answer = client.post("/api/v1/auth/garmin/mfa", json={"code": "123456"})
    assert (answer.status_code, answer.json()["code"]) == (409, "garmin.nothing_pending")
    assert fake.log() == []


def test_a_wrong_password_is_sent_once(client: TestClient, fake: SimulatorClient):
    answer = client.post(CONNECT, json=by_name(fake, "wrong-password"))
    assert (answer.status_code, answer.json()["code"]) == (422, "garmin.wrong_password")
    assert len([call for call in fake.log("signin") if call.path.endswith("/login")]) == 1
    assert client.get(STATUS).json()["lanes"] == []


def test_a_refused_sign_in_is_not_tried_before_its_time(client: TestClient, fake: SimulatorClient):
    fake.fault(r"/api/login", status=429, count=None)
    before = datetime.now(UTC)
    first = client.post(CONNECT, json=by_name(fake))
    assert (first.status_code, first.json()["code"]) == (429, "garmin.cooling_down")
    fake.clear_faults()
    fake.clear_log()
    again = client.post(CONNECT, json=by_name(fake))
    assert again.json()["code"] == "garmin.cooling_down"
    assert fake.log() == []
    (notice,) = client.get(STATUS).json()["notices"]
    until = datetime.fromisoformat(notice["until"])
    assert notice["code"] == "cooldown"
    assert timedelta(hours=1.9) < until - before < timedelta(hours=2.1)


def test_a_key_that_ends_is_told_ahead(client: TestClient, fake: SimulatorClient):
    today = periods.today("Asia/Seoul")
    for days, told in ((30, []), (14, ["calm"]), (7, ["warn"]), (1, ["bad"])):
        ends = str(today + timedelta(days=days))
        answer = client.post(CONNECT, json={"key": fake.key, "expires_on": ends})
        assert answer.status_code == 200
        notices = client.get(STATUS).json()["notices"]
        assert [notice["look"] for notice in notices] == told
        if told:
            assert notices[0]["code"] == "expires"
            assert f"{days} days" in notices[0]["words"]
            assert ends in notices[0]["words"]


def test_a_dead_key_shows_when_it_is_asked(client: TestClient, fake: SimulatorClient):
    client.post(CONNECT, json={"key": fake.key})
    alive = client.post("/api/v1/auth/garmin/refresh").json()
    assert alive["connected"]
    fake.revoke_key()
    dead = client.post("/api/v1/auth/garmin/refresh").json()
    assert not dead["connected"]
    assert dead["lanes"][0]["status"] == "needs_reauth"
    assert [notice["code"] for notice in dead["notices"]] == ["needs_reauth"]


def test_asking_costs_one_question_a_lane(client: TestClient, fake: SimulatorClient):
    client.post(CONNECT, json={"key": fake.key})
    client.post(CONNECT, json=by_name(fake))
    fake.clear_log()
    client.post("/api/v1/auth/garmin/refresh")
    assert sorted(call.lane for call in fake.log()) == ["connect", "personal"]


@pytest.fixture
def fetched(
    client: TestClient,
    conn: psycopg.Connection[Any],
    ann: User,
    bob: User,
    add: Add,
    fake: SimulatorClient,
) -> date:
    """Ann, connected, with a run and a day by Garmin and a run and a day of her own."""
    client.post(CONNECT, json={"key": fake.key})
    day = date(2026, 5, 5)
    add(ann, 0, name="from a folder")
    add(ann, 1, name="by Garmin")
    add(bob, 1, name="of Bob")
    conn.execute(
        "UPDATE garmin_raw_files SET lane = 'garmin' WHERE name LIKE %s AND user_id = %s",
        ["%1.fit", ann.id],
    )
    health.put_days(conn, ann.id, {day: {"steps": 9000, "weight_kg": 61.0}}, "garmin")
    health.put_days(conn, ann.id, {day: {"resting_hr_bpm": 47}}, "garmin_export")
    health.put_days(conn, bob.id, {day: {"steps": 4000}}, "garmin")
    health.put_nights(conn, ann.id, {day: {"total_s": 27_000}}, "garmin")
    scores.put_days(conn, ann.id, {day: {"readiness": 66}})
    scores.put_gaps(conn, ann.id, "stress", [(day, "not_worn", None)])
    garmin.put_event(conn, ann.id, "connect.day", "2026-05-05", {"a": 1}, lane="key")
    garmin.count_request(conn, ann.id)
    return day


def names(client: TestClient) -> list[str]:
    return [one["name"] for one in client.get("/api/v1/activities").json()["items"]]


def test_leaving_keeps_what_was_fetched(client: TestClient, fetched: date, conn):
    assert client.delete("/api/v1/auth/garmin/key").status_code == 204
    assert lanes(client)["key"]["status"] == "disconnected"
    assert names(client) == ["by Garmin", "from a folder"]
    assert conn.execute("SELECT count(*) FROM sealed_secrets").fetchone() == (0,)
    assert conn.execute("SELECT count(*) FROM garmin_scores").fetchone() == (1,)


def test_leaving_and_forgetting_deletes_what_garmin_brought_and_no_more(
    client: TestClient, other: TestClient, fetched: date, conn, ann: User, home: Path
):
    originals = len(list((home / "originals").rglob("*.zst")))
    assert client.delete("/api/v1/auth/garmin/key?forget=true").status_code == 204
    assert names(client) == ["from a folder"]
    assert names(other) == ["of Bob"]
    (day,) = health.days(conn, ann.id, fetched, fetched)
    assert (day.resting_hr_bpm, day.weight_kg, day.sleep_s) == (47, None, None)
    assert scores.days(conn, ann.id, fetched, fetched) == []
    assert scores.gaps(conn, ann.id, fetched, fetched) == []
    assert conn.execute("SELECT count(*) FROM garmin_raw_events").fetchone() == (0,)
    assert conn.execute("SELECT sum(steps) FROM health_metrics").fetchone() == (4000,)
    assert len(list((home / "originals").rglob("*.zst"))) == originals - 1
    assert garmin.get_request_hold(conn, ann.id).requests_today == 1
    assert not fitness.get_derive_state(conn, ann.id).is_stale


def test_what_follows_from_the_forgotten_is_behind(fetched: date, conn, ann: User, home):
    conn.execute("DELETE FROM stale")
    purge.delete_fetched(conn, ann.id, home)
    assert conn.execute("SELECT user_id, since FROM stale").fetchall() == [(ann.id, fetched)]


def test_forgetting_waits_for_the_other_lane(
    client: TestClient, fetched: date, fake: SimulatorClient
):
    client.post(CONNECT, json=by_name(fake))
    answer = client.delete("/api/v1/auth/garmin/key?forget=true")
    assert (answer.status_code, answer.json()["code"]) == (409, "garmin.other_lane_open")
    assert lanes(client)["key"]["status"] == "connected"
    assert len(names(client)) == 2


def test_another_runner_sees_nothing_of_it(
    client: TestClient, other: TestClient, fake: SimulatorClient
):
    client.post(CONNECT, json={"key": fake.key})
    assert other.get(STATUS).json()["lanes"] == []
    assert other.delete("/api/v1/auth/garmin/key").status_code == 204
    assert lanes(client)["key"]["status"] == "connected"


def test_while_one_talks_to_garmin_nobody_else_does(
    client: TestClient, fake: SimulatorClient, conn, ann
):
    with garmin.hold_tokens(conn, ann.id) as held:
        assert held
        answer = client.post(CONNECT, json={"key": fake.key})
    assert (answer.status_code, answer.json()["code"]) == (409, "garmin.busy")
    assert fake.log() == []


SECRET = "Sup3r-s3cret-v4lue"
BODIES: list[Any] = [
    {"key": f"{SECRET} with blanks"},
    {"key": SECRET * 400},
    {"key": SECRET, "email": "a@b.kr"},
    {"email": "a@b.kr", "password": SECRET * 99},
    {"password": SECRET},
    {"email": ["a"], "password": {"x": SECRET}},
    {"key": SECRET, "expires_on": "2020-01-01"},
    [SECRET],
    SECRET,
]


@pytest.fixture
def lines() -> Iterator[list[str]]:
    """Every line of the log, at its chattiest, as it would be written."""
    written: list[str] = []

    class Keeping(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            written.append(logs.Json().format(record))

    root, keeping = logging.getLogger(), Keeping(level=logging.DEBUG)
    level = root.level
    root.addHandler(keeping)
    root.setLevel(logging.DEBUG)
    yield written
    root.removeHandler(keeping)
    root.setLevel(level)


@pytest.mark.parametrize("body", BODIES, ids=lambda body: str(body)[:20])
def test_no_answer_to_nonsense_repeats_a_secret(
    client: TestClient, fake: SimulatorClient, lines, body
):
    for answer in (
        client.post(CONNECT, json=body),
        client.post(CONNECT, content=json.dumps(body)[:-1]),
    ):
        assert answer.status_code == 422
        assert SECRET not in answer.text
    assert fake.log() == []
    assert SECRET not in "".join(lines)


def test_no_secret_in_answers_logs_and_addresses(
    client: TestClient, fake: SimulatorClient, lines, conn
):
    fake.mfa()
    heard = [
        client.post(CONNECT, json={"key": fake.key}),
        client.post(CONNECT, json={"key": SECRET}),
        client.post(CONNECT, json=by_name(fake, SECRET)),
        client.post(CONNECT, json=by_name(fake)),
        client.post("/api/v1/auth/garmin/mfa", json={"code": "918273"}),
        client.post("/api/v1/auth/garmin/mfa", json={"code": fake.mfa_code}),
        client.post("/api/v1/auth/garmin/refresh"),
        client.get(STATUS),
    ]
    fake.fault(".*", spoil="drop", count=None)
    heard.append(client.post(CONNECT, json=by_name(fake)))
    assert [one.status_code for one in heard] == [200, 422, 422, 200, 422, 200, 200, 200, 503]
    said = "".join(one.text for one in heard) + "".join(lines)
    addresses = "".join(f"{call.path}?{call.query}" for call in fake.log())
    assert lines
    for secret in (SECRET, fake.key, fake.password, fake.mfa_code, "918273"):
        assert secret not in said
        assert secret not in addresses
    kept = conn.execute("SELECT string_agg(sealed::text, '') FROM sealed_secrets").fetchone()[0]
    assert fake.key not in kept


PATHS = [
    ("POST", "/auth/garmin/connect"), ("POST", "/auth/garmin/mfa"),
    ("POST", "/auth/garmin/refresh"), ("GET", "/auth/garmin/status"),
    ("DELETE", "/auth/garmin/key"), ("POST", "/ingest/run"), ("GET", "/ingest/status"),
    ("GET", "/ingest/gaps"), ("POST", "/garmin/connect"), ("GET", "/sync/status"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path"), PATHS)
def test_nobody_gets_in_without_a_session(visitor: TestClient, method: str, path: str):
    assert visitor.request(method, f"/api/v1{path}", json={"key": SECRET}).status_code == 401


def test_no_page_of_another_origin_connects_or_leaves(client: TestClient, fake: SimulatorClient):
    foreign = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    for method, path in (("POST", CONNECT), ("DELETE", "/api/v1/auth/garmin/key?forget=true")):
        answer = client.request(method, path, json={"key": fake.key}, headers=foreign)
        assert answer.status_code == 403
    assert fake.log() == []


@pytest.mark.parametrize(
    ("method", "old", "canonical"),
    [
        ("GET", "/garmin/status", "/auth/garmin/status"),
        ("POST", "/garmin/refresh", "/auth/garmin/refresh"),
        ("DELETE", "/garmin/signin", "/auth/garmin/signin"),
        ("GET", "/sync/status", "/ingest/status"),
        ("GET", "/sync/gaps", "/ingest/gaps"),
    ],
)
def test_older_paths_answer_the_same(
    client: TestClient, fake: SimulatorClient, method, old, canonical
):
    answer = client.request(method, f"/api/v1{old}")
    now = client.request(method, f"/api/v1{canonical}")
    assert answer.status_code == now.status_code
    assert answer.text == now.text
    assert answer.headers["Link"] == f'</api/v1{canonical}>; rel="canonical"'
    assert answer.headers["Deprecation"]


def test_no_setting_sends_passwords_to_another_host(app: FastAPI):
    from pydantic import ValidationError

    from runningcoach.base.settings import Settings

    with pytest.raises(ValidationError, match="garmin_url"):
        Settings(garmin_url="http://garmin.example:80")
    assert Settings(garmin_url="http://127.0.0.1:9").garmin_url
