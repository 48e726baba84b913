"""Garmin in the demo: the simulator, and the program that connects the made-up runner.

`python -m runningcoach.cli.demo_garmin` connects by key and by sign-in, orders a sync, and lets the
workouts of the runner's plan go to the watch.
"""

import logging
import socket
import sys
import time
from contextlib import suppress
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from psycopg import Connection

from runningcoach.base import logs, parent_process
from runningcoach.base.settings import Settings, settings
from runningcoach.ingest.garmin import connection
from runningcoach.jobs import GarminOrder, sync_requests
from runningcoach.jobs.problems import AlreadyRuns
from runningcoach.jobs.workout_push_requests import request_push
from runningcoach.model.user import User
from runningcoach.ops.child_processes import Program
from runningcoach.ops.owner import ensure_owner
from runningcoach.ops.services import Services
from runningcoach.simulators.garmin import SimulatorClient
from runningcoach.store import database, plans, workout_schedules

log = logging.getLogger(__name__)

HOST = "127.0.0.1"
PATIENCE_S = 60.0


def free_address() -> str:
    """Return where the simulator may listen."""
    with socket.create_server((HOST, 0)) as probe:
        return f"http://{HOST}:{probe.getsockname()[1]}"


def programs(
    parts: Services, demo_settings: Settings, *, seed: int, years: float, until: date
) -> list[Program]:
    """Return the simulator, and the program that connects the made-up runner to it."""
    port = urlsplit(demo_settings.garmin_url or "").port
    arguments = ("--port", port, "--until", until, "--seed", seed, "--years", years)
    words = [*map(str, arguments), "--language", demo_settings.language]
    return [
        parts.extra_part("garmin", "simulators.garmin", *words),
        parts.extra_part("garmin_connect", "cli.demo_garmin", once=True),
    ]


def main() -> None:
    """Connect, order a sync, and end; the schedule does the rest."""
    parent_process.follow_parent()
    logs.configure(settings().log_level)
    log.info("Garmin is simulated here: no request leaves this machine")
    _wait_for(settings().garmin_url or "")
    with database.connect() as conn:
        _connect(conn, ensure_owner(conn, settings()))


def _connect(conn: Connection[Any], owner: User) -> None:
    where = connection.endpoint_from(settings())
    # The simulator of this start knows nothing of what went to the one before.
    workout_schedules.forget_deliveries(conn, owner.id)
    connection.connect_key(conn, owner.id, SimulatorClient.key, where)
    connection.sign_in(conn, owner.id, SimulatorClient.email, SimulatorClient.password, where)
    with suppress(AlreadyRuns):
        sync_requests.request_sync(conn, owner, GarminOrder("incremental"))
    if plans.get_current(conn, owner.id) is not None:
        request_push(conn, owner)


def _wait_for(url: str) -> None:
    """Wait until the simulator listens."""
    give_up = time.monotonic() + PATIENCE_S
    while time.monotonic() < give_up:
        with socket.socket() as probe:
            if probe.connect_ex((HOST, urlsplit(url).port or 0)) == 0:
                return
        time.sleep(0.1)
    sys.exit("the simulator of Garmin does not answer")


if __name__ == "__main__":
    main()
