"""The web server: `python -m runningcoach.up.web FD`, where FD is a socket that listens.

What takes long to import is imported in `main`: processes that decode uploads import this module
again, as they do with the main module of any program that starts them.
"""

import socket
import sys

from runningcoach import i18n, logs
from runningcoach.jupyter import lifeline
from runningcoach.settings import settings

CLOSING_S = 3


def main() -> None:
    """Serve until told to stop."""
    import uvicorn

    from runningcoach.api.app import create_app

    lifeline.follow_parent()
    logs.configure(settings().log_level)
    i18n.use(settings().language)
    door = socket.socket(fileno=int(sys.argv[1]))
    config = uvicorn.Config(
        create_app(settings()),
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=CLOSING_S,
        lifespan="on",
    )
    uvicorn.Server(config).run(sockets=[door])


if __name__ == "__main__":
    main()
