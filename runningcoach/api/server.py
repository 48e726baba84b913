"""Run the web server: uvicorn, with limits on every connection."""

import socket
from collections.abc import Sequence
from functools import partial

import uvicorn

from runningcoach.api import connection_limits
from runningcoach.api.app import create_app
from runningcoach.api.client_addresses import TrustedProxies
from runningcoach.api.connection_limits import GuardedHttp, GuardedWebSocket, OpenConnections
from runningcoach.base.settings import Settings

CLOSING_S = 3


def configuration(settings: Settings) -> uvicorn.Config:
    """Return uvicorn's configuration; our own log lines take the place of uvicorn's.

    uvicorn would believe what a proxy on this machine says of its clients. We believe the
    proxies that the settings name, and those alone.
    """
    opened = OpenConnections(TrustedProxies(settings.trusted_proxies))
    return uvicorn.Config(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        http=partial(GuardedHttp, opened=opened),  # type: ignore[arg-type]
        ws=partial(GuardedWebSocket, opened=opened),  # type: ignore[arg-type]
        timeout_keep_alive=connection_limits.IDLE_S,  # type: ignore[arg-type]
        proxy_headers=False,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=CLOSING_S,
        lifespan="on",
    )


def serve(settings: Settings, sockets: Sequence[socket.socket] | None = None) -> None:
    """Serve until told to stop, at the settings' address or on sockets that listen already."""
    uvicorn.Server(configuration(settings)).run(list(sockets) if sockets else None)
