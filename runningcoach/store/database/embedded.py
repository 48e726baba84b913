"""The embedded PostgreSQL server: set-up, start and stop.

One process owns the server of a home, by a lock that ends with it. The server listens on a
socket only, asks for a password, and ends when its owner ends, however that ends.
"""

import fcntl
import json
import os
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Mapping
from io import TextIOWrapper
from pathlib import Path

from psycopg.conninfo import make_conninfo

from runningcoach.base.errors import RunningCoachError
from runningcoach.store import database
from runningcoach.store import home as homes
from runningcoach.store.database import postmaster, programs

LONGEST_SOCKET = 107
START_S = 60.0
RETRY_S = 10.0
LEAST_FREE_BYTES = 2**20
"""With less than this the server cannot even log that the disk is full."""
LONGEST_LOG_BYTES = 10 * 2**20

OPTIONS: Mapping[str, str] = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "dynamic_shared_memory_type": "mmap",  # containers have a small /dev/shm
    "fsync": "on",
    "synchronous_commit": "on",
    "wal_compression": "pglz",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_duration_statement": "500",
    "jit": "off",
}


class AlreadyRunning(RunningCoachError):
    """Another process owns the database of this home."""

    code = "store.already_running"


class OtherMajor(RunningCoachError):
    """The data are of another major version of PostgreSQL."""

    code = "store.other_major"


class ServerFailed(RunningCoachError):
    """PostgreSQL did not start; the end of its log is in the message."""

    code = "store.server_failed"


