"""Starting everything for real, in a home of its own, and what is left when it ends: nothing."""

import json
import os
import pty
import re
import signal
import socket
import subprocess
import sys
import termios
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from runningcoach.base.settings import Settings
from runningcoach.demo import runs
from runningcoach.simulators.openai import serve
from runningcoach.store import database
from tests.conftest import PROJECT
from tests.program import PASSWORD, UP, Run, command, draws_today, free_port, until

pytestmark = pytest.mark.slow


@pytest.mark.alone
def test_from_the_first_start_to_a_second(start, tmp_path):
    run = start().wait_until_ready()
    with run.client() as stranger:
        assert stranger.get("/healthz").status_code == 200
        assert stranger.get("/readyz").status_code == 200
        login = stranger.get("/voila/render/today.ipynb?a=b", headers={"Accept": "text/html"})
        assert login.headers["location"] == "/login?next=/voila/render/today.ipynb%3Fa%3Db"
        assert stranger.get("/login").status_code == 200
    with run.logged_in() as owner:
        assert draws_today(owner)
    assert PASSWORD not in run.said
    assert run.ends(signal.SIGTERM) == 0
    assert "nothing is left running" in run.said
    run.nothing_is_left(2)

    began = time.monotonic()
    again = start(port=run.port).wait_until_ready()
    seconds = time.monotonic() - began
    print(f"second start: ready after {seconds:.1f} s")  # noqa: T201
    assert seconds < 10
    with again.logged_in() as owner:
        assert draws_today(owner)
    os.killpg(again.process.pid, signal.SIGINT)  # as Ctrl-C does
    assert again.process.wait(20) == 0
    again.nothing_is_left(2)


@pytest.mark.deep
def test_settings_reach_every_part(start, tmp_path):
    """One start for the settings that reach children, each other than usual."""
    folder = tmp_path / "files"
    folder.mkdir()
    ((name, data),) = runs(1, seconds=600)
    (folder / name).write_bytes(data)
    old = open_home(tmp_path / "home")
    run = start(
        RUNNINGCOACH_LAB="true",
        RUNNINGCOACH_LOG_LEVEL="WARNING",
        RUNNINGCOACH_HOST="0.0.0.0",  # noqa: S104  for the length of a test
        RUNNINGCOACH_LANGUAGE="ko",
        RUNNINGCOACH_TIMEZONE="Europe/Berlin",
        RUNNINGCOACH_OWNER="ann",
        RUNNINGCOACH_FIT_ENGINE="fitparse",
        RUNNINGCOACH_WORKERS="1",
        RUNNINGCOACH_WATCH=str(folder),
        RUNNINGCOACH_SCHEDULER="true",
        RUNNINGCOACH_JOBS=str(PROJECT / "scheduler" / "jobs.toml"),
        RUNNINGCOACH_SESSION_DAYS="1",
        RUNNINGCOACH_MAX_UPLOAD_MB="1",
        RUNNINGCOACH_SWEEP_AFTER_HOURS="1",
        RUNNINGCOACH_PUBLIC_URL="https://run.example.org",
        GARMIN_BACKFILL_DAYS="30",
        GARMIN_REQUESTS_A_DAY="1",
    )
    until(lambda: run.says("준비 완료"))
    until(lambda: run.says("https://run.example.org/lab/"))
    with run.client() as owner:
        account = {"username": "ann", "password": PASSWORD}
        login = owner.post("/api/v1/auth/login", json=account)
        assert login.json()["timezone"] == "Europe/Berlin"
        assert "Max-Age=86400" in login.headers["set-cookie"]
        assert "Secure" in login.headers["set-cookie"]
        # The cookie is for https, which stands before us where it is set.
        owner.headers["cookie"] = login.headers["set-cookie"].split(";")[0]
        assert draws_today(owner)
        assert owner.get("/lab/api/status").status_code == 200
        until(lambda: owner.get("/api/v1/activities").json()["items"])
    until(lambda: run.child("scheduler/main.py"))
    assert (run.home / "notebooks" / "explore" / "sql.ipynb").exists()
    assert old.read_text() == "{}"
    assert open_to_others(run.home) == []
    for log in (run.home / "logs").glob("*.log"):
        said = log.read_text()
        assert "Traceback" not in said, said
        if log.stem not in ("postgres", "kernels"):
            assert not re.search(r"\bINFO\b|\[I ", said), said
    assert "갑자기 끝나서" not in run.said
    assert run.ends(signal.SIGTERM) == 0
    run.nothing_is_left(2)


