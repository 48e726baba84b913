"""The web server as `up` runs it: a process of its own, real sockets, a database of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import psutil

from runningcoach.base import security
from runningcoach.base.security import SESSION_COOKIE
from runningcoach.model.user import User
from runningcoach.store import accounts, database

PROGRAM = """
from runningcoach.api import connection_limits
for name, seconds in {limits}.items():
    assert hasattr(connection_limits, name)
    setattr(connection_limits, name, seconds)
from runningcoach.ops import web_server
web_server.main()
"""


@dataclass
class Web:
    """A running web server."""

    port: int
    home: Path
    database_url: str
    log: Path
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def rss_mb(self) -> float:
        return psutil.Process(self.process.pid).memory_info().rss / 1e6

    def client(self, address: str = "127.0.0.1", **options: object) -> httpx.Client:
        """Return a browser at an address of this machine."""
        transport = httpx.HTTPTransport(local_address=address)
        return httpx.Client(base_url=self.url, transport=transport, timeout=30, **options)

    def connect(self, address: str = "127.0.0.1") -> socket.socket:
        """Return a connection from an address of this machine."""
        return socket.create_connection(("127.0.0.1", self.port), 30, (address, 0))

    def talk(self, sent: bytes, address: str = "127.0.0.1") -> bytes:
        """Return all that comes back for some bytes until the server closes, or is silent."""
        with self.connect(address) as peer:
            peer.settimeout(10)
            with suppress(ConnectionError):
                peer.sendall(sent)
            return drained(peer)

    def sign_up(self, username: str, hashed: str = "!", role: str = "runner") -> User:
        """Make an account."""
        with database.connect(self.database_url) as conn:
            return accounts.create(conn, username, hashed, role=role, language="en")

    def session(self, user: User) -> dict[str, str]:
        """Return the cookie of a session."""
        token = security.new_token()
        tomorrow = datetime.now(UTC) + timedelta(days=1)
        with database.connect(self.database_url) as conn:
            accounts.open_session(conn, user.id, security.token_sha256(token), tomorrow)
        return {SESSION_COOKIE: token}


def until(true: Callable[[], object], seconds: float = 10.0) -> None:
    """Wait until `true`, but not for ever."""
    give_up = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < give_up, "waited in vain"
        time.sleep(0.05)


def drained(peer: socket.socket) -> bytes:
    """Return what a server sends until it closes, or until it is silent for long."""
    received = b""
    with suppress(ConnectionError, TimeoutError):
        while data := peer.recv(65536):
            received += data
    return received


@contextmanager
def running(
    url: str, folder: Path, limits: dict[str, float] | None = None, **settings: str
) -> Iterator[Web]:
    """Run a web server on a database; `limits` replace those of connections."""
    home, log = folder / "home", folder / "web.log"
    home.mkdir(mode=0o700)
    given = {"DATABASE_URL": url, "RUNNINGCOACH_HOME": str(home), "RUNNINGCOACH_LANGUAGE": "en"}
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as door, log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM.format(limits=limits or {}), str(door.fileno())],
            env=os.environ | given | settings,
            stdout=output,
            stderr=subprocess.STDOUT,
            pass_fds=[door.fileno()],
        )
        web = Web(door.getsockname()[1], home, url, log, process)
    try:
        _wait_for(web)
        yield web
        process.send_signal(signal.SIGTERM)
        assert process.wait(15) in (0, -signal.SIGTERM)
    finally:
        process.kill()
        process.wait()


def _wait_for(web: Web) -> None:
    for _ in range(300):
        assert web.process.poll() is None, web.log.read_text()
        with suppress(httpx.TransportError):
            if httpx.get(f"{web.url}/readyz").is_success:
                return
        time.sleep(0.1)
    raise TimeoutError(web.log.read_text())
