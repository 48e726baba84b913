"""Bring compose.yaml up on this machine's Docker and see that it does what it promises.

    python deploy/trial/trial.py [--keep]

It needs Docker with Compose v2. Images that cannot be pulled are built by deploy/trial/Dockerfile
from what package registries carry. Containers and volumes have a project name of their own and are
removed at the end; no other project is touched.
"""

import argparse
import http.cookiejar
import json
import os
import shutil
import signal
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROJECT = "runningcoach-trial"
PORT = 18_443
NAS_USER = "1026:100"
"""The first user of a Synology: a number without a name in the image."""
STAND_INS = {"db": "pgvector/pgvector:0.8.6-pg18-trixie", "caddy": "caddy:2.11"}
PROGRAMS = ("app", "scheduler", "db", "caddy")


class Compose:
    """One compose project, run as one user."""

    def __init__(self, user: str) -> None:
        uid, gid = user.split(":")
        self.environment = os.environ | {
            "HTTPS_PORT": str(PORT), "PUID": uid, "PGID": gid, "DOCKER_BUILDKIT": "1",
        }  # fmt: skip

    def __call__(self, *words: str, check: bool = True) -> str:
        command = ["docker", "compose", "--project-name", PROJECT, *words]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False
        )
        if check and done.returncode:
            sys.exit(f"{' '.join(command)} failed:\n{done.stderr[-3000:]}")
        return done.stdout

    def up(self) -> None:
        self("up", "--detach", "--wait", *PROGRAMS)

    def states(self) -> dict[str, str]:
        rows = [json.loads(line) for line in self("ps", "--format", "json").splitlines()]
        return {row["Service"]: row["Health"] or row["State"] for row in rows}

    def in_app(self, *command: str) -> str:
        return self("exec", "-T", "app", *command)


class Visitor:
    """A browser's session by HTTPS, as far as a script can be one."""

    def __init__(self) -> None:
        untrusted = ssl.create_default_context()
        untrusted.check_hostname = False
        untrusted.verify_mode = ssl.CERT_NONE  # the authority is Caddy's own
        self._opener = urllib.request.build_opener(
            urllib.request.HTTPSHandler(context=untrusted),
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()),
        )

    def ask(self, path: str, content: dict[str, str] | None = None) -> str:
        data = None if content is None else json.dumps(content).encode()
        request = urllib.request.Request(
            f"https://localhost:{PORT}{path}", data, {"Content-Type": "application/json"}
        )
        with self._opener.open(request, timeout=60) as answer:
            return answer.read().decode()

    def log_in(self) -> None:
        password = (ROOT / "deploy/secrets/owner_password").read_text()
        self.ask("/api/v1/auth/login", {"username": "runner", "password": password})


def build(compose: Compose) -> None:
    """Build the program's image, and stand-ins for those that cannot be pulled."""
    network = ["--network", "host"]
    image = "runningcoach:local"
    _docker("build", *network, "--tag", image, "--file", "deploy/Dockerfile", ".")
    for target, name in STAND_INS.items():
        if _quietly("image", "inspect", name) or _quietly("pull", name):
            continue
        _docker("build", *network, "--target", target, "--tag", name, "deploy/trial")
    compose("config", "--quiet")


def _docker(*words: str) -> None:
    environment = os.environ | {"DOCKER_BUILDKIT": "1"}
    subprocess.run(["docker", *words], cwd=ROOT, env=environment, check=True, capture_output=True)


def _quietly(*words: str) -> bool:
    return not subprocess.run(["docker", *words], capture_output=True, check=False).returncode


def see(what: str, holds: Callable[[], object], seconds: float = 0.0) -> None:
    """Say that something holds, after so many seconds at most; end the trial if it does not."""
    give_up = time.monotonic() + seconds
    while True:
        try:
            if holds():
                print(f"ok    {what}")
                return
        except OSError:
            pass
        if time.monotonic() > give_up:
            sys.exit(f"FAILS {what}")
        time.sleep(1)


def trial(compose: Compose, visitor: Visitor) -> None:
    """See, in the order of a first evening: up, log in, jobs, restarts, no root, no secrets."""
    compose.up()
    see("all are up and healthy", lambda: set(compose.states()) == set(PROGRAMS))
    see("nothing without a login", lambda: not _answers("/api/v1/activities"))
    visitor.log_in()
    see("the owner logs in by HTTPS", lambda: '"owner"' in visitor.ask("/api/v1/auth/me"))
    see("a page is drawn", lambda: "<html" in visitor.ask("/voila/render/today.ipynb"), 30)
    visitor.ask("/api/v1/jobs/retention/run", {})
    see("the scheduler runs a job", lambda: '"succeeded"' in visitor.ask("/api/v1/jobs/runs"), 90)
    see("not root", lambda: compose.in_app("id", "-u").strip() == compose.environment["PUID"])
    see("no password in an environment", lambda: not _leaks(compose))
    for name in PROGRAMS:
        kill(compose, name)
        see(f"{name} comes back after kill -9", lambda: _is_well(compose, visitor), 120)
    compose("down")
    compose.up()
    see("the account outlives down and up", lambda: _is_well(compose, visitor), 60)


def kill(compose: Compose, name: str) -> None:
    """Kill a container's first process from outside: a death that nobody ordered."""
    container = compose("ps", "--quiet", name).strip()
    command = ["docker", "inspect", "--format", "{{.State.Pid}}", container]
    pid = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    os.kill(int(pid), signal.SIGKILL)
    time.sleep(1)


def _answers(path: str) -> bool:
    try:
        Visitor().ask(path)
    except urllib.error.HTTPError as error:
        return error.code != 401
    return True


def _is_well(compose: Compose, visitor: Visitor) -> bool:
    states = compose.states()
    all_up = set(states) == set(PROGRAMS) and not {"starting", "unhealthy"} & set(states.values())
    return all_up and '"owner"' in visitor.ask("/api/v1/auth/me")


def _leaks(compose: Compose) -> bool:
    names = ("db_password", "owner_password")
    secrets = [(ROOT / "deploy/secrets" / name).read_text() for name in names]
    seen = compose.in_app("sh", "-c", "cat /proc/[0-9]*/cmdline /data/logs/* 2>/dev/null")
    seen += compose("logs") + compose("config")
    return any(secret in seen for secret in secrets)


def main() -> None:
    """Try it as an ordinary user of a NAS, and remove what was made."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", action="store_true", help="leave the containers running")
    keeps = parser.parse_args().keep
    if shutil.which("docker") is None:
        sys.exit("Docker is not there: nothing was tried")
    subprocess.run([ROOT / "deploy/make-secrets"], check=True, capture_output=True)
    compose = Compose(NAS_USER)
    build(compose)
    compose("down", "--volumes")
    try:
        trial(compose, Visitor())
    finally:
        if not keeps:
            compose("down", "--volumes")


if __name__ == "__main__":
    main()
