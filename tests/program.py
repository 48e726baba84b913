"""The program as a person starts it, in a home of its own."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil

MARK = "RUNNINGCOACH_TEST_MARK"
PASSWORD = "a-long-password"
UP = [sys.executable, "-m", "runningcoach", "up"]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def until(true: Callable[[], object], seconds: float = 60.0) -> None:
    give_up = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < give_up, "waited in vain"
        time.sleep(0.05)


def command(process: psutil.Process) -> str:
    """The words that a process was started with; none when it has ended meanwhile."""
    try:
        return " ".join(process.cmdline())
    except psutil.NoSuchProcess:
        return ""


def belongs(process: psutil.Process, mark: str, home: Path) -> bool:
    """Whether a process was started, at whatever remove, by the run with this mark."""
    try:
        if process.status() == psutil.STATUS_ZOMBIE:
            return False
        return process.environ().get(MARK) == mark or process.cwd().startswith(str(home))
    except psutil.Error:
        return False


class Run:
    """One `runningcoach up`."""

    def __init__(self, folder: Path, home: Path, port: int, command: list[str], **settings: str):
        self.home, self.port = home, port
        self.mark = uuid.uuid4().hex
        self.output = folder / f"{self.mark}.txt"
        self.environment = {
            **{name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
            MARK: self.mark,
            "RUNNINGCOACH_HOME": str(home),
            "RUNNINGCOACH_PORT": str(port),
            "RUNNINGCOACH_LANGUAGE": "en",
            "RUNNINGCOACH_OWNER_PASSWORD": PASSWORD,
            "COLUMNS": "300",
        } | settings
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                command,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def said(self) -> str:
        return self.output.read_text()

    def says(self, words: str, times: int = 1) -> bool:
        assert self.process.poll() is None or self.said.count(words) >= times, self.said
        return self.said.count(words) >= times

    def wait_until_ready(self) -> "Run":
        until(lambda: self.says("is ready"))
        return self

    def client(self) -> httpx.Client:
        return httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=60, trust_env=False)

    @contextmanager
    def logged_in(self, password: str = PASSWORD) -> Iterator[httpx.Client]:
        with self.client() as client:
            account = {"username": "runner", "password": password}
            answer = client.post("/api/v1/auth/login", json=account)
            assert answer.is_success, answer.text
            yield client

    def processes(self) -> list[psutil.Process]:
        return [one for one in psutil.process_iter() if belongs(one, self.mark, self.home)]

    def child(self, module: str) -> psutil.Process:
        """The direct child that runs `module`."""
        for one in psutil.Process(self.process.pid).children():
            if module in command(one):
                return one
        raise AssertionError(module)

    def ends(self, number: signal.Signals, seconds: float = 20.0) -> int:
        self.process.send_signal(number)
        return self.process.wait(seconds)

    def nothing_is_left(self, seconds: float = 8.0) -> None:
        give_up = time.monotonic() + seconds
        while (left := self.processes()) and time.monotonic() < give_up:
            time.sleep(0.1)
        assert left == [], [command(one) for one in left]

    def clean(self) -> None:
        for one in self.processes():
            with contextlib.suppress(psutil.NoSuchProcess):
                one.kill()
        self.process.wait(10)
        self.nothing_is_left()


def draws_today(client: httpx.Client) -> bool:
    page = client.get("/voila/render/today.ipynb")
    return page.status_code == 200 and page.text.rstrip().endswith("</html>")
