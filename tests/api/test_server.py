"""The web server as it runs: a process of its own, real sockets."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from runningcoach.records import User

from .conftest import PASSWORD


@pytest.fixture
def web(database_url: str, home: Path, tmp_path: Path) -> Iterator[tuple[str, Path]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {
        "DATABASE_URL": database_url,
        "RUNNINGCOACH_HOME": str(home),
        "RUNNINGCOACH_PORT": str(port),
    }
    log = tmp_path / "log"
    with log.open("w") as err:
        process = subprocess.Popen(
            [sys.executable, "-m", "runningcoach.api"], env=os.environ | settings, stderr=err
        )
        try:
            yield ready(f"http://127.0.0.1:{port}"), log
            process.send_signal(signal.SIGTERM)
            assert process.wait(15) in (0, -signal.SIGTERM)
        finally:
            process.kill()
            process.wait()


def ready(address: str) -> str:
    for _ in range(300):
        try:
            if httpx.get(f"{address}/readyz").is_success:
                return address
        except httpx.TransportError:
            time.sleep(0.1)
    raise TimeoutError(address)


def test_login_read_and_log(web: tuple[str, Path], ann: User):
    address, log = web
    with httpx.Client(base_url=address) as http:
        assert http.get("/api/v1/activities").status_code == 401
        form = {"username": "ann", "password": PASSWORD, "next": "/api/v1/auth/me"}
        entered = http.post("/login", data=form, headers={"origin": address})
        assert (entered.status_code, entered.headers["location"]) == (303, "/api/v1/auth/me")
        assert http.get(entered.headers["location"]).json()["username"] == "ann"
        listed = http.get("/api/v1/activities?q=secret-word")
        assert listed.json() == {"items": [], "next": None}
        token = http.cookies["runningcoach_session"]
    written = log.read_text()
    assert PASSWORD not in written
    assert token not in written
    assert "secret-word" not in written
    lines = [json.loads(line) for line in written.splitlines()]
    (line,) = [one for one in lines if one.get("request_id") == listed.headers["x-request-id"]]
    assert line["message"] == "GET /api/v1/activities 200"
    assert line["user_id"] == ann.id
