"""The process of a run: papermill on one notebook, in a session of its own.

It learns little of our environment and no secret: what a cell shows by mistake stands in the kept
notebook. What it is to do it reads from a file in the run's folder, and there it leaves what it
made: the executed notebook, the report, its log, and how it ended.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

import psutil

from runningcoach.base import security
from runningcoach.base.settings import DATABASE_FILE, Settings
from runningcoach.jobs.job_table import Job
from runningcoach.model.user import User
from runningcoach.store import home as homes
from runningcoach.store.job_runs import JobRun, RunOutcome

MODULE = "runningcoach.serving.notebook_run"
"""The program that runs a notebook; it stands in a room above this one."""
ORDER, OUTCOME, LOG, REPORT, SOCKETS = (
    "order.json", "outcome.json", "log.txt", "report.html", "sockets",
)  # fmt: skip
GLANCE = timedelta(seconds=0.25)


class Process(Protocol):
    """A run under way."""

    @property
    def pid(self) -> int:
        """The id of its process, which leads its session."""
        ...

    def ended(self) -> RunOutcome | None:
        """Return how it ended; None while it runs."""
        ...

    def kill(self) -> RunOutcome:
        """End it, with all that it started, at once; return what it left."""
        ...

    def next_look(self, now: datetime) -> datetime:
        """Return when to ask again."""
        ...


type Launch = Callable[[JobRun, Job, User], Process]


class NotebookProcess:
    """The process of one run of a notebook."""

    def __init__(self, folder: Path, notebook: str, popen: subprocess.Popen[bytes]) -> None:
        self._folder = folder
        self._notebook = notebook
        self._popen = popen

    @property
    def pid(self) -> int:
        """The id of its process, which leads its session."""
        return self._popen.pid

    def ended(self) -> RunOutcome | None:
        """Return how it ended; None while it runs."""
        return None if self._popen.poll() is None else self._ending()

    def kill(self) -> RunOutcome:
        """End it, with all that it started, at once; return what it left."""
        kill_tree(self._popen.pid)
        self._popen.wait()
        return self._ending()

    def next_look(self, now: datetime) -> datetime:
        """Return when to ask again."""
        return now + GLANCE

    def _ending(self) -> RunOutcome:
        """Return the outcome that the process wrote; one without an outcome died."""
        _remove_sockets(self._folder)
        outcome = _read(self._folder / OUTCOME) or self._died()
        paths = {
            "notebook": self._relative_path(self._notebook),
            "report": self._relative_path(REPORT),
        }
        return RunOutcome.model_validate(outcome | paths)

    def _died(self) -> dict[str, str]:
        """Return the likely reason of a process that ended without an outcome."""
        return {
            "state": "crashed",
            "error_code": "died" if homes.has_room(self._folder) else "disk_full",
        }

    def _relative_path(self, name: str) -> str | None:
        exists = (self._folder / name).exists()
        return f"{self._folder.name}/{name}" if exists else None


def launcher(settings: Settings) -> Launch:
    """Return what starts runs in the home of `settings`."""

    def launch(run: JobRun, job: Job, user: User) -> NotebookProcess:
        folder = homes.folder(settings.home, "jobs", run.run_id)
        order = {
            "notebook": str(job.notebook),
            "parameters": parameters(run, job, user),
            "shows_code": job.shows_code,
        }
        homes.put(folder / ORDER, json.dumps(order, ensure_ascii=False).encode())
        popen = _start(folder, environment(settings, run, user))
        return NotebookProcess(folder, job.notebook.name, popen)

    return launch


def _start(folder: Path, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", MODULE, str(folder), str(os.getpid())]
    with (folder / LOG).open("ab") as log:
        return subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=environment,
            start_new_session=True,
        )


def parameters(run: JobRun, job: Job, user: User) -> dict[str, Any]:
    """Return the notebook's parameters: the day, then those of the table and of the request."""
    day = run.scheduled_for.astimezone(job.zone(user)).date()
    return {"day": day.isoformat(), **job.parameters, **run.parameters}


def environment(settings: Settings, run: JobRun, user: User) -> dict[str, str]:
    """Return the environment of a run: its user, and no secrets."""
    ours = security.harmless(os.environ) | {
        "RUNNINGCOACH_HOME": str(settings.home),
        "RUNNINGCOACH_LOG_LEVEL": settings.log_level,
        "RUNNINGCOACH_USER_ID": str(user.id),
        "RUNNINGCOACH_LANGUAGE": user.language,
        "RUNNINGCOACH_RUN_ID": run.run_id,
        "PYTHONUNBUFFERED": "1",
        "PYTHONSAFEPATH": "1",
    }
    if settings.database_url and DATABASE_FILE not in ours:
        ours[DATABASE_FILE] = str(_database_file(settings))
    return ours


def _database_file(settings: Settings) -> Path:
    """Return the file with the database's address: it may hold a password."""
    assert settings.database_url is not None  # noqa: S101
    file = homes.folder(settings.home, "run") / "database_url"
    homes.put(file, settings.database_url.get_secret_value().encode())
    return file


def kill_tree(pid: int) -> None:
    """Kill a process, its group, and whatever it started, in whichever session that is."""
    with suppress(psutil.NoSuchProcess):
        children = psutil.Process(pid).children(recursive=True)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)
        for child in children:
            with suppress(psutil.NoSuchProcess):
                child.kill()


def kill_leftover(run: JobRun) -> None:
    """Kill the process of a run that nobody watches any more, if it is still there and the same."""
    with suppress(psutil.Error):
        if run.pid and any(run.run_id in part for part in psutil.Process(run.pid).cmdline()):
            kill_tree(run.pid)


def _read(path: Path) -> dict[str, Any] | None:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None


def _remove_sockets(folder: Path) -> None:
    """Remove the folder of the kernel's sockets, which lies where paths are short."""
    link = folder / SOCKETS
    if link.is_symlink():
        shutil.rmtree(link.readlink(), ignore_errors=True)
        link.unlink()
