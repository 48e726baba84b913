"""`runningcoach doctor`: what is wrong with this installation and how to mend it."""

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal, NamedTuple

import httpx
from psycopg import Connection
from rich.console import Console
from rich.text import Text

from runningcoach.base import i18n, periods
from runningcoach.base.errors import RunningCoachError
from runningcoach.base.settings import Settings
from runningcoach.cli.opened import serving
from runningcoach.coach.talk import talk_settings
from runningcoach.derive import engine_versions
from runningcoach.ops import listen_sockets
from runningcoach.ops.problems import AddressUnusable, PortInUse
from runningcoach.store import accounts, database, derive_failures, inventory, job_runs
from runningcoach.store import home as homes
from runningcoach.store.database import migrate

State = Literal["ok", "warn", "fail"]
MARKS = {"ok": "[green]✓[/]", "warn": "[yellow]![/]", "fail": "[bold red]✗[/]"}
MOST_NAMED = 5
"""So many activities that failed are named."""
CLOCK_DAYS = 7
"""How long a clock that was ahead is reported."""
LOW_DISK_GB = 2.0
"""Room that ten years of originals and samples take, with as much again for safety."""


class CheckResult(NamedTuple):
    """The result of one check: state, words, and remedy."""

    state: State
    words: str
    remedy: str | None = None


def examine(settings: Settings, console: Console) -> int:
    """Print every finding; return 1 if something is broken, else 0."""
    worst: State = "ok"
    for finding in findings(settings):
        console.print(MARKS[finding.state], Text(finding.words), highlight=False)
        if finding.remedy and finding.state != "ok":
            console.print("  ", Text(finding.remedy), highlight=False)
        worst = max(worst, finding.state, key=list(MARKS).index)
    console.print(i18n.t(f"cli.doctor.all.{worst}"))
    return int(worst == "fail")


def findings(settings: Settings) -> Iterator[CheckResult]:
    """Yield the result of each check; skip checks that depend on a broken one."""
    yield python()
    yield home(settings)
    yield disk(settings)
    yield web(settings)
    try:
        with serving(settings) as url:
            yield _result("ok", "database", address=_where(settings))
            yield from inside(url, settings)
    except RunningCoachError as error:
        yield CheckResult("fail", error.what(), error.remedy())


def _result(state: State, key: str, **blanks: object) -> CheckResult:
    """Return a result with the words and remedy under cli.doctor.<key>."""
    words = i18n.t(f"cli.doctor.{key}.{state}", **blanks)
    return CheckResult(state, words, i18n.t(f"cli.doctor.{key}.remedy") if state != "ok" else None)


def _where(settings: Settings) -> str:
    return "DATABASE_URL" if settings.database_url else str(settings.home)


def python() -> CheckResult:
    """Return whether this Python is new enough."""
    version = ".".join(map(str, sys.version_info[:3]))
    return _result("ok" if sys.version_info >= (3, 12) else "fail", "python", version=version)


def home(settings: Settings) -> CheckResult:
    """Return whether the home can be written."""
    try:
        tempfile.TemporaryFile(dir=_nearest(settings.home)).close()
    except OSError:
        return _result("fail", "home", home=settings.home)
    return _result("ok", "home", home=settings.home)


def _nearest(place: Path) -> Path:
    """Return the folder, or the nearest above it that is there."""
    return next(path for path in (place, *place.absolute().parents) if path.exists())


def disk(settings: Settings) -> CheckResult:
    """Return whether there is room left."""
    place = _nearest(settings.home)
    free_gb = shutil.disk_usage(place).free / 1e9
    state = "ok" if free_gb >= LOW_DISK_GB else "warn"
    return _result(state if homes.has_room(place) else "fail", "disk", free=f"{free_gb:.1f}")


def web(settings: Settings) -> CheckResult:
    """Return whether the web server answers, or its port is free for it."""
    address = listen_sockets.address(settings)
    try:
        ours = httpx.get(f"{address}/readyz", timeout=2, trust_env=False)
    except (httpx.HTTPError, httpx.InvalidURL):
        return _port(settings)
    ready = ours.status_code == httpx.codes.OK
    return _result("ok" if ready else "warn", "web", address=address)


def _port(settings: Settings) -> CheckResult:
    """Return whether a web server could listen where it should."""
    try:
        listen_sockets.listening(settings.host, settings.port).close()
    except PortInUse:
        return _result("fail", "port", port=settings.port)
    except AddressUnusable as error:
        return CheckResult("fail", error.what(), error.remedy())
    return _result("ok", "port", port=settings.port)


