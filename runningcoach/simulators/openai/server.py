"""Start and stop the simulator."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from runningcoach.simulators import loopback
from runningcoach.simulators.openai.app import application
from runningcoach.simulators.openai.handle import OpenAiSimulator
from runningcoach.simulators.openai.state import ModelServerState


@contextmanager
def serve(port: int = 0) -> Iterator[OpenAiSimulator]:
    """Run a simulator in a thread of this process, on the loopback, for as long as the block lasts.

    `port` 0 takes a free one.
    """
    server = loopback.build_server(partial(application, ModelServerState()))
    with (
        loopback.serving(server, port) as address,
        OpenAiSimulator(f"{address}/v1") as simulator,
    ):
        yield simulator


def listen(state: ModelServerState, port: int) -> None:
    """Serve on the loopback until the process is told to stop."""
    loopback.serve_until_stopped(loopback.build_server(partial(application, state)), port)
