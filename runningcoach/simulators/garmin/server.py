"""Start and stop the simulator."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import uvicorn
from starlette.types import Scope

from runningcoach.simulators.garmin.app import application
from runningcoach.simulators.garmin.gate import RequestGate
from runningcoach.simulators.garmin.handle import SimulatorClient
from runningcoach.simulators.garmin.world import InitialState, SimulatorState

_HOST = "127.0.0.1"


class _Server(uvicorn.Server):
    """uvicorn that can hang up on a client in the middle of a request."""

    def hang_up(self, scope: Scope) -> None:
        for connection in list(self.server_state.connections):
            if getattr(connection, "scope", None) is scope and connection.transport:
                connection.transport.abort()


def server(world: SimulatorState) -> uvicorn.Server:
    """Return the server of a world; its `run` wants the sockets to listen on."""

    def hang_up(scope: Scope) -> None:
        built.hang_up(scope)

    # curl asks to upgrade plain HTTP to HTTP/2; only h11 lets the body of such a request through.
    config = uvicorn.Config(
        RequestGate(application(world), world, hang_up), http="h11", loop="asyncio", ws="none",
        lifespan="off", log_config=None, log_level="critical", access_log=False,
        date_header=False, server_header=False, proxy_headers=False,
        timeout_graceful_shutdown=1, timeout_keep_alive=60,
    )  # fmt: skip
    built = _Server(config)
    return built


@contextmanager
def serve(
    *, until: date, seed: int = 7, years: float = 2.0, language: str = "ko", port: int = 0,
    token_ttl_s: float = 86_400.0, mfa: bool = False, cold_after_days: int | None = None,
) -> Iterator[SimulatorClient]:  # fmt: skip
    """Run a simulator in a thread of this process, on the loopback, for as long as the block lasts.

    The account stands as on the morning of `until`, `years` long; the same arguments give the
    same account, and the FIT files are those of `write_export`. `port` 0 takes a free one.
    Access tokens live `token_ttl_s`; intraday data of more than `cold_after_days` ago is empty
    until a reload is asked for (None: never).
    """
    beginning = InitialState(until, seed, years, language, token_ttl_s, mfa, cold_after_days)
    running = server(SimulatorState.new(beginning))
    with _door(port) as door:
        thread = threading.Thread(target=running.run, args=([door],), daemon=True)
        thread.start()
        _wait(running, thread)
        try:
            with SimulatorClient(f"http://{_HOST}:{door.getsockname()[1]}") as fake:
                yield fake
        finally:
            running.should_exit = True
            thread.join()


def listen(beginning: InitialState, port: int) -> None:
    """Serve on the loopback until the process is told to stop."""
    with _door(port) as door:
        server(SimulatorState.new(beginning)).run([door])


def _door(port: int) -> socket.socket:
    """Return a listening socket; asyncio sends without delay only where TCP is named outright."""
    door = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    door.bind((_HOST, port))
    door.listen(128)
    return door


def _wait(running: uvicorn.Server, thread: threading.Thread) -> None:
    while not running.started:
        if not thread.is_alive():
            raise RuntimeError("the simulator did not start")
        time.sleep(0.005)
