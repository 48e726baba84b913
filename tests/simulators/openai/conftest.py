"""One simulator for all tests of this folder, as new before each of them."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import openai
import pytest

from runningcoach.simulators.openai import OpenAiSimulator, serve

type Post = Callable[[str, Any], httpx.Response]


@pytest.fixture(scope="session")
def running() -> Iterator[OpenAiSimulator]:
    with serve() as simulator:
        yield simulator


@pytest.fixture
def simulator(running: OpenAiSimulator) -> OpenAiSimulator:
    running.reset()
    return running


@pytest.fixture
def library(simulator: OpenAiSimulator) -> Iterator[openai.OpenAI]:
    """Return the real library as anybody would use it."""
    with openai.OpenAI(base_url=simulator.url, api_key=simulator.key, max_retries=0) as client:
        yield client


@pytest.fixture
def post(simulator: OpenAiSimulator) -> Iterator[Post]:
    """Return what sends a body to a path, as it is."""
    headers = {"authorization": f"Bearer {simulator.key}"}
    with httpx.Client(trust_env=False, headers=headers) as http:
        yield lambda path, body: http.post(f"{simulator.url}{path}", json=body)
