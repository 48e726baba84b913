"""The disk of the home fills up: the program says so and goes on once there is room."""

import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from runningcoach.demo import runs
from tests.program import Run, draws_today, until

pytestmark = [pytest.mark.slow, pytest.mark.deep]

PAGE = "/voila/render/jobs.ipynb"


def fill(ballast: Path) -> None:
    """Write until the disk is full."""
    with suppress(OSError), ballast.open("wb", buffering=0) as file:
        while file.write(bytes(2**16)):
            pass


def doctor(run: Run) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "runningcoach", "doctor"]
    return subprocess.run(command, env=run.environment, capture_output=True, text=True, timeout=120)


def test_a_full_disk_is_said_and_all_goes_on_once_there_is_room(start, small_disk, database_url):
    disk = small_disk("size=30m")
    home = disk / "home"
    run = start(home=home, DATABASE_URL=database_url).wait_until_ready()
    until(lambda: run.child("scheduler/main.py"))
    (name, data), (other, more) = runs(2, seconds=600)
    with run.logged_in() as owner:

        def state(run_id: int) -> str:
            return owner.get(f"/api/v1/jobs/runs/{run_id}").json()["state"]

        def upload(name: str, data: bytes):
            return owner.post("/api/v1/activities/upload", files={"files": (name, data)})

        assert upload(name, data).is_success
        assert "The disk is full" not in owner.get(PAGE).text
        fill(disk / "ballast")

        refused = upload(other, more)
        assert refused.status_code == 507, refused.text
        assert "full" in refused.json()["title"] + refused.json().get("detail", "")
        waits = owner.post("/api/v1/jobs/daily_metrics/run").json()["id"]
        assert "The disk is full." in owner.get(PAGE).text
        found = doctor(run)
        assert found.returncode == 1
        assert "The disk is full" in found.stdout
        assert state(waits) == "queued"

        (disk / "ballast").unlink()
        assert upload(other, more).is_success
        assert len(owner.get("/api/v1/activities").json()["items"]) == 2
        until(lambda: state(waits) == "succeeded", 90)
        assert "The disk is full" not in owner.get(PAGE).text
    log = (home / "logs" / "scheduler.log").read_text()
    assert "the disk is full: runs wait" in log
    assert "the disk has room again" in log
    assert "Ended" not in run.said, "no part ended"
    assert "Traceback" not in log


def test_a_database_that_ended_on_a_full_disk_comes_back_by_itself(start, small_disk):
    disk = small_disk("size=250m")
    run = start(home=disk / "home").wait_until_ready()
    with run.logged_in() as owner:
        fill(disk / "ballast")
        run.child("postgres").kill()
        until(lambda: run.says("is full. Free some space"))
        assert owner.get("/healthz").status_code == 200
        (disk / "ballast").unlink()
        until(lambda: run.says("was started again: the database"))
        until(lambda: owner.get("/readyz").status_code == 200)
        until(lambda: draws_today(owner))
    assert run.process.poll() is None
