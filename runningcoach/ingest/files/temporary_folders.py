"""Scratch folders of imports, deleted after an import that was killed."""

import fcntl
import shutil
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from runningcoach.store import home as homes

FOLDER = "inbox"
PREFIX, MAKING = "unpack-", "new-"
HOLD = ".held"
LONGEST_MAKING_S = 60.0
"""A folder is made in a moment; one half made for so long is of an import that died."""


@contextmanager
def scratch_folder(home: Path) -> Generator[Path]:
    """Hold a folder of one's own below home/inbox, and remove those that nobody holds any more."""
    inbox = homes.folder(home, FOLDER)
    with homes.writing(inbox):
        sweep(inbox)
        folder, hold = _create_locked(inbox)
    with hold:
        try:
            yield folder
        finally:
            shutil.rmtree(folder)


def _create_locked(inbox: Path) -> tuple[Path, IO[bytes]]:
    """Return a folder and the file whose lock holds it.

    It gets its name when it is held, so that no other import can find it free.
    """
    making = Path(tempfile.mkdtemp(prefix=MAKING, dir=inbox))
    try:
        hold = (making / HOLD).open("wb")
        fcntl.flock(hold, fcntl.LOCK_EX)
        return making.rename(inbox / f"{PREFIX}{making.name.removeprefix(MAKING)}"), hold
    except BaseException:
        shutil.rmtree(making, ignore_errors=True)
        raise


def sweep(inbox: Path) -> None:
    """Remove the scratch folders of imports that were killed: their lock is free.

    Another import may sweep at the same moment, or remove its own: what is gone is gone.
    """
    for folder in inbox.glob(f"{PREFIX}*"):
        with suppress(FileNotFoundError), (folder / HOLD).open("rb") as hold:
            if _is_free(hold):
                shutil.rmtree(folder, ignore_errors=True)
    for folder in inbox.glob(f"{MAKING}*"):
        with suppress(FileNotFoundError):
            if time.time() - folder.stat().st_mtime > LONGEST_MAKING_S:
                shutil.rmtree(folder, ignore_errors=True)


def _is_free(hold: IO[bytes]) -> bool:
    try:
        fcntl.flock(hold, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