def open_home(home: Path) -> Path:
    """Make a home that others may read, as an earlier version left it; return a file in it."""
    notebook = home / "notebooks" / "own.ipynb"
    notebook.parent.mkdir(parents=True)
    notebook.write_text("{}")
    for path in (home, notebook.parent):
        path.chmod(0o755)
    notebook.chmod(0o644)
    return notebook


def open_to_others(home: Path) -> list[str]:
    """What in a home, and the home itself, others may read, write or enter."""
    ipython = home / "run" / "jupyter" / "ipython"  # copies a README from its package, mode and all
    paths = [path for path in (home, *home.rglob("*")) if not path.is_symlink()]
    paths = [path for path in paths if ipython not in path.parents]
    return [f"{path} {mode:o}" for path in paths if (mode := path.stat().st_mode) & 0o077]


@pytest.mark.deep
def test_numbers_of_an_earlier_engine_are_made_again_after_a_start(start, tmp_path):
    (tmp_path / "files").mkdir()
    for name, data in runs(2, seconds=900):
        (tmp_path / "files" / name).write_bytes(data)
    run = start(RUNNINGCOACH_WATCH=str(tmp_path / "files")).wait_until_ready()
    until(lambda: told(run.home, "SELECT count(*) FROM activity_metrics WHERE gap_mps > 1") == 2)
    told(run.home, "UPDATE activity_facts SET engine_version = 'old', gap_mps = 1 RETURNING 1")
    told(run.home, "UPDATE activity_metrics SET engine_version = 'old', gap_mps = 1 RETURNING 1")
    assert run.ends(signal.SIGTERM) == 0

    again = start().wait_until_ready()
    old = "SELECT count(*) FROM activity_metrics WHERE engine_version = 'old' OR gap_mps = 1"
    until(lambda: told(run.home, old) == 0)
    log = run.home / "logs" / "renewal.log"
    until(lambda: "computed anew" in log.read_text() and not renewing(again))
    assert "2 activities read differently" in log.read_text()
    assert "started again" not in again.said
    assert again.ends(signal.SIGTERM) == 0
    again.nothing_is_left(2)


def told(home: Path, statement: str) -> Any:
    """Ask the database of a run."""
    with database.connect(database.database_url(Settings(home=home))) as conn:
        return conn.execute(statement.encode()).fetchone()[0]


def renewing(run: Run) -> bool:
    return any("ops.renewal" in command(one) for one in run.processes())


@pytest.mark.deep
def test_nothing_survives_a_killed_up(start):
    run = start().wait_until_ready()
    with run.logged_in() as owner, owner.stream("GET", "/voila/render/today.ipynb"):
        assert len(run.processes()) > 5
        run.ends(signal.SIGKILL)
    run.nothing_is_left()
    again = start(port=run.port).wait_until_ready()
    assert again.ends(signal.SIGHUP) == 0
    again.nothing_is_left(2)


def test_a_stop_while_starting_leaves_nothing(start):
    run = start()
    until(lambda: run.processes()[1:])
    assert run.ends(signal.SIGINT) in (0, 130, -signal.SIGINT)
    run.nothing_is_left(2)


