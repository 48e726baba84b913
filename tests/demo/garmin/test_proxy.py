"""Nothing patched: the real library by its own addresses, over TLS, and nobody else reached."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from runningcoach.simulators.garmin import SimulatorClient

from .tls_proxy import TlsProxy

_SIGN_IN = """
import json, sys
from garminconnect import Garmin
email, password, code = sys.argv[1:]
garmin = Garmin(email, password, prompt_mfa=lambda: code, retry_attempts=0)
garmin.login()
number = garmin.get_activities(0, 1)[0]["activityId"]
archive = garmin.download_activity(str(number), Garmin.ActivityDownloadFormat.ORIGINAL)
again = Garmin(retry_attempts=0)
again.login(tokenstore=garmin.client.dumps())
print(json.dumps([garmin.display_name, garmin.count_activities(), len(archive),
                  again.get_hrv_data("2026-11-18")["hrvSummary"]["lastNightAvg"]]))
"""
_LEAK = """
import requests
try:
    requests.get("https://example.org/", timeout=5)
except requests.exceptions.ProxyError as error:
    print("turned away")
"""


@pytest.fixture
def proxy(fake: SimulatorClient, tmp_path: Path) -> Iterator[TlsProxy]:
    port = int(fake.url.rpartition(":")[2])
    with TlsProxy(port, tmp_path / "authority.pem").running() as proxy:
        yield proxy


def ran(proxy: TlsProxy, script: str, *arguments: str) -> str:
    bare = {name: value for name, value in os.environ.items() if name.lower() != "no_proxy"}
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments], env=bare | proxy.environment, check=True,
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    return done.stdout.strip()


def test_library_signs_in_over_tls_by_garmins_own_names(
    fake: SimulatorClient, proxy: TlsProxy
) -> None:
    fake.mfa()
    said = ran(proxy, _SIGN_IN, fake.email, fake.password, fake.mfa_code)
    assert said.startswith(f'["{fake.display_name}", {len(fake.activity_ids())}, ')
    assert set(proxy.seen) == {"sso.garmin.com", "diauth.garmin.com", "connectapi.garmin.com"}
    assert proxy.turned_away == []
    assert {call.status for call in fake.log()} == {200}


def test_other_hosts_are_turned_away_and_seen(proxy: TlsProxy) -> None:
    assert ran(proxy, _LEAK) == "turned away"
    assert proxy.turned_away == ["example.org:443"]
