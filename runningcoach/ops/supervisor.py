"""Start the whole program on one machine, keep it running, and stop it cleanly."""

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
ExtraParts = Callable[[Services], Sequence[Child]]


def up(
    settings: Settings,
    *,
    owner_password: str | None = None,
    before_ready: BeforeReady | None = None,
    extra_parts: ExtraParts | None = None,
) -> int:
    """Run everything until stopped; return the exit code.

    `before_ready` is called with a connection and the owner once the database is up to date,
    before the addresses are shown. The parts of `extra_parts` are started last, when pages
    are there already.
    """
    settings = settings.model_copy(update={"home": homes.prepare(settings.home)})
    homes.keep_private()
    try:
        with (
            stop_signals.raising_stop(),
            _exclusive_lock(settings),
            _open_sockets(settings) as sockets,
        ):
            _run(settings, sockets, owner_password, before_ready, extra_parts)
    except stop_signals.StopSignal:
        say(i18n.t("up.stopped"))
    return 0


def _run(
    settings: Settings,
    sockets: ListenSockets,
    owner_password: str | None,
    before_ready: BeforeReady | None,
    extra_parts: ExtraParts | None,
) -> None:
    """Start everything and keep it running until StopSignal is raised."""
    began = time.monotonic()
    group = ProcessGroup()
    try:
        services = Services(settings, sockets)
        _start(group, settings, services, owner_password, before_ready)
        group.start(extra_parts(services) if extra_parts else [])
        _show_addresses(sockets, settings, owner_password, time.monotonic() - began)
        group.keep()
    except stop_signals.StopSignal:
        say(i18n.t("up.stopping"))
        raise
    finally:
        stop_signals.ignore_signals()
        group.stop()


def _start(
    group: ProcessGroup,
    settings: Settings,
    services: Services,
    owner_password: str | None,
    before_ready: BeforeReady | None,
) -> None:
    """Start all parts: first those that warm up for seconds and do not need the database."""
    lap = _stopwatch()
    homes.close_to_others(settings.home)
    services.write_database_file()
    services.seal_ai_key()
    kernels = services.kernels()
    group.start([*kernels, *services.pages()])
    lap("kernels and pages begun")
    url = _database(group, settings)
    lap("database up")
    migrate.prepare(url, settings.home)
    lap("database up to date")
    group.start(services.web())
    with database.connect(url) as conn:
        owner = ensure_owner(conn, settings, owner_password)
        group.start([*services.lab(), *services.watching()])
        orphans.sweep(conn, settings.home, settings.sweep_after_hours * 3600)
        if before_ready:
            before_ready(conn, owner)
    lap("data ready")
    group.wait_until(ReadinessCheck(services.sockets, services.zygote_socket if kernels else None))
    lap("everything answers")
    group.start(services.scheduler())
    group.start(services.renewal())


def _database(group: ProcessGroup, settings: Settings) -> str:
    """Return the address of the database; start the embedded one unless another is set."""
    if settings.database_url:
        return settings.database_url.get_secret_value()
    server = EmbeddedPostgres(settings.home, settings.pg_bin)
    group.start([Database(server)])
    return server.url


@contextmanager
def _exclusive_lock(settings: Settings) -> Iterator[None]:
    """Lock this home for one running program; the lock ends with the process."""
    path = homes.folder(settings.home, "run") / "up.lock"
    with homes.writing(path), path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AlreadyUp(home=settings.home) from error
        yield


@contextmanager
def _open_sockets(settings: Settings) -> Iterator[ListenSockets]:
    sockets = ListenSockets(settings)
    try:
        yield sockets
    finally:
        sockets.close()


def _show_addresses(
    sockets: ListenSockets, settings: Settings, password: str | None, seconds: float
) -> None:
    """Print the addresses and the login."""
    say(i18n.t("up.ready", seconds=f"{seconds:.1f}"), "bold green")
    say(i18n.t("up.address", address=sockets.public_address), "bold")
    if password:
        say(i18n.t("up.login", username=settings.owner, password=password))
    if settings.lab:
        say(i18n.t("up.lab", address=f"{sockets.public_address}/lab/"))
    say(i18n.t("up.how_to_stop"), "dim")


def _stopwatch() -> Callable[[str], None]:
    began = time.monotonic()

    def lap(what: str) -> None:
        log.debug("%s after %.2f s", what, time.monotonic() - began)

    return lap
