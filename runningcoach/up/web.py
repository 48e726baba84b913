"""The web server: `python -m runningcoach.up.web FD`, where FD is a socket that listens.

What takes long to import is imported in `main`: processes that decode uploads import this module
again, as they do with the main module of any program that starts them.
"""

import socket
import sys

from runningcoach import i18n, logs
from runningcoach.jupyter import lifeline
from runningcoach.settings import settings


def main() -> None:
    """Serve until told to stop."""
    from runningcoach.api import server

    lifeline.follow_parent()
    logs.configure(settings().log_level)
    i18n.use(settings().language)
    server.serve(settings(), [socket.socket(fileno=int(sys.argv[1]))])


if __name__ == "__main__":
    main()
