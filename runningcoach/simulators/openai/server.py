"""Start and stop the simulator."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import Scope

from runningcoach.simulators.openai.app import application
from runningcoach.simulators.openai.handle import OpenAiSimulator
from runningcoach.simulators.openai.state import ModelServerState

_HOST = "127.0.0.1"


class _AbortingServer(uvicorn.Server):
    """uvicorn that can break off a connection in the middle of an answer."""

    def hang_up(self, scope: Scope) -> None:
        for connection in list(self.server_state.connections):
            if getattr(connection, "scope", None) is scope and connection.transport:
                connection.transport.abort()


def server(state: ModelServerState) -> uvicorn.Server:
    """Return the server over a state; its `run` wants the sockets to listen on."""

    def hang_up(scope: Scope) -> None:
        built.hang_up(scope)

    config = uvicorn.Config(
        application(state, hang_up), http="h11", loop="asyncio", ws="none", lifespan="off",
        log_config=None, log_level="critical", access_log=False, server_header=False,
        proxy_headers=False, timeout_graceful_shutdown=1, timeout_keep_alive=60,
    )  # fmt: skip
    built = _AbortingServer(config)
    return built


@contextmanager
def serve(port: int = 0) -> Iterator[OpenAiSimulator]:
    """Run a simulator in a thread of this process, on the loopback, for as long as the block lasts.

    `port` 0 takes a free one.
    """
    running = server(ModelServerState())
    with _listener(port) as listener:
        thread = threading.Thread(target=running.run, args=([listener],), daemon=True)
        thread.start()
        _wait(running, thread)
        try:
            with OpenAiSimulator(f"http://{_HOST}:{listener.getsockname()[1]}/v1") as simulator:
                yield simulator
        finally:
            running.should_exit = True
            thread.join()


def listen(state: ModelServerState, port: int) -> None:
    """Serve on the loopback until the process is told to stop."""
    with _listener(port) as listener:
        server(state).run([listener])


def _listener(port: int) -> socket.socket:
    """Return a listening socket; asyncio sends without delay only where TCP is named outright."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((_HOST, port))
    listener.listen(128)
    return listener


def _wait(running: uvicorn.Server, thread: threading.Thread) -> None:
    while not running.started:
        if not thread.is_alive():
            raise RuntimeError("the simulator did not start")
        time.sleep(0.005)
