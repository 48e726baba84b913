"""Starts everything on a bare machine, keeps it running, and stops it cleanly."""

import fcntl
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from psycopg import Connection

from runningcoach.base import i18n
from runningcoach.base.settings import Settings
from runningcoach.model.user import User
from runningcoach.ops import stop_signals
from runningcoach.ops.child_processes import Child, Database
from runningcoach.ops.listen_sockets import ListenSockets
from runningcoach.ops.owner import ensure_owner
from runningcoach.ops.problems import AlreadyUp
from runningcoach.ops.process_group import ProcessGroup
from runningcoach.ops.readiness import ReadinessCheck
from runningcoach.ops.services import Services
from runningcoach.ops.terminal import say
from runningcoach.store import database
from runningcoach.store import home as homes
from runningcoach.store.blobs import orphans
from runningcoach.store.database import migrate
from runningcoach.store.database.embedded import EmbeddedPostgres

log = logging.getLogger(__name__)

BeforeReady = Callable[[Connection[Any], User], None]
Beside = Callable[[Services], Sequence[Child]]


def up(
    settings: Settings,
    *,
    owner_password: str | None = None,
    before_ready: BeforeReady | None = None,
    beside: Beside | None = None,
) -> int:
    """Run everything until told to stop; return the exit code.

    `before_ready` is called with a connection and the owner once the database is up to date,
    before the addresses are shown. The parts that `beside` returns are started last, when pages
    are there already.
    """
    settings = settings.model_copy(update={"home": homes.prepare(settings.home)})
    homes.keep_private()
    try:
        with stop_signals.raising_stop(), _alone(settings), _doors(settings) as doors:
            _run(settings, doors, owner_password, before_ready, beside)
    except stop_signals.StopSignal:
        say(i18n.t("up.stopped"))
    return 0


def _run(
    settings: Settings,
    doors: ListenSockets,
    owner_password: str | None,
    before_ready: BeforeReady | None,
    beside: Beside | None,
) -> None:
    """Start everything and keep it running until Stop is raised."""
    began = time.monotonic()
    household = ProcessGroup()
    try:
        parts = Services(settings, doors)
        _start(household, settings, parts, owner_password, before_ready)
        household.start(beside(parts) if beside else [])
        _tell(doors, settings, owner_password, time.monotonic() - began)
        household.keep()
    except stop_signals.StopSignal:
        say(i18n.t("up.stopping"))
        raise
    finally:
        stop_signals.pass_over()
        household.stop()


def _start(
    household: ProcessGroup,
    settings: Settings,
    parts: Services,
    owner_password: str | None,
    before_ready: BeforeReady | None,
) -> None:
    """Start all parts: first those that warm up for seconds and do not need the database."""
    lap = _stopwatch()
    homes.close_to_others(settings.home)
    parts.write_database_file()
    kernels = parts.kernels()
    household.start([*kernels, *parts.pages()])
    lap("kernels and pages begun")
    url = _database(household, settings)
    lap("database up")
    migrate.prepare(url, settings.home)
    lap("database up to date")
    household.start(parts.web())
    with database.connect(url) as conn:
        owner = ensure_owner(conn, settings, owner_password)
        household.start([*parts.lab(), *parts.watching()])
        orphans.sweep(conn, settings.home, settings.sweep_after_hours * 3600)
        if before_ready:
            before_ready(conn, owner)
    lap("data ready")
    household.wait_until(ReadinessCheck(parts.doors, parts.zygote_socket if kernels else None))
    lap("everything answers")
    household.start(parts.scheduler())
    household.start(parts.renewal())


def _database(household: ProcessGroup, settings: Settings) -> str:
    """Return the address of the database; start the embedded one unless another is set."""
    if settings.database_url:
        return settings.database_url.get_secret_value()
    server = EmbeddedPostgres(settings.home, settings.pg_bin)
    household.start([Database(server)])
    return server.url


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """Be the only one to run in this home; the lock ends with the process."""
    path = homes.folder(settings.home, "run") / "up.lock"
    with homes.writing(path), path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AlreadyUp(home=settings.home) from error
        yield


@contextmanager
def _doors(settings: Settings) -> Iterator[ListenSockets]:
    doors = ListenSockets(settings)
    try:
        yield doors
    finally:
        doors.close()


def _tell(doors: ListenSockets, settings: Settings, password: str | None, seconds: float) -> None:
    """Show where to look."""
    say(i18n.t("up.ready", seconds=f"{seconds:.1f}"), "bold green")
    say(i18n.t("up.address", address=doors.public_address), "bold")
    if password:
        say(i18n.t("up.login", username=settings.owner, password=password))
    if settings.lab:
        say(i18n.t("up.lab", address=f"{doors.public_address}/lab/"))
    say(i18n.t("up.how_to_stop"), "dim")


def _stopwatch() -> Callable[[str], None]:
    began = time.monotonic()

    def lap(what: str) -> None:
        log.debug("%s after %.2f s", what, time.monotonic() - began)

    return lap
