"""Nothing patched: Garmin's names, TLS, both real libraries, the whole history."""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from runningcoach.simulators.garmin import SimulatorClient, serve
from tests.conftest import PROJECT
from tests.demo.garmin.tls_proxy import TlsProxy

from . import fetch_over_tls
from .conftest import TODAY

pytestmark = [pytest.mark.slow, pytest.mark.deep]

YEARS = float(os.environ.get("RC_GARMIN_TLS_YEARS", "0.3"))
"""2 for all that the made-up runner has; some minutes then."""


@pytest.fixture
def account() -> Iterator[SimulatorClient]:
    with serve(until=TODAY, years=YEARS, mfa=True) as fake:
        yield fake


@pytest.fixture
def proxy(account: SimulatorClient, tmp_path: Path) -> Iterator[TlsProxy]:
    port = int(account.url.rpartition(":")[2])
    with TlsProxy(port, tmp_path / "authority.pem").running() as proxy:
        yield proxy


def test_everything_comes_over_tls_by_both_lanes(account, proxy, database_url, user, home):
    fake = account
    arguments = [database_url, str(user.id), str(home), fake.email, fake.password, fake.key]
    done = subprocess.run(
        [sys.executable, fetch_over_tls.__file__, *arguments, "000000", fake.mfa_code],
        env=_bare() | proxy.environment | {"PYTHONPATH": str(PROJECT)},
        capture_output=True, text=True, timeout=280, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    told = json.loads(done.stdout)
    assert told["status"] == "connected"
    (first, everything, nothing) = told["reports"]
    assert (first[0], everything[0], nothing[0]) == (None, None, None)
    assert first[1] + everything[1] == len(fake.activity_ids())
    assert (nothing[1], nothing[2]) == (0, 0)
    assert nothing[3] <= 20

    assert proxy.turned_away == []
    assert {host.split(".garmin")[0] for host in proxy.seen} == {
        "sso", "diauth", "connectapi", "personal.connectapi",
    }  # fmt: skip
    calls = fake.log()
    assert {call.in_flight for call in calls} == {1}
    assert len([call for call in calls if call.path.endswith("/api/login")]) == 1
    downloads = Counter(call.path for call in calls if "/download-service/" in call.path)
    assert set(downloads.values()) == {1}
    assert len(downloads) == len(fake.activity_ids())
    for secret in (fake.password, fake.key, fake.mfa_code, "Bearer ey"):
        assert secret not in done.stderr


def _bare() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name.lower() != "no_proxy"}