def test_a_port_in_use_is_said_before_anything_starts(start, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        run = start(port=taken.getsockname()[1])
        assert run.process.wait(30) == 1
    assert "Another program listens on port" in run.said
    assert "RUNNINGCOACH_PORT" in run.said
    assert "Traceback" not in run.said
    assert not (run.home / "pg").exists()


@pytest.mark.parametrize(
    ("settings", "code", "words"),
    [
        ({"RUNNINGCOACH_HOST": "203.0.113.1"}, 2, "cannot listen on 203.0.113.1"),
        ({"RUNNINGCOACH_PORT": "abc"}, 2, 'RUNNINGCOACH_PORT cannot be "abc"'),
        ({"RUNNINGCOACH_OWNER_PASSWORD": "short"}, 2, "at least 8 characters"),
        ({"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}, 1, "nothing listens there"),
    ],
)
def test_what_cannot_work_is_said_with_its_remedy(start, settings, code, words):
    run = start(**settings)
    assert run.process.wait(60) == code
    assert "Remedy" in run.said
    assert words in run.said
    assert "Traceback" not in run.said
    run.nothing_is_left(2)


def test_a_home_that_cannot_be_written_is_said(start, tmp_path):
    (tmp_path / "file").write_text("in the way")
    run = start(home=tmp_path / "file" / "home")
    assert run.process.wait(30) == 2
    assert "Traceback" not in run.said
    assert "Remedy" in run.said


def test_a_made_up_password_is_shown_once_and_a_second_one_in_the_same_home_refused(start):
    run = start(RUNNINGCOACH_OWNER_PASSWORD="").wait_until_ready()
    found = re.search(r"shown only now\) (\S+)", run.said)
    assert found
    with run.logged_in(found[1]) as owner:
        assert owner.get("/api/v1/auth/me").json()["role"] == "owner"
    assert run.said.count(found[1]) == 1
    logs = "".join(log.read_text() for log in (run.home / "logs").iterdir())
    assert found[1] not in logs

    second = start()
    assert second.process.wait(30) == 1
    assert "runs already in this home" in second.said
    assert run.process.poll() is None


AT_TERMINAL = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.argv[1], sys.argv[1:])
"""


class Terminal:
    """A terminal at which `up` runs, and somebody who types."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._terminal, theirs = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-c", AT_TERMINAL, *UP],
            env=environment,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        )
        os.close(theirs)
        self._said = ""

    def read_until(self, words: str) -> None:
        give_up = time.monotonic() + 60
        while words not in self._said:
            assert time.monotonic() < give_up, self._said
            self._said += os.read(self._terminal, 4096).decode(errors="replace")
        self._said = self._said.split(words, 1)[1]

    def type_unseen(self, text: str) -> None:
        """Type when the terminal shows no echo: what comes earlier is thrown away."""
        until(lambda: not termios.tcgetattr(self._terminal)[3] & termios.ECHO)
        os.write(self._terminal, f"{text}\n".encode())

    def press_ctrl_c(self) -> int:
        """Press Ctrl-C; return how `up` ended."""
        os.write(self._terminal, b"\x03")
        self.read_until("nothing is left")
        return self.process.wait(20)

    def close(self) -> None:
        """Close it, as one closes a window."""
        os.close(self._terminal)
        self.process.wait(20)


@pytest.mark.deep
def test_a_password_is_asked_for_at_a_terminal(tmp_path):
    port = free_port()
    terminal = Terminal(
        {
            **os.environ,
            "RUNNINGCOACH_HOME": str(tmp_path / "home"),
            "RUNNINGCOACH_PORT": str(port),
            "RUNNINGCOACH_LANGUAGE": "en",
        }
    )
    try:
        terminal.read_until("Password")
        terminal.type_unseen("short")
        terminal.read_until("At least 8 characters")
        for again, answer in (("another-password", "not the same"), (PASSWORD, "is ready")):
            terminal.read_until("Password")
            terminal.type_unseen(PASSWORD)
            terminal.read_until("Once more")
            terminal.type_unseen(again)
            terminal.read_until(answer)
        with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
            account = {"username": "runner", "password": PASSWORD}
            assert client.post("/api/v1/auth/login", json=account).is_success
        assert terminal.press_ctrl_c() == 0
    finally:
        terminal.close()


