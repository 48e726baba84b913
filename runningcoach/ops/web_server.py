"""The web server: `python -m runningcoach.ops.web_server FD`, where FD is a socket that listens.

What takes long to import is imported in `main`: processes that decode uploads import this module
again, as they do with the main module of any program that starts them.
"""

import socket
import sys

from runningcoach.base import i18n, logs, parent_process
from runningcoach.base.settings import settings


def main() -> None:
    """Serve until stopped."""
    from runningcoach.api import server

    parent_process.follow_parent()
    logs.configure(settings().log_level)
    i18n.use(settings().language)
    server.serve(settings(), [socket.socket(fileno=int(sys.argv[1]))])


if __name__ == "__main__":
    main()
