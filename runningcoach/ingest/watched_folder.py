"""Import files that appear in a folder, once they are complete.

The folder is polled every second: that works on every system and on network folders too. A file
is imported when its size and time have not changed for two seconds; it stays where it is.
"""

import logging
import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Any

import psycopg

from runningcoach.base.errors import RunningCoachError
from runningcoach.ingest import imports
from runningcoach.ingest.files.archive_names import is_hidden
from runningcoach.ingest.files.decoding import Engine
from runningcoach.ingest.import_report import ImportReport

EVERY_S = 1.0
SETTLED_S = 2.0

type FileState = tuple[int, int]
"""Size [bytes] and modification time [ns] of a file."""

log = logging.getLogger(__name__)


@dataclass(slots=True)
class SettlingFiles:
    """Files of a folder that no longer change and have not been imported in this state."""

    folder: Path
    settled_s: float = SETTLED_S
    states: dict[Path, tuple[FileState, float]] = field(default_factory=dict)
    imported: dict[Path, FileState] = field(default_factory=dict)

    def ready(self, now_s: float) -> list[Path]:
        """Return the files that have not changed for long enough, by name."""
        seen = dict(_file_states(self.folder))
        self.states = {path: self._since(path, look, now_s) for path, look in seen.items()}
        self.imported = {path: look for path, look in self.imported.items() if path in seen}
        return sorted(
            path
            for path, (look, since_s) in self.states.items()
            if self.imported.get(path) != look and now_s - since_s >= self.settled_s
        )

    def _since(self, path: Path, look: FileState, now_s: float) -> tuple[FileState, float]:
        before = self.states.get(path)
        return before if before is not None and before[0] == look else (look, now_s)

    def mark_imported(self, paths: list[Path]) -> None:
        """Skip these files until they change."""
        self.imported |= {path: self.states[path][0] for path in paths}


def _file_states(folder: Path) -> Iterator[tuple[Path, FileState]]:
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not is_hidden(name)]
        for name in names:
            path = Path(parent, name)
            if not is_hidden(name) and path.is_file():
                status = path.stat()
                yield path, (status.st_size, status.st_mtime_ns)


def watch(
    connect: Callable[[], psycopg.Connection[Any]],
    user_id: int,
    folder: Path,
    home: Path,
    stop: Event,
    *,
    after: Callable[[psycopg.Connection[Any], ImportReport], object] = lambda _conn, _report: None,
    every_s: float = EVERY_S,
    settled_s: float = SETTLED_S,
    engine: Engine = "numpy",
    executor: Executor | None = None,
) -> None:
    """Take new files of a folder until `stop` is set; call `after` when something came in.

    An `executor` reads the files, this process where there is none.
    """
    settling = SettlingFiles(folder, settled_s)
    while not stop.wait(every_s):
        ready = settling.ready(time.monotonic())
        if not ready:
            continue
        try:
            with connect() as conn:
                report = imports.take(
                    conn, user_id, ready,
                    home=home, lane="watch", engine=engine, executor=executor,
                )  # fmt: skip
                after(conn, report)
        except (RunningCoachError, psycopg.OperationalError) as error:
            log.warning("watched folder: %s; it is tried again", error)
            continue
        settling.mark_imported(ready)
