"""The web server: `python -m runningcoach.up.web FD`, where FD is a socket that listens."""

import socket
import sys

import uvicorn

from runningcoach.api.app import create_app
from runningcoach.jupyter import lifeline
from runningcoach.settings import settings


def main() -> None:
    """Serve until told to stop."""
    lifeline.follow_parent()
    door = socket.socket(fileno=int(sys.argv[1]))
    config = uvicorn.Config(
        create_app(settings()),
        log_level=settings().log_level.lower(),
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=3,
        lifespan="on",
    )
    uvicorn.Server(config).run(sockets=[door])


if __name__ == "__main__":
    main()
