"""The connection to Garmin from the command line: one home, the simulator."""

import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from runningcoach.base import periods
from runningcoach.simulators.garmin import SimulatorClient, serve
from tests import commands
from tests.browser import site as sites

type Ran = subprocess.CompletedProcess[str]


@pytest.fixture
def fake() -> Iterator[SimulatorClient]:
    with serve(until=periods.today("Asia/Seoul"), years=0.15) as running:
        yield running


class Shell:
    """Runs `runningcoach garmin ...` in one home; what is asked for is answered by lines."""

    def __init__(self, home: Path, url: str) -> None:
        kept = {
            k: v for k, v in os.environ.items() if not k.startswith(("RUNNINGCOACH", "DATABASE"))
        }
        self.environment = kept | {
            "RUNNINGCOACH_HOME": str(home), "RUNNINGCOACH_LANGUAGE": "en",
            "RUNNINGCOACH_GARMIN_URL": url,
        }  # fmt: skip

    def __call__(self, *words: object, said: str = "", **settings: str) -> Ran:
        return commands.run(("garmin", *words), self.environment | settings, said, timeout=200)


@pytest.fixture
def shell(tmp_path: Path, fake: SimulatorClient) -> Shell:
    return Shell(tmp_path / "home", fake.url)


def before_connecting_nothing_can_be_fetched(shell: Shell, fake: SimulatorClient):
    ran = shell("sync")
    assert ran.returncode == 1
    assert "No way to Garmin is open." in ran.stderr
    assert "Not connected" in shell("status").stdout
    assert fake.log() == []


def nothing_typed_is_told(shell: Shell, fake: SimulatorClient):
    ran = shell("connect", said="\n")
    assert (ran.returncode, fake.log()) == (1, [])
    assert "Nothing was typed." in ran.stderr


def a_sign_in_with_a_wrong_code_first(shell: Shell, fake: SimulatorClient):
    fake.mfa()
    said = f"{fake.password}\n000000\n{fake.mfa_code}\n"
    ran = shell("connect", "--email", fake.email, said=said)
    fake.mfa(False)
    assert ran.returncode == 0, ran.stderr
    assert "Garmin refused the code." in ran.stdout
    assert f"Connected: Sign-in {fake.display_name}" in ran.stdout
    for secret in (fake.password, fake.mfa_code):
        assert secret not in ran.stdout + ran.stderr


def a_key_connects_in_korean_too(shell: Shell, fake: SimulatorClient):
    ran = shell("connect", "--expires", "2030-05-01", said=fake.key, RUNNINGCOACH_LANGUAGE="ko")
    assert ran.returncode == 0, ran.stderr
    assert "연결했습니다: Personal API 키" in ran.stdout
    assert fake.key not in ran.stdout + ran.stderr


def the_history_comes_until_the_requests_are_used_up_then_goes_on(
    shell: Shell, fake: SimulatorClient
):
    ran = shell("backfill", "--days", 10, GARMIN_REQUESTS_A_DAY="1")
    assert ran.returncode == 2
    assert "Today's requests are used up" in ran.stdout
    ran = shell("backfill", "--days", 10)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    told = shell("status").stdout
    assert "simulator" in told
    assert "Personal API key: connected" in told
    assert "Last complete sync: never" not in told


def a_refusal_ends_a_run_with_its_own_code(shell: Shell, fake: SimulatorClient):
    fake.fault(".*", status=429, headers={"Retry-After": "3000"}, count=None)
    ran = shell("sync")
    fake.clear_faults()
    fake.clear_log()
    assert ran.returncode == 2
    assert "Garmin asked us to wait" in ran.stdout
    again = shell("sync")
    assert (again.returncode, fake.log()) == (2, [])
    assert "Garmin asked us to wait until" in shell("status").stdout


def gaps_and_leaving(shell: Shell, fake: SimulatorClient):
    assert shell("gaps", "--from", "2020-01-01", "--to", "2020-01-02").stdout.strip() == "No gaps."
    assert shell("disconnect", "key", "--forget").returncode == 1
    assert "is kept" in shell("disconnect", "key").stdout
    assert "is deleted" in shell("disconnect", "signin", "--forget").stdout
    told = shell("status").stdout
    assert "0 parts fetched" in told
    assert told.count("not connected") == 2


@pytest.mark.deep
def test_from_the_first_word_to_leaving(shell: Shell, fake: SimulatorClient):
    before_connecting_nothing_can_be_fetched(shell, fake)
    nothing_typed_is_told(shell, fake)
    a_sign_in_with_a_wrong_code_first(shell, fake)
    a_key_connects_in_korean_too(shell, fake)
    the_history_comes_until_the_requests_are_used_up_then_goes_on(shell, fake)
    a_refusal_ends_a_run_with_its_own_code(shell, fake)
    gaps_and_leaving(shell, fake)


def told(answer: httpx.Response) -> dict:
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.deep
@pytest.mark.slow
def test_the_demo_connects_to_its_simulator_by_itself(tmp_path: Path):
    with sites.running(tmp_path, years=0.1) as site, httpx.Client(base_url=site.url) as client:
        account = {"username": sites.USERNAME, "password": sites.PASSWORD}
        assert client.post("/api/v1/auth/login", json=account).is_success
        give_up = time.monotonic() + 120
        while not told(client.get("/api/v1/ingest/status"))["last_success_at"]:
            assert time.monotonic() < give_up, (site.home / "logs/garmin_sync.log").read_text()
            time.sleep(0.1)
        stands = client.get("/api/v1/auth/garmin/status").json()
        assert stands["simulated"]
        assert {lane["lane"]: lane["status"] for lane in stands["lanes"]} == {
            "key": "connected", "signin": "connected",
        }  # fmt: skip
        activities = client.get("/api/v1/activities?limit=200").json()["items"]
        starts = [one["started_at"] for one in activities]
        assert len(starts) == len(set(starts)), "the sync doubled what the export brought"
    logs = "".join(path.read_text() for path in (site.home / "logs").glob("*.log"))
    assert "Garmin is simulated here" in logs
    for secret in (SimulatorClient.key, SimulatorClient.password):
        assert secret not in logs