class EmbeddedPostgres:
    """The PostgreSQL server of one home.

    Start it from the main thread: the kernel ends the server when the thread that started it
    is gone. `options` are server settings that replace ours; only tests have a reason.
    """

    def __init__(
        self, home: Path, pg_bin: Path | None = None, options: Mapping[str, str] | None = None
    ) -> None:
        self.home = home.absolute()
        self.process: subprocess.Popen[bytes] | None = None
        self._pg_bin = pg_bin
        self._options = {**OPTIONS, **(options or {})}
        self._lock: TextIOWrapper | None = None
        self._socket = self.home / "run" / "socket"

    @property
    def running(self) -> bool:
        """Return whether the server started here still runs."""
        return self.process is not None and self.process.poll() is None

    @property
    def url(self) -> str:
        """Return the address of the database."""
        password = database.password_file(self.home).read_text()
        return database.socket_url(str(self._socket), password)

    @property
    def log(self) -> Path:
        """Return the file that the server writes its log to."""
        return self.home / "logs" / "postgresql.log"

    def start(self) -> str:
        """Start the server, making the database at the first start, and return its address.

        A server that died is started again; one that runs is left alone.
        """
        if self.running:
            return self.url
        homes.prepare(self.home)
        self._take_ownership()
        try:
            with homes.writing(self.home):
                self._start()
        except BaseException:
            self.stop()
            raise
        return self.url

    def stop(self) -> None:
        """Stop the server cleanly and give up the ownership of the home."""
        if self.process is not None:
            postmaster.end(self.process)
            self.process = None
        if self._lock is not None:
            self._retire_announcement()
            self._lock.close()
            self._lock = None

    def __enter__(self) -> "EmbeddedPostgres":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    # Ownership ---------------------------------------------------------------------------

    def _take_ownership(self) -> None:
        """Lock the home for this process; the lock ends with the process."""
        if self._lock is not None:
            return
        path = self.home / "owner.lock"
        with homes.writing(path):
            lock = path.open("a+")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.seek(0)
            owner = lock.read().strip()
            lock.close()
            raise AlreadyRunning(home=self.home, pid=owner or "?") from error
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        self._lock = lock

    # Starting ----------------------------------------------------------------------------

    def _start(self) -> None:
        base = homes.folder(self.home, "pg")
        account = programs.account(_any_cluster(base) or base)
        postgres = programs.find(account, self._pg_bin)
        data = base / postgres.major
        _refuse_other_major(base, postgres.major)
        self._turn_log()
        self._retire_announcement()
        self._make_socket_folder(account)
        password_is_new = not database.password_file(self.home).exists()
        password = database.secret_file(
            database.password_file(self.home), secrets.token_urlsafe(32)
        )
        if not data.exists():
            self._initialise(postgres, base, data, password)
        else:
            postmaster.end_leftovers(data)
            if password_is_new:
                self._replace_password(postgres, data, password)
        self._launch(postgres, data)
        _ensure_database(self.url)
        self._announce(postgres)

    def _make_socket_folder(self, account: programs.SystemAccount) -> None:
        """Make a fresh folder for the socket, so that no lock file of a dead server is in it."""
        run = homes.folder(self.home, "run")
        self._socket = run / "socket"
        if len(os.fsencode(self._socket / database.SOCKET_NAME)) > LONGEST_SOCKET:
            short = os.environ.get("XDG_RUNTIME_DIR") or "/tmp"  # noqa: S108 a fresh 0700 folder
            self._socket = Path(tempfile.mkdtemp(prefix="runningcoach-", dir=short))
        else:
            shutil.rmtree(self._socket, ignore_errors=True)
            self._socket.mkdir(mode=0o700)
        account.give_ownership(self._socket)

    def _initialise(
        self, postgres: programs.Programs, base: Path, data: Path, password: str
    ) -> None:
        """Make the cluster beside its place and rename it there, so that it is whole or absent."""
        for unfinished in base.glob(".init-*"):
            shutil.rmtree(unfinished)
        fresh = Path(tempfile.mkdtemp(prefix=".init-", dir=base))
        secret = self._socket / "password"
        try:
            secret.touch(mode=0o600)
            secret.write_text(password + "\n")
            for path in (fresh, secret):
                postgres.account.give_ownership(path)
            self._initdb(postgres, fresh)
        except BaseException:
            # A bootstrapping server may write for a moment longer; the next start clears the rest.
            shutil.rmtree(fresh, ignore_errors=True)
            raise
        finally:
            secret.unlink(missing_ok=True)
        fresh.rename(data)
        homes.sync_folder(base)

    def _initdb(self, postgres: programs.Programs, fresh: Path) -> None:
        with programs.folders(postgres.account, fresh, self._socket) as (names, descriptors):
            folder, socket = names
            where = (f"--pgdata={folder}", f"--pwfile={socket}/password")
            words = _SAME_ORDER if int(postgres.major) >= SAME_ORDER_SINCE else ()
            self._run(postgres, "initdb", *where, *_INITDB, *words, pass_fds=descriptors)

    def _replace_password(self, postgres: programs.Programs, data: Path, password: str) -> None:
        """Give the owner role a new password without logging in: the file with the old is lost."""
        statement = f"ALTER ROLE runningcoach PASSWORD '{password}';\n"
        with programs.folders(postgres.account, data) as (names, descriptors):
            arguments = ("--single", "-D", names[0], "postgres")
            self._run(postgres, "postgres", *arguments, pass_fds=descriptors, answer=statement)

    def _run(
        self,
        postgres: programs.Programs,
        name: str,
        *arguments: str,
        pass_fds: tuple[int, ...],
        answer: str = "",
    ) -> None:
        """Run a program to its end; its output goes to the log."""
        start = self._log_size()
        with self.log.open("ab") as log:
            process = postgres.start(
                name, *arguments, log=log, stdin=subprocess.PIPE, pass_fds=pass_fds
            )
            process.communicate(answer.encode())
        if process.returncode:
            raise self._failure(name, start)

    def _launch(self, postgres: programs.Programs, data: Path) -> None:
        """Start the server; a lock of one that just died may need some seconds to go."""
        give_up = time.monotonic() + RETRY_S
        while True:
            start = self._log_size()
            self._spawn(postgres, data)
            if self._wait_until_ready(data):
                return
            if time.monotonic() > give_up or not self._is_locked(start):
                raise self._failure("postgres", start)
            time.sleep(0.25)

    def _spawn(self, postgres: programs.Programs, data: Path) -> None:
        settings = [f"--{name}={value}" for name, value in self._options.items()]
        with (
            programs.folders(postgres.account, data, self._socket) as (names, descriptors),
            self.log.open("ab") as log,
        ):
            self.process = postgres.start(
                "postgres", "-D", names[0], "-k", names[1], *settings,
                log=log, stdin=subprocess.DEVNULL, pass_fds=descriptors,
            )  # fmt: skip

    def _wait_until_ready(self, data: Path) -> bool:
        """Wait for the server to accept connections; False when it ended instead."""
        give_up = time.monotonic() + START_S
        while self.running and time.monotonic() < give_up:
            if self.process is not None and postmaster.is_ready(data, self.process.pid):
                return True
            time.sleep(0.01)
        if self.process is not None:
            postmaster.end(self.process)
        return False

    # What went wrong -----------------------------------------------------------------------

    def _turn_log(self) -> None:
        """Rotate a long log."""
        homes.folder(self.home, "logs")
        if self._log_size() > LONGEST_LOG_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))

    def _log_size(self) -> int:
        return self.log.stat().st_size if self.log.exists() else 0

    def _log_since(self, start: int) -> str:
        with self.log.open("rb") as log:
            log.seek(start)
            return log.read().decode(errors="replace")

    def _is_locked(self, start: int) -> bool:
        """Return whether the start failed because an ending server still holds its lock file."""
        output = self._log_since(start)
        return any(sign in output for sign in ("lock file", "still in use"))

    def _failure(self, name: str, start: int) -> RunningCoachError:
        output = self._log_since(start)
        full = shutil.disk_usage(self.home).free < LEAST_FREE_BYTES
        if full or "No space left on device" in output:
            return homes.DiskFull(path=self.home)
        lines = "\n".join(output.strip().splitlines()[-8:])
        return ServerFailed(program=name, log=self.log, lines=lines)

    # Where others find it --------------------------------------------------------------------

    def _announce(self, postgres: programs.Programs) -> None:
        """Write where the server listens, for the other processes of this home."""
        assert self.process is not None  # noqa: S101 it was just started
        server = {
            "pid": self.process.pid,
            "owner": os.getpid(),
            "socket": str(self._socket),
            "version": postgres.version,
            "bin": str(postgres.bin),
        }
        homes.put(database.server_file(self.home), json.dumps(server).encode())

    def _retire_announcement(self) -> None:
        """Remove what an earlier server left: its announcement, and its folder under /tmp."""
        path = database.server_file(self.home)
        if not path.exists():
            return
        socket = Path(json.loads(path.read_text())["socket"])
        if not socket.is_relative_to(self.home):
            shutil.rmtree(socket, ignore_errors=True)
        path.unlink()


_INITDB = (
    "--username=runningcoach",
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    "--locale=C",
    "--data-checksums",
)
# The same order of words on every machine: no library of the system takes part.
_SAME_ORDER = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8")
SAME_ORDER_SINCE = 17


def _clusters(base: Path) -> list[Path]:
    return [path for path in base.iterdir() if path.name.isdigit()]


def _any_cluster(base: Path) -> Path | None:
    return next(iter(_clusters(base)), None)


def _refuse_other_major(base: Path, major: str) -> None:
    """Refuse to start empty beside the data of another major version."""
    clusters = [path.name for path in _clusters(base)]
    if clusters and major not in clusters:
        raise OtherMajor(found=", ".join(sorted(clusters)), wanted=major, folder=base)


def _ensure_database(url: str) -> None:
    """Create the database and extension that an interrupted first start left out."""
    server = make_conninfo(url, dbname="postgres")
    with database.connect(server) as conn:
        query = "SELECT 1 FROM pg_database WHERE datname = 'runningcoach'"
        if conn.execute(query).fetchone() is None:
            conn.execute("CREATE DATABASE runningcoach")
    with database.connect(url) as conn:
        database.check_server(conn)
        conn.execute("CREATE EXTENSION IF NOT EXISTS vector")
