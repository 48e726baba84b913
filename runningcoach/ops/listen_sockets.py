"""The sockets that the servers listen on, opened before anything starts.

`up` keeps them open, so a server that is started again finds its callers waiting, not refused.
"""

import errno
import socket
from contextlib import closing

from runningcoach.base.settings import Settings
from runningcoach.ops.problems import AddressUnusable, PortInUse

LOOPBACK = "127.0.0.1"
ANY = {"0.0.0.0": LOOPBACK, "::": "::1"}  # noqa: S104  read, not listened on
UNUSABLE = {errno.EACCES, errno.EADDRNOTAVAIL, errno.EPERM}


class ListenSockets:
    """The open sockets of one run."""

    def __init__(self, settings: Settings) -> None:
        self.web = listening(settings.host, settings.port)
        self.pages = listening(LOOPBACK, 0)
        self.lab_port = _free_port() if settings.lab else None
        self.address = address(settings)
        self.public_address = settings.public_url or self.address

    @property
    def pages_address(self) -> str:
        """Where the server of the pages listens."""
        return f"{LOOPBACK}:{self.pages.getsockname()[1]}"

    def close(self) -> None:
        """Close them."""
        self.web.close()
        self.pages.close()


def address(settings: Settings) -> str:
    """Return the address of the web server as a program on this machine asks for it."""
    host = ANY.get(settings.host, settings.host)
    return f"http://[{host}]:{settings.port}" if ":" in host else f"http://{host}:{settings.port}"


def listening(host: str, port: int) -> socket.socket:
    """Return a listening socket. Raises PortInUse or AddressUnusable."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=1024)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortInUse(host=host, port=port) from error
        if error.errno in UNUSABLE or isinstance(error, socket.gaierror):
            raise AddressUnusable(host=host, port=port) from error
        raise


def _free_port() -> int:
    with closing(listening(LOOPBACK, 0)) as probe:
        return probe.getsockname()[1]
