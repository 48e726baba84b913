"""Import what appears in a folder by itself, once it is written to its end.

The folder is looked at every second: that works on every system and on network folders too. A
file is taken when its size and time have stood still for two seconds; it stays where it is.
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

type Look = tuple[int, int]
"""Size and time of a file, as it looked last."""

log = logging.getLogger(__name__)


@dataclass(slots=True)
class SettlingFiles:
    """Which files of a folder stand still, and have not been taken as they are."""

    folder: Path
    settled_s: float = SETTLED_S
    looks: dict[Path, tuple[Look, float]] = field(default_factory=dict)
    taken: dict[Path, Look] = field(default_factory=dict)

    def ready(self, now_s: float) -> list[Path]:
        """Return the files that have not changed for long enough, by name."""
        seen = dict(_looks(self.folder))
        self.looks = {path: self._since(path, look, now_s) for path, look in seen.items()}
        self.taken = {path: look for path, look in self.taken.items() if path in seen}
        return sorted(
            path
            for path, (look, since_s) in self.looks.items()
            if self.taken.get(path) != look and now_s - since_s >= self.settled_s
        )

    def _since(self, path: Path, look: Look, now_s: float) -> tuple[Look, float]:
        before = self.looks.get(path)
        return before if before is not None and before[0] == look else (look, now_s)

    def done(self, paths: list[Path]) -> None:
        """Leave these files alone until they change."""
        self.taken |= {path: self.looks[path][0] for path in paths}


def _looks(folder: Path) -> Iterator[tuple[Path, Look]]:
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
        settling.done(ready)
