"""One simulator for all tests of this folder, as new before each of them."""

from collections.abc import Callable, Iterator

import pytest
from pydantic import SecretStr

from runningcoach.model.conversation import ModelApi
from runningcoach.simulators.openai import OpenAiSimulator, serve
from runningcoach.sources.openai.client import ModelClient

type Connect = Callable[..., ModelClient]


@pytest.fixture(scope="session")
def running() -> Iterator[OpenAiSimulator]:
    with serve() as simulator:
        yield simulator


@pytest.fixture
def simulator(running: OpenAiSimulator) -> OpenAiSimulator:
    running.reset()
    return running


@pytest.fixture(params=["responses", "chat"])
def api(request: pytest.FixtureRequest) -> ModelApi:
    return request.param


@pytest.fixture
def connect(simulator: OpenAiSimulator) -> Connect:
    """Return what makes clients of the simulator, by its key."""

    def made(api: ModelApi = "responses", timeout_s: float = 20.0) -> ModelClient:
        return ModelClient(simulator.url, SecretStr(simulator.key), api, timeout_s)

    return made


@pytest.fixture
def client(connect: Connect, api: ModelApi) -> ModelClient:
    """Return a client of each API in turn."""
    return connect(api)
