"""The web server under a simulator, on the loopback: for a block of a test, or for ever."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp, Scope

_HOST = "127.0.0.1"

type HangUp = Callable[[Scope], None]


class LoopbackServer(uvicorn.Server):
    """uvicorn that can break off a connection in the middle of a request or an answer."""

    def hang_up(self, scope: Scope) -> None:
        """Break off the connection of a request."""
        for connection in list(self.server_state.connections):
            if getattr(connection, "scope", None) is scope and connection.transport:
                connection.transport.abort()


def build_server(make_app: Callable[[HangUp], ASGIApp]) -> LoopbackServer:
    """Return the server of an app, which is given the means to hang up."""

    def hang_up(scope: Scope) -> None:
        built.hang_up(scope)

    # curl asks to upgrade plain HTTP to HTTP/2; only h11 lets the body of such a request through.
    config = uvicorn.Config(
        make_app(hang_up), http="h11", loop="asyncio", ws="none",
        lifespan="off", log_config=None, log_level="critical", access_log=False,
        date_header=False, server_header=False, proxy_headers=False,
        timeout_graceful_shutdown=1, timeout_keep_alive=60,
    )  # fmt: skip
    built = LoopbackServer(config)
    return built


@contextmanager
def serving(server: LoopbackServer, port: int = 0) -> Iterator[str]:
    """Run a server in a thread and give its address for as long as the block lasts.

    `port` 0 takes a free one.
    """
    with _listener(port) as listener:
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        _wait(server, thread)
        try:
            yield f"http://{_HOST}:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


def serve_until_stopped(server: LoopbackServer, port: int) -> None:
    """Serve until the process is told to stop."""
    with _listener(port) as listener:
        server.run([listener])


def _listener(port: int) -> socket.socket:
    """Return a listening socket; asyncio sends without delay only where TCP is named outright."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((_HOST, port))
    listener.listen(128)
    return listener


def _wait(server: LoopbackServer, thread: threading.Thread) -> None:
    while not server.started:
        if not thread.is_alive():
            raise RuntimeError("the simulator did not start")
        time.sleep(0.005)
