"""A folder for copies that an import needs only while it runs, swept after one that was killed."""

import fcntl
import shutil
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from runningcoach.store import home as homes

FOLDER = "inbox"
PREFIX = "unpack-"


@contextmanager
def scratch_folder(home: Path) -> Generator[Path]:
    """Hold a folder of one's own below home/inbox, and remove those that nobody holds any more."""
    inbox = homes.folder(home, FOLDER)
    sweep(inbox)
    with homes.writing(inbox):
        folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=inbox))
    with (folder / ".held").open("wb") as hold:
        fcntl.flock(hold, fcntl.LOCK_EX)
        try:
            yield folder
        finally:
            shutil.rmtree(folder)


def sweep(inbox: Path) -> None:
    """Remove the scratch folders of imports that were killed: their lock is free."""
    for folder in inbox.glob(f"{PREFIX}*"):
        try:
            with (folder / ".held").open("rb") as hold:
                if _is_free(hold):
                    shutil.rmtree(folder)
        except FileNotFoundError:
            continue  # being made or being removed by another import at this moment


def _is_free(hold: IO[bytes]) -> bool:
    try:
        fcntl.flock(hold, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
