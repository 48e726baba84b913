"""The home folder that holds all state, and atomic writes to it."""

import errno
import os
import shutil
import stat
import tempfile
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from runningcoach.base import i18n
from runningcoach.base.errors import Phrase, RunningCoachError


class HomeNotWritable(RunningCoachError):
    """The home folder cannot be made or written."""

    code = "store.home_not_writable"


class DiskFull(RunningCoachError):
    """The disk that holds the home folder is full."""

    code = "store.disk_full"
    status = 507


OTHERS = 0o077
"""Every right of those who are not the owner of a file."""

LEAST_FREE_BYTES = 10 * 2**20
"""Room for a job run or an upload; with less than this the disk counts as full."""

_FULL = (errno.ENOSPC, errno.EDQUOT)
_FORBIDDEN = (
    errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST, errno.ENOENT,
)  # fmt: skip


def refusal(error: OSError) -> str:
    """Return why the system refuses a file, as words in the reader's language where they exist."""
    name = errno.errorcode.get(error.errno or 0, "")
    has_words = name in i18n.words("en", "store")["refused"]
    return Phrase(f"store.refused.{name}") if has_words else str(error.strerror or error)


@contextmanager
def writing(path: Path) -> Generator[None]:
    """Turn the refusals of the disk inside the block into errors that name the remedy."""
    try:
        yield
    except OSError as error:
        raise_if_full(error, path)
        if error.errno in _FORBIDDEN:
            raise HomeNotWritable(path=path, detail=refusal(error)) from error
        raise


def is_full(error: BaseException) -> bool:
    """Return whether an error means that a disk or a quota is full."""
    return isinstance(error, OSError) and error.errno in _FULL


def raise_if_full(error: BaseException, path: Path) -> None:
    """Raise DiskFull if the error means so."""
    if is_full(error):
        raise DiskFull(path=path) from error


def prepare(home: Path) -> Path:
    """Make the home folder where it is missing and return its absolute path."""
    home = home.absolute()
    with writing(home):
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
    return home


def has_room(home: Path) -> bool:
    """Return whether the disk that holds the home has room for what may come."""
    return shutil.disk_usage(home).free >= LEAST_FREE_BYTES


def keep_private() -> None:
    """Make new files of this process and its children private to their owner."""
    os.umask(OTHERS)


def close_to_others(home: Path) -> None:
    """Remove the rights of other users on our files in the home, set by an earlier version."""
    for folder, _, files in home.walk():
        for path in (folder, *(folder / name for name in files)):
            with suppress(FileNotFoundError):
                _close(path)


def _close(path: Path) -> None:
    """Close a file or folder to others; links, and what belongs to others, stay as they are."""
    status = path.lstat()
    is_ours = status.st_uid == os.geteuid() and not stat.S_ISLNK(status.st_mode)
    if is_ours and status.st_mode & OTHERS:
        path.chmod(stat.S_IMODE(status.st_mode) & ~OTHERS)


def folder(home: Path, *names: str) -> Path:
    """Return a folder below home that only its owner may enter, made where it is missing."""
    path = prepare(home)
    with writing(path):
        for name in names:
            path = path / name
            path.mkdir(mode=0o700, exist_ok=True)
    return path


def put(path: Path, data: bytes) -> None:
    """Write a file atomically and durably."""
    with writing(path):
        descriptor, temporary = tempfile.mkstemp(prefix=".", suffix=".tmp", dir=path.parent)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        sync_folder(path.parent)


def sync_folder(path: Path) -> None:
    """Make the names inside a folder survive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