def inside(url: str, settings: Settings) -> Iterator[CheckResult]:
    """Yield checks of the database: schema, key, samples, quarantine, stale or outdated rows."""
    waiting = migrate.pending(url)
    yield _result("warn" if waiting else "ok", "schema", count=len(waiting))
    if waiting:
        return
    with database.connect(url) as conn:
        looks = (
            key, samples, originals, quarantine, stale, parked_activities, finite, old_numbers,
            clock, coach,
        )  # fmt: skip
        for look in looks:
            yield look(conn, settings)


def key(conn: Connection[Any], settings: Settings) -> CheckResult:
    """Return whether sealed secrets can still be opened."""
    lost = inventory.count_secrets(conn) and not (settings.home / "secrets" / "master.key").exists()
    return _result("fail" if lost else "ok", "key")


def _missing(paths: list[str], there: Callable[[str], bool]) -> int:
    return sum(not there(path) for path in paths)


def _size(path: Path) -> int | None:
    """Return how long a file is; None where there is none."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return None


def samples(conn: Connection[Any], settings: Settings) -> CheckResult:
    """Return whether every sample file that the database names is there, as long as it was."""
    folder = settings.home / "samples"
    lost = sum(_size(folder / path) != size for path, size in inventory.sample_sizes(conn))
    return _result("fail" if lost else "ok", "samples", count=lost)


def originals(conn: Connection[Any], settings: Settings) -> CheckResult:
    """Return whether every original is there."""
    folder = settings.home / "originals"
    lost = _missing(
        inventory.original_hashes(conn),
        lambda sha256: (folder / sha256[:2] / f"{sha256}.zst").exists(),
    )
    return _result("fail" if lost else "ok", "originals", count=lost)


def quarantine(conn: Connection[Any], settings: Settings) -> CheckResult:  # noqa: ARG001
    """Return whether files wait in quarantine."""
    count = inventory.count_quarantined(conn)
    return _result("warn" if count else "ok", "quarantine", count=count)


def stale(conn: Connection[Any], settings: Settings) -> CheckResult:  # noqa: ARG001
    """Return whether derived numbers are behind the activities, or cannot be derived."""
    behind = inventory.list_stale_users(conn)
    failed = [user for user in behind if user.error]
    if not failed:
        return _result("warn" if behind else "ok", "stale", count=len(behind))
    words = [
        i18n.t(
            "cli.doctor.stale.fail",
            username=user.username,
            since=user.since,
            failed_at=f"{user.failed_at:%Y-%m-%d %H:%M}",
            error=user.error,
        )
        for user in failed
    ]
    return CheckResult("fail", "\n  ".join(words), i18n.t("cli.doctor.stale.remedy"))


def finite(conn: Connection[Any], settings: Settings) -> CheckResult:  # noqa: ARG001
    """Return whether every stored number is one."""
    counts = inventory.count_not_finite(conn)
    columns = ", ".join(f"{column} ({count})" for column, count in counts.items())
    return _result("fail" if counts else "ok", "finite", columns=columns)


def parked_activities(conn: Connection[Any], settings: Settings) -> CheckResult:  # noqa: ARG001
    """Return whether activities could not be derived: how many, which, and why."""
    parked = [
        activity
        for user in accounts.all_users(conn)
        for activity in derive_failures.list_parked(conn, user.id)
    ]
    which = "; ".join(
        f"{activity.activity_id}: {activity.reason}" for activity in parked[:MOST_NAMED]
    )
    more = "; …" if len(parked) > MOST_NAMED else ""
    return _result("warn" if parked else "ok", "parked", count=len(parked), which=which + more)


def old_numbers(conn: Connection[Any], settings: Settings) -> CheckResult:  # noqa: ARG001
    """Return whether an earlier engine made any of the derived numbers."""
    users = accounts.all_users(conn)
    count = sum(engine_versions.is_outdated(conn, user.id) for user in users)
    return _result("warn" if count else "ok", "outdated", count=count)


def coach(conn: Connection[Any], settings: Settings) -> CheckResult:
    """Return for how many the coach that talks is on, and whether OpenAI's server lacks a key."""
    enabled = [
        (user, current)
        for user in accounts.all_users(conn)
        if (current := talk_settings.load_settings(conn, user.id, settings.home)).is_enabled
    ]
    keyless = [user.username for user, one in enabled if not (one.has_key or one.base_url)]
    state = "warn" if keyless else "ok"
    return _result(state, "coach", count=len(enabled), usernames=", ".join(keyless))


def clock(conn: Connection[Any], settings: Settings) -> CheckResult:  # noqa: ARG001
    """Return whether jobs ran of late while the clock was ahead."""
    now = periods.now()
    count = job_runs.count_clock_ahead(conn, now, now - timedelta(days=CLOCK_DAYS))
    return _result("warn" if count else "ok", "clock", count=count, days=CLOCK_DAYS)
