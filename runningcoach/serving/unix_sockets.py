"""Unix sockets of whole messages, at paths of any length."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ZYGOTE = "RUNNINGCOACH_ZYGOTE"
"""Environment variable that names the socket of the zygote."""


@contextmanager
def _short(path: str) -> Iterator[str]:
    """Yield a short name for `path`: the kernel takes 107 bytes at most."""
    folder = os.open(Path(path).parent, os.O_PATH | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{Path(path).name}"
    finally:
        os.close(folder)


def listening(path: str) -> socket.socket:
    """Return a socket that listens at `path`, for this user alone."""
    Path(path).unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    mask = os.umask(0o177)
    try:
        with _short(path) as name:
            listener.bind(name)
    finally:
        os.umask(mask)
    listener.listen(64)
    return listener


def connected(path: str) -> socket.socket:
    """Return a socket that is connected to the one that listens at `path`."""
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    try:
        with _short(path) as name:
            connection.connect(name)
    except OSError:
        connection.close()
        raise
    return connection
