"""Jobs whose notebooks do what a test asks, run by real processes on a real PostgreSQL."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import nbformat
import psutil
import pytest

from runningcoach.base import parent_process, periods
from runningcoach.base.settings import Settings
from runningcoach.jobs import job_table, notebook_process
from runningcoach.jobs.clock import WallClock
from runningcoach.jobs.runs import Runs
from runningcoach.jobs.schedule import Schedule
from runningcoach.store import accounts, database, job_runs
from tests.conftest import PROJECT

SECRET = "pa55-of-the-database"
FAILS = """
password = "pa55-of-the-database"
raise ValueError(f"cannot reach postgresql://runner:{password}@db/rc, password={password}")
"""
NOTEBOOKS = {
    "works": ["1 + 1", "print('said'); {'day': day, 'more': more}"],
    "fails": ["'before'", FAILS, "'after'"],
    "sleeps": ["import os, pathlib; pathlib.Path('pid').write_text(str(os.getpid()))",
               "import time; time.sleep(60)"],
    "forks": ["import subprocess, pathlib\n"
              "child = subprocess.Popen(['sleep', '61'], start_new_session=True)\n"
              "_ = pathlib.Path('pid').write_text(str(child.pid))",
              "import time; time.sleep(60)"],
    "looks": ["import json, os, pathlib\n"
              "_ = pathlib.Path('env.json').write_text(json.dumps(dict(os.environ)))",
              "from runningcoach.pages import job_context, session\n"
              "(job_context.begin(day).isoformat(), session.user().username)",
              "import logging; logging.getLogger('cell').warning('seen token=abcdef')"],
}  # fmt: skip


def write_notebook(path: Path, cells: list[str], title: str | None = None) -> None:
    first = nbformat.v4.new_code_cell('day = ""\nmore = "usual"', metadata={"tags": ["parameters"]})
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = nbformat.v4.new_notebook(
        cells=[first, *map(nbformat.v4.new_code_cell, cells)], metadata={"kernelspec": kernel}
    )
    nbformat.write(notebook, path)


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """A folder with the notebooks."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    for name, cells in NOTEBOOKS.items():
        write_notebook(folder / f"{name}.ipynb", cells)
    return folder


type Write = Callable[..., job_table.Table]


@pytest.fixture
def jobs(shelf: Path) -> Write:
    """Write a table: keywords are jobs, each with its lines; return it as read."""

    def write(**entries: dict[str, object]) -> job_table.Table:
        file = shelf / "jobs.toml"
        lines = []
        for name, entry in entries.items():
            lines.append(f"[jobs.{name}]")
            lines += [f"{key} = {_toml(value)}" for key, value in entry.items()]
        file.write_text("\n".join(lines), encoding="utf-8")
        return job_table.read(file)

    return write


def _toml(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {_toml(one)}" for key, one in value.items()) + "}"
    return json.dumps(value)


@pytest.fixture
def settings(database_url: str, home: Path) -> Settings:
    return Settings(database_url=database_url, home=home)


class Hasty(WallClock):
    """The wall's clock, put forward."""

    ahead = timedelta()

    def now(self) -> datetime:
        return super().now() + self.ahead


class Bench:
    """Runs jobs in this process, for the owner, on the wall's clock."""

    def __init__(self, conn, user, settings):
        self.conn, self.user, self.settings = conn, user, settings
        self.runs: Runs | None = None
        self.table: job_table.Table = {}

    def use(self, table: job_table.Table) -> "Bench":
        self.table = table
        launch = notebook_process.launcher(self.settings)
        self.clock = Hasty(self.conn)
        self.runs = Runs(self.conn, table, self.clock, launch)
        return self

    def start(self, name: str, **options):
        """Queue a job and start it; return its row."""
        run = job_runs.enqueue(self.conn, self.user.id, name, periods.now(), **options)
        assert run is not None
        return self.begin(run)

    def begin(self, run):
        assert self.runs.begin(run, self.table[run.job], self.user)
        return self.row(run)

    def row(self, run):
        return job_runs.get(self.conn, self.user.id, run.id)

    def finish(self, run, seconds: float = 60.0):
        """Attend until the run has ended; return its row."""
        give_up = time.monotonic() + seconds
        while (row := self.row(run)).ended_at is None:
            assert time.monotonic() < give_up, self.log(run)
            self.runs.attend()
            time.sleep(0.05)
        return row

    def folder(self, run) -> Path:
        return self.settings.home / "jobs" / run.run_id

    def log(self, run) -> str:
        file = self.folder(run) / "log.txt"
        return file.read_text() if file.exists() else ""

    def waiting(self) -> list:
        return job_runs.waiting(self.conn)


