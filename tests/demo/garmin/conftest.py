"""One simulator for all tests of this folder, as new before each of them."""

import contextlib
import json
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import garminconnect.client.sso
import pytest
from garminconnect import Garmin

from runningcoach.simulators.garmin import SimulatorClient, serve

UNTIL = date(2026, 11, 22)

type Connect = Callable[..., Garmin]


@pytest.fixture(scope="session")
def running() -> Iterator[SimulatorClient]:
    with serve(until=UNTIL) as fake:
        yield fake


@pytest.fixture
def fake(running: SimulatorClient) -> SimulatorClient:
    running.reset()
    return running


def led(garmin: Garmin, url: str) -> Garmin:
    """Lead a client of the real library to `url`, in plain HTTP."""
    client = garmin.client
    places = {
        "_sso": url,
        "_connect": url,
        "_connectapi": url,
        "_di_token_url": f"{url}/di-oauth2-service/oauth/token",
        "_ios_service_url": f"{url}/gcm/ios",
        "_mobile_sso_service_url": f"{url}/gcm/android",
        "_portal_service_url": f"{url}/app",
    }
    for name, place in places.items():
        assert hasattr(client, name), f"the library has no {name} any more"
        setattr(client, name, place)
    return garmin


@pytest.fixture
def connect(fake: SimulatorClient, monkeypatch: pytest.MonkeyPatch) -> Iterator[Connect]:
    """Return what makes clients of the real library that talk to the simulator, unhurried."""
    monkeypatch.delenv("GARMINTOKENS", raising=False)
    for name in ("MOBILE", "WIDGET", "LOGIN"):
        for end in ("MIN", "MAX"):
            monkeypatch.setattr(garminconnect.client.sso, f"{name}_DELAY_{end}_S", 0)

    with contextlib.ExitStack() as opened:

        def made(email: str | None = None, password: str | None = None, **options: Any) -> Garmin:
            client = led(Garmin(email, password, retry_attempts=0, **options), fake.url)
            for session in ("cs", "_api_session"):
                opened.callback(getattr(client.client, session).close)
            return client

        yield made


@pytest.fixture
def garmin(fake: SimulatorClient, connect: Connect) -> Garmin:
    """Return a client that is signed in; the log begins after it."""
    client = connect(fake.email, fake.password)
    client.login()
    fake.clear_log()
    return client


def tokens(garmin: Garmin) -> dict[str, str]:
    return json.loads(garmin.client.dumps())
