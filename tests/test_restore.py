"""Backup, restore and upgrade by the commands of the page about them, over the real program.

RC_RESTORE_ACTIVITIES is how many runs are lost and brought back.
"""

import hashlib
import os
import re
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.conftest import PROJECT
from tests.ingest import build
from tests.program import PASSWORD, Run, free_port

pytestmark = [pytest.mark.slow, pytest.mark.deep]

RUNS = int(os.environ.get("RC_RESTORE_ACTIVITIES", "20"))
FIRST_DAY = datetime(2024, 1, 1, 21, tzinfo=UTC)
LONG_AGO_S = 3 * 86_400
ANSWERS = (
    "activities?limit=200", "dashboard/summary", "metrics/daily", "health/days", "benchmarks",
    "auth/me",
)  # fmt: skip
PAGES = ("today", "activities", "fitness")
CHANGES_BY_ITSELF = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}|[0-9a-f]{32,}|computed_at\":\"[^\"]*\"|\d\d:\d\d:\d\d"
)
"""Names of kernels and cells, and the time of day."""


def commands() -> list[str]:
    """Return the commands of the page: to back up, to bring files, to restore, to move away."""
    text = (PROJECT / "docs/how-to/backup.md").read_text("utf-8")
    found = re.findall(r"^( *)```sh\n(.*?)^ *```$", text, re.MULTILINE | re.DOTALL)
    return [textwrap.dedent(block) for _, block in found]


BACK_UP, BRING_FILES, RESTORE, MOVE_AWAY = commands()


class Household:
    """A home, its backup, and the program that runs on it now and then."""

    def __init__(self, folder: Path, home: Path, backup: Path):
        self.folder, self.home, self.backup = folder, home, backup
        self.run: Run | None = None
        self.environment = os.environ | {
            "RUNNINGCOACH_HOME": str(home),
            "BACKUP": str(backup),
            "RUNNINGCOACH_LANGUAGE": "en",
            "RUNNINGCOACH_OWNER_PASSWORD": PASSWORD,
            "RUNNINGCOACH_PORT": str(free_port()),
        }
        self.environment.pop("DATABASE_URL", None)

    def start(self, **settings: str) -> None:
        command = [sys.executable, "-m", "runningcoach", "up"]
        self.run = Run(self.folder, self.home, free_port(), command, **settings)
        self.run.wait_until_ready()

    def stop(self) -> None:
        if self.run:
            self.run.process.terminate()
            self.run.process.wait(30)
            self.run.clean()
            self.run = None

    def do(self, commands: str) -> None:
        """Do what the page says."""
        done = subprocess.run(
            ["bash", "-e", "-o", "pipefail"],
            input=commands, env=self.environment, text=True, capture_output=True, timeout=300,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert done.stderr == ""

    def command(self, *words: str, fails: bool = False) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "runningcoach", *words],
            env=self.environment, text=True, capture_output=True, timeout=600,
        )  # fmt: skip
        assert bool(done.returncode) == fails, done.stdout + done.stderr
        return done.stdout

    def logs(self) -> str:
        """Return the last words of each log."""
        logs = sorted((self.home / "logs").glob("*.log"))
        return "\n".join(f"{log.name}: {log.read_text()[-3000:]}" for log in logs)

    def samples(self) -> dict[str, str]:
        """Return the sample files with the hashes of what is in them."""
        folder = self.home / "samples"
        return {
            path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in folder.rglob("*.parquet")
        }

    def shown(self) -> dict[str, str]:
        """Return what the API answers and the pages show, with all samples."""
        assert self.run
        with self.run.logged_in() as owner:
            found = {name: seen(owner, f"/api/v1/{name}") for name in ANSWERS}
            for number in all_ids(owner):
                path = f"/api/v1/activities/{number}"
                found |= {path: seen(owner, path), f"{path}/s": seen(owner, f"{path}/samples")}
            return found | {name: seen(owner, f"/voila/render/{name}.ipynb") for name in PAGES}


def seen(owner: httpx.Client, path: str) -> str:
    answer = owner.get(path)
    assert answer.status_code == 200, (path, answer.text)
    return CHANGES_BY_ITSELF.sub("*", answer.text)


def all_ids(owner: httpx.Client) -> list[int]:
    found: list[int] = []
    asked: dict[str, Any] = {"limit": 200}
    while True:
        page = owner.get("/api/v1/activities", params=asked).json()
        found += [one["id"] for one in page["items"]]
        if not page["next"]:
            return found
        asked["cursor"] = page["next"]


def make_old(folder: Path) -> None:
    """Let files be so old that a sweep would take those that nobody refers to."""
    at = time.time() - LONG_AGO_S
    for path in folder.rglob("*.parquet"):
        os.utime(path, (at, at))


@pytest.fixture
def living(tmp_path: Path) -> Iterator[Callable[..., Household]]:
    households: list[Household] = []

    def begin(name: str) -> Household:
        households.append(Household(tmp_path, tmp_path / name, tmp_path / "backup"))
        return households[-1]

    yield begin
    for one in households:
        one.stop()


@pytest.fixture
def given(tmp_path: Path) -> Path:
    runs = {
        f"{day}.fit": build.fit(FIRST_DAY + timedelta(days=day), 300 + day % 60, bpm=130 + day % 40)
        for day in range(RUNS)
    }
    return build.put(tmp_path / "given", runs)


def test_what_is_lost_comes_back_by_the_commands_of_the_page(living, given):
    """A database that is lost, or of another major version; then a fresh machine, no samples."""
    here = living("home")
    here.start()
    here.command("import", str(given))
    with here.run.logged_in() as owner:
        first = all_ids(owner)[-1]
        owner.patch(f"/api/v1/activities/{first}", json={"name": "First", "rpe": 7})
        owner.delete(f"/api/v1/activities/{first + 1}")
    here.command("rebuild")
    samples, shown = here.samples(), here.shown()
    assert len(samples) == RUNS
    here.do(BACK_UP)
    here.stop()

    here.do(MOVE_AWAY)
    make_old(here.home / "samples")
    here.start(RUNNINGCOACH_SCHEDULER="false")
    assert here.samples() == samples
    here.do(RESTORE)
    here.stop()
    here.start()
    kept = here.samples()  # that of the run that was deleted is aside
    assert kept.items() < samples.items()
    assert len(kept) == RUNS - 1
    assert differences(here.shown(), shown) == []
    here.stop()

    subprocess.run(["rm", "-r", str(here.backup / "samples")], check=True)
    elsewhere = living("elsewhere")
    elsewhere.do(BRING_FILES)
    elsewhere.start(RUNNINGCOACH_SCHEDULER="false")
    elsewhere.do(RESTORE)
    elsewhere.stop()
    elsewhere.start()
    assert f"gone or cut short: {RUNS - 1}" in elsewhere.command("doctor", fails=True)
    assert f"{RUNS - 1}, made again from their originals: {RUNS - 1}" in elsewhere.command(
        "rebuild"
    )
    assert elsewhere.samples() == kept
    assert differences(elsewhere.shown(), shown) == []
    assert "Every sample file is there" in elsewhere.command("doctor")


def differences(now: dict[str, str], before: dict[str, str]) -> list[tuple[str, str, str]]:
    assert now.keys() == before.keys()
    return [(name, now[name], before[name]) for name in now if now[name] != before[name]]