@pytest.fixture
def bench(conn, user, settings) -> Iterator[Bench]:
    made = Bench(conn, user, settings)
    yield made
    if made.runs:
        made.runs.stop()


def until(true: Callable[[], object], seconds: float = 30.0) -> None:
    give_up = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < give_up, "waited in vain"
        time.sleep(0.05)


def lives(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


class Simulated:
    """A clock that stands still until it is told to wait."""

    def __init__(self, now: datetime) -> None:
        self.time = now

    def now(self) -> datetime:
        return self.time

    def wait(self, until: datetime) -> None:
        self.time = max(self.time, until)


class Stub:
    """A run that takes a while by the simulated clock and ends as it is told."""

    pid = 2**22 + 1  # no process has it

    def __init__(self, clock: Simulated, lasts: timedelta, ending: job_runs.RunOutcome) -> None:
        self.clock, self.ending = clock, ending
        self.ends_at = clock.now() + lasts

    def ended(self):
        return self.ending if self.clock.now() >= self.ends_at else None

    def kill(self):
        return self.ending

    def next_look(self, now):
        return self.ends_at


class World:
    """A scheduler in compressed time, with stubs for jobs."""

    def __init__(self, conn, table, now, lasts=None, endings=None, clock=None):
        self.conn, self.clock = conn, clock or Simulated(now)
        self.lasts, self.endings = lasts or {}, endings or {}
        self.begun: list[tuple[str, int, datetime]] = []
        self.schedule = Schedule(conn, table, self.clock, self.launch)

    def launch(self, run, job, user):
        self.begun.append((job.name, user.id, self.clock.now()))
        state = self.endings.get(job.name, "succeeded")
        state = state.pop(0) if isinstance(state, list) else state
        lasts = self.lasts.get(job.name, timedelta(seconds=20))
        return Stub(self.clock, lasts, job_runs.RunOutcome(state=state))

    def pass_until(self, moment: datetime) -> "World":
        """Let time pass."""
        while self.clock.now() < moment:
            self.clock.wait(min(self.schedule.step(), moment))
        self.schedule.step()
        return self

    def sleep_until(self, moment: datetime) -> "World":
        """Let time pass with the machine switched off."""
        self.clock.time = moment
        return self

    def rows(self, job=None):
        query = (
            "SELECT job, scheduled_for, attempt, state, error_code FROM job_runs"
            " WHERE %(job)s::text IS NULL OR job = %(job)s ORDER BY scheduled_for, attempt, id"
        )
        return self.conn.execute(query, {"job": job}).fetchall()


class Daemon:
    """The scheduler as `up` runs it."""

    def __init__(self, settings: Settings, jobs: Path, folder: Path, **variables: str) -> None:
        self.log = folder / f"scheduler-{time.monotonic_ns()}.log"
        environment = {
            **os.environ,
            parent_process.PARENT: str(os.getpid()),
            "DATABASE_URL": settings.database_url.get_secret_value(),
            "RUNNINGCOACH_HOME": str(settings.home),
            "RUNNINGCOACH_JOBS": str(jobs),
            "RUNNINGCOACH_OWNER_PASSWORD": SECRET,
            "RUNNINGCOACH_LANGUAGE": "en",
            "PYTHONSAFEPATH": "1",
        } | variables
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, str(PROJECT / "scheduler" / "main.py")],
                env=environment, stdout=log, stderr=log, process_group=0,
            )  # fmt: skip

    def acts(self) -> bool:
        assert self.process.poll() is None, self.log.read_text()
        return "the scheduler acts" in self.log.read_text()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.fixture
def daemon(settings, shelf, tmp_path, user) -> Iterator[Callable[[], Daemon]]:
    """Start schedulers; whatever is left of them at the end is killed."""
    started: list[Daemon] = []

    def start(**variables: str) -> Daemon:
        started.append(Daemon(settings, shelf / "jobs.toml", tmp_path, **variables))
        return started[-1]

    yield start
    for one in started:
        one.kill()


@pytest.fixture
def reading(database_url) -> Iterator:
    """A connection beside that of whoever runs jobs."""
    with database.connect(database_url) as other:
        yield other


def at(conn, user, moment: datetime) -> None:
    """Let an account be made at a moment, from which on its jobs are due."""
    conn.execute("UPDATE users SET created_at = %s WHERE id = %s", [moment, user.id])


def owner(conn):
    return next(one for one in accounts.all_users(conn) if one.role == "owner")