@pytest.mark.deep
def test_a_database_of_ones_own_is_used_and_its_password_kept_from_pages(start, database_url):
    run = start(DATABASE_URL=database_url).wait_until_ready()
    file = run.home / "run" / "database_url"
    assert file.read_text() == database_url
    assert file.stat().st_mode & 0o777 == 0o600
    assert not (run.home / "pg").exists()
    with run.logged_in() as owner:
        assert draws_today(owner)
    with database.connect(database_url) as conn:
        assert conn.execute("SELECT username FROM users").fetchall() == [("runner",)]
    kernels = run.child("serving.zygote")
    assert "DATABASE_URL" not in kernels.environ()
    assert run.ends(signal.SIGTERM) == 0
    run.nothing_is_left(2)


CANARY = "sk-canary-Ab1cD2eF3gH4iJ5kL6mN7oP8"


@pytest.mark.deep
def test_a_key_of_the_environment_serves_runners_and_is_found_nowhere(start):
    with serve() as simulator:
        key = simulator.key
        run = start(
            RUNNINGCOACH_AI_KEY=CANARY,
            RUNNINGCOACH_AI_BASE_URL=simulator.url,
            RUNNINGCOACH_LOG_LEVEL="DEBUG",
        ).wait_until_ready()
        with run.logged_in() as owner:
            assert owner.get("/api/v1/ai/settings").json()["has_key"]
            refused = owner.post("/api/v1/ai/check")
            assert (refused.status_code, refused.json()["code"]) == (422, "openai.key_refused")
            (asked,) = simulator.requests()
            assert asked.status == 401, "it was sent, and is not the simulator's"
            assert owner.put("/api/v1/ai/key", json={"key": key}).status_code == 204
            assert owner.post("/api/v1/ai/check").json()["model"].startswith("gpt-6-luna")
            assert draws_today(owner)
        for process in run.processes():
            if process.pid != run.process.pid:
                assert CANARY not in str(process.environ()), command(process)
        found = [
            path
            for path in run.home.rglob("*")
            if path.is_file() and any(one.encode() in path.read_bytes() for one in (CANARY, key))
        ]
        assert found == []
        assert CANARY not in run.said
        assert run.ends(signal.SIGTERM) == 0
        run.nothing_is_left(2)


BEFORE_READY = """
import json, sys
from runningcoach.base import i18n
from runningcoach.base.settings import settings
from runningcoach.ops.supervisor import up
i18n.use("en")

def fill(conn, owner):
    print("FILL", json.dumps([owner.username, conn.execute("SELECT 1").fetchone()[0]]), flush=True)

sys.exit(up(settings(), owner_password="demo-runner", before_ready=fill))
"""


@pytest.mark.deep
def test_data_can_be_filled_in_before_the_address_is_shown(start):
    run = start(command=[sys.executable, "-c", BEFORE_READY]).wait_until_ready()
    filled, shown = run.said.split("is ready")[0], run.said.split("is ready")[1]
    assert json.loads(re.search(r"FILL (.*)", filled)[1]) == ["runner", 1]
    until(lambda: "demo-runner" in run.said)
    assert f"http://127.0.0.1:{run.port}" in shown or run.says(f"http://127.0.0.1:{run.port}")
    assert run.ends(signal.SIGTERM) == 0


@pytest.mark.deep
def test_the_scheduler_can_be_left_out(start):
    run = start(RUNNINGCOACH_SCHEDULER="false").wait_until_ready()
    assert not any("scheduler/main.py" in command(one) for one in run.processes())
    assert run.ends(signal.SIGTERM) == 0
