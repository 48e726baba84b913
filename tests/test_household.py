"""Parts that end: started again after growing pauses, given up only if they never came up."""

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from runningcoach.base import i18n
from runningcoach.ops import process_group, restart_policy, stop_signals
from runningcoach.ops.child_processes import Program
from runningcoach.ops.problems import KeepsFailing
from runningcoach.ops.process_group import ProcessGroup
from runningcoach.store.home import DiskFull
from tests.program import until

LIVES = "import time; time.sleep(60)"
ENDS = "raise SystemExit(3)"


@pytest.fixture(autouse=True)
def _hasty(monkeypatch):
    monkeypatch.setattr(restart_policy, "PAUSES_S", (0.0, 0.05, 0.1, 0.2))
    i18n.use("en")


@pytest.fixture
def parts(tmp_path):
    kept = ProcessGroup()
    yield kept
    kept.stop()


class Part(Program):
    """A program of a few words, named as a part that is."""

    def __init__(self, folder: Path, name: str, code: str, *, essential: bool = True) -> None:
        super().__init__(
            name, [sys.executable, "-S", "-c", code],
            log=folder / f"{name}.log", environment=dict(os.environ), essential=essential,
        )  # fmt: skip
        self.starts = 0
        self.refusals = 0

    def start(self) -> None:
        self.starts += 1
        if self.refusals:
            self.refusals -= 1
            raise DiskFull(path="/home")
        super().start()

    def kill(self) -> None:
        assert self.pid is not None
        os.kill(self.pid, signal.SIGKILL)


def look_until(kept: ProcessGroup, true, seconds: float = 20.0) -> None:
    def looked() -> bool:
        kept.look_after()
        return true()

    until(looked, seconds)


def kill_times(kept: ProcessGroup, part: Part, times: int) -> None:
    for _ in range(times):
        starts = part.starts
        part.kill()
        look_until(kept, lambda count=starts: part.starts > count and part.alive())


def test_a_part_that_had_been_ready_is_never_given_up(parts, tmp_path, capsys):
    web, other = Part(tmp_path, "web", LIVES), Part(tmp_path, "pages", LIVES)
    parts.start([web, other])
    parts.wait_until(lambda: True)
    kill_times(parts, web, 9)
    assert web.alive()
    assert other.starts == 1, "the other goes on"
    said = capsys.readouterr().out
    assert said.count("was started again: the web server") == 9
    assert "Ended again" in said


def test_pauses_grow_and_the_first_restart_is_at_once(parts, tmp_path):
    web = Part(tmp_path, "web", LIVES)
    parts.start([web])
    parts.wait_until(lambda: True)
    waited = []
    for _ in range(4):
        began = time.monotonic()
        kill_times(parts, web, 1)
        waited.append(time.monotonic() - began)
    assert waited[2] >= 0.1
    assert waited[3] >= 0.2


def test_a_part_that_never_came_up_is_given_up(parts, tmp_path, capsys):
    pages, kernels = (
        Part(tmp_path, "pages", LIVES), Part(tmp_path, "kernels", ENDS, essential=False),
    )  # fmt: skip
    parts.start([pages, kernels])
    look_until(parts, lambda: "going on without it" in capsys.readouterr().out)
    assert kernels.starts == restart_policy.MOST_FAILURES
    assert pages.alive()


def test_what_nothing_works_without_ends_the_start(parts, tmp_path):
    parts.start([Part(tmp_path, "web", ENDS)])
    with pytest.raises(KeepsFailing, match="the web server"):
        look_until(parts, lambda: False)


def test_a_part_that_cannot_be_started_now_is_started_later(parts, tmp_path, capsys):
    database = Part(tmp_path, "database", LIVES)
    parts.start([database])
    parts.wait_until(lambda: True)
    database.refusals = 6
    kill_times(parts, database, 1)
    said = capsys.readouterr().out
    assert said.count("disk") >= 6, "the reason is said each time"


def test_a_part_that_lived_for_a_while_came_up_though_nobody_asked_it(parts, tmp_path, monkeypatch):
    monkeypatch.setattr(process_group, "ALIVE_S", 0.1)
    watch = Part(tmp_path, "watch", LIVES, essential=False)
    parts.start([watch])

    def stop_when_it_came_up() -> None:
        if watch.restarts.came_up:
            raise stop_signals.StopSignal

    monkeypatch.setattr(stop_signals, "raise_if_stopping", stop_when_it_came_up)
    with pytest.raises(stop_signals.StopSignal):
        parts.keep()
