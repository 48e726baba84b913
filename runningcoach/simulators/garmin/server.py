"""Start and stop the simulator."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from starlette.types import ASGIApp

from runningcoach.simulators import loopback
from runningcoach.simulators.garmin.app import application
from runningcoach.simulators.garmin.gate import RequestGate
from runningcoach.simulators.garmin.handle import SimulatorClient
from runningcoach.simulators.garmin.world import InitialState, SimulatorState


def server(world: SimulatorState) -> loopback.LoopbackServer:
    """Return the server of a world; its `run` wants the sockets to listen on."""

    def gated(hang_up: loopback.HangUp) -> ASGIApp:
        return RequestGate(application(world), world, hang_up)

    return loopback.build_server(gated)


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
    with loopback.serving(running, port) as address, SimulatorClient(address) as fake:
        yield fake


def listen(beginning: InitialState, port: int) -> None:
    """Serve on the loopback until the process is told to stop."""
    loopback.serve_until_stopped(server(SimulatorState.new(beginning)), port)
