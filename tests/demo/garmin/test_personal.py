"""The Personal API: key for bearer, what it gives, and where it ends; by a plain HTTP client."""

import base64
import io
import json
import os
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from runningcoach.simulators.garmin import SimulatorClient

EXCHANGE = "/personalapitoken-service/personal-api/personal-api-key/token"
SEARCH = "/activitylist-service/activities/search/activities"


@pytest.fixture
def personal(fake: SimulatorClient) -> Iterator[httpx.Client]:
    bearer = exchange(fake, fake.key).text
    fake.clear_log()
    named = {"Authorization": f"Bearer {bearer}", "Accept": "application/json"}
    with httpx.Client(base_url=fake.url, headers=named, trust_env=False) as client:
        yield client


def exchange(fake: SimulatorClient, key: str, scheme: str = "ApiKey") -> httpx.Response:
    named = {"Authorization": f"{scheme} {key}", "Accept": "*/*"}
    return httpx.post(f"{fake.url}{EXCHANGE}", headers=named, trust_env=False)


def test_key_is_worth_a_bare_token_of_a_day(fake: SimulatorClient) -> None:
    answer = exchange(fake, fake.key)
    claims = answer.text.split(".")[1]
    said = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
    assert said["exp"] - time.time() == pytest.approx(86_400, abs=5)
    assert [(call.lane, call.status) for call in fake.log()] == [("token", 200)]


@pytest.mark.parametrize("end", ["expire_key", "revoke_key"])
def test_key_that_has_ended_opens_nothing(
    fake: SimulatorClient, personal: httpx.Client, end: str
) -> None:
    assert personal.get(SEARCH, params={"limit": 5}).status_code == 200
    getattr(fake, end)()
    assert personal.get(SEARCH, params={"limit": 5}).status_code == 401
    assert exchange(fake, fake.key).status_code == 401
    fake.reset()
    assert exchange(fake, fake.key).status_code == 200


def test_other_keys_and_schemes_are_refused(fake: SimulatorClient) -> None:
    assert exchange(fake, "another").status_code == 401
    assert exchange(fake, fake.key, "Bearer").status_code == 401


def test_bearer_ends_after_a_day(fake: SimulatorClient, personal: httpx.Client) -> None:
    fake.skew_clock(86_401)
    assert personal.get(SEARCH, params={"limit": 5}).status_code == 401


DAYS = "2026-11-01/2026-11-20"
RANGE = {"startDate": "2026-11-01", "endDate": "2026-11-20"}


@pytest.mark.parametrize(("path", "query"), [
    (SEARCH, {"limit": 45}),
    ("/usersummary-service/v2/dailysummaries", RANGE),
    ("/usersummary-service/usersummary/daily", {"calendarDate": "2026-11-12"}),
    (f"/usersummary-service/stats/stress/daily/{DAYS}", {}),
    (f"/usersummary-service/stats/steps/daily/{DAYS}", {}),
    ("/sleep-service/sleep/dailySleep", {"date": "2026-11-12"}),
    ("/sleep-service/sleep/dailySleepSummariesByDate", RANGE),
    ("/hrv-service/hrv/2026-11-18", {}),
    (f"/hrv-service/hrv/daily/{DAYS}", {}),
    ("/wellness-service/wellness/bodyBattery/reports/daily", RANGE),
    ("/wellness-service/wellness/dailyHeartRate", {"date": "2026-11-12"}),
    ("/biometric-service/heartRateZones/v2", {}),
    ("/userprofile-service/userprofile/settings", {}),
    (f"/weight-service/weight/range/{DAYS}", {"includeAll": "true"}),
])  # fmt: skip
def test_gives_what_its_client_asks_for(
    fake: SimulatorClient, personal: httpx.Client, path: str, query: dict[str, str]
) -> None:
    answer = personal.get(path, params=query)
    assert answer.status_code == 200
    assert answer.json()
    assert [call.lane for call in fake.log()] == ["personal"]


def test_activity_and_its_original(personal: httpx.Client) -> None:
    number = personal.get(SEARCH, params={"limit": 1}).json()[0]["activityId"]
    assert personal.get(f"/activity-service/activity/{number}").json()["activityId"] == number
    assert personal.get(f"/activity-service/activity/{number}/workouts").json() == []
    path = f"/download-service/files/activity/{number}"
    wanted = {"Accept": "application/zip, application/x-zip-compressed, application/octet-stream"}
    answer = personal.get(path, headers=wanted)
    assert zipfile.ZipFile(io.BytesIO(answer.content)).namelist() == [f"{number}_ACTIVITY.fit"]
    bad = personal.get(path, headers={"Accept": "application/octet-stream"})
    assert bad.status_code == 406


@pytest.mark.parametrize(("path", "query", "status"), [
    (SEARCH, {"limit": 46}, 500),
    (SEARCH, {}, 500),
    ("/usersummary-service/v2/dailysummaries",
     {"startDate": "2026-08-01", "endDate": "2026-11-20"}, 500),
    ("/usersummary-service/stats/steps/daily/2026-10-01/2026-10-29", {}, 400),
    ("/wellness-service/wellness/bodyBattery/reports/daily",
     {"startDate": "2026-10-01", "endDate": "2026-11-01"}, 400),
    ("/metrics-service/metrics/trainingreadiness/2026-11-12", {}, 404),
    ("/workout-service/workouts", {}, 404),
    ("/userprofile-service/socialProfile", {}, 404),
])  # fmt: skip
def test_ends_at_its_limits(
    personal: httpx.Client, path: str, query: dict[str, str], status: int
) -> None:
    assert personal.get(path, params=query).status_code == status


def test_is_read_only(fake: SimulatorClient, personal: httpx.Client) -> None:
    sent = {"workoutName": "x", "workoutSegments": []}
    assert personal.post("/workout-service/workout", json=sent).status_code == 405
    assert fake.workouts() == []


def test_a_dozen_at_once_are_too_many(fake: SimulatorClient, personal: httpx.Client) -> None:
    fake.latency(0.4)

    def ask(_: int) -> httpx.Response:
        return personal.get("/biometric-service/heartRateZones/v2")

    with ThreadPoolExecutor(11) as pool:
        assert {answer.status_code for answer in pool.map(ask, range(11))} == {200}
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(ask, range(12)))
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert {answer.headers["Retry-After"] for answer in refused} == {"14"}


def test_runs_as_a_process_of_its_own(fake: SimulatorClient) -> None:
    """The demo's way: the module is started, and the handle is put to its address."""
    port = free_port()
    command = [sys.executable, "-m", "runningcoach.simulators.garmin", "--port", str(port),
               "--until", "2026-11-22", "--years", "0.2"]  # fmt: skip
    process = subprocess.Popen(command, env=os.environ)
    try:
        with SimulatorClient(f"http://127.0.0.1:{port}") as other:
            numbers = ids_once_up(other)
            assert numbers == fake.activity_ids()[: len(numbers)]
            assert exchange(other, other.key).status_code == 200
    finally:
        process.terminate()
        assert process.wait(10) is not None


def free_port() -> int:

    with socket.create_server(("127.0.0.1", 0)) as door:
        return door.getsockname()[1]


def ids_once_up(fake: SimulatorClient) -> list[int]:
    for _ in range(200):
        try:
            return fake.activity_ids()
        except httpx.ConnectError:
            time.sleep(0.05)
    raise TimeoutError
