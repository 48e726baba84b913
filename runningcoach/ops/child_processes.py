"""The processes that `up` runs: how each is started, watched and stopped."""

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from runningcoach.base import parent_process
from runningcoach.ops.restart_policy import Restarts
from runningcoach.store.database.embedded import EmbeddedPostgres

PATIENCE_S = 8.0
LAST_LINES = 12


class Child(Protocol):
    """A process that `up` keeps running."""

    name: str
    essential: bool
    once: bool
    restarts: Restarts

    @property
    def pid(self) -> int | None:
        """The id of its process."""
        ...

    @property
    def log(self) -> Path:
        """The file that it writes to."""
        ...

    def start(self) -> None:
        """Start it."""
        ...

    def alive(self) -> bool:
        """Return whether it runs."""
        ...

    def failed(self) -> bool:
        """Return whether it ended with an error."""
        ...

    def ask_to_stop(self) -> None:
        """Ask it to end."""
        ...

    def wait(self) -> None:
        """Wait until it has ended; make it."""
        ...


class Program:
    """A Python program of ours in a process group of its own, so that Ctrl-C reaches `up` alone."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        log: Path,
        environment: Mapping[str, str],
        inherits: Sequence[int] = (),
        essential: bool = True,
        once: bool = False,
    ) -> None:
        self.name = name
        self.essential = essential
        self.once = once
        self.restarts = Restarts()
        self._command = command
        self._log = log
        self._environment = environment
        self._inherits = inherits
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The id of its process."""
        return self._process.pid if self._process else None

    @property
    def log(self) -> Path:
        """The file that it writes to."""
        return self._log

    def start(self) -> None:
        """Start it; its output goes to its log."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**self._environment, parent_process.PARENT: str(os.getpid())},
                pass_fds=self._inherits,
                process_group=0,
            )

    def alive(self) -> bool:
        """Return whether it runs."""
        return self._process is not None and self._process.poll() is None

    def failed(self) -> bool:
        """Return whether it ended otherwise than well."""
        return self._process is not None and self._process.poll() not in (None, 0)

    def ask_to_stop(self) -> None:
        """Ask it to end."""
        if self._process is not None and self.alive():
            self._process.terminate()

    def wait(self) -> None:
        """Wait until it has ended; kill it and what it started when that takes too long."""
        if self._process is None:
            return
        try:
            self._process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()


class Database:
    """The embedded PostgreSQL, in the manner of the other children."""

    name = "database"
    essential = True
    once = False

    def __init__(self, server: EmbeddedPostgres) -> None:
        self.restarts = Restarts()
        self._server = server

    @property
    def pid(self) -> int | None:
        """The id of its process."""
        return self._server.process.pid if self._server.process else None

    @property
    def log(self) -> Path:
        """The file that it writes to."""
        return self._server.log

    def start(self) -> None:
        """Start it, again if it ended."""
        self._server.start()

    def alive(self) -> bool:
        """Return whether it runs."""
        return self._server.running

    def failed(self) -> bool:
        """Return whether it ended, which it never should."""
        return not self.alive()

    def ask_to_stop(self) -> None:
        """Wait for the others to end first: see `wait`."""

    def wait(self) -> None:
        """Stop it."""
        self._server.stop()


def begin_log(folder: Path, name: str) -> Path:
    """Return the log of a child, empty; the one of the run before is kept as <name>.log.1."""
    log = folder / f"{name}.log"
    if log.exists():
        log.replace(folder / f"{name}.log.1")
    log.touch(mode=0o600)
    return log


def last_lines(log: Path) -> str:
    """Return the end of a log."""
    if not log.exists():
        return ""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    return "\n".join(lines[-LAST_LINES:])
