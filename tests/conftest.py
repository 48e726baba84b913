"""What all tests share: real files to read, and a real PostgreSQL to write to.

Folders of real files come from the environment; where they are absent a test skips and says
why. One server is started for a test session; a test that asks gets a database of its own,
cloned from a template that was migrated once.
"""

import io
import logging
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import hypothesis
import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from psycopg.rows import class_row
from xdist.scheduler.loadscope import LoadScopeScheduling

from runningcoach.base import logs
from runningcoach.model.user import User
from runningcoach.store import database
from runningcoach.store.database import migrate
from runningcoach.store.database.embedded import EmbeddedPostgres
from tests.program import UP, Run, free_port

hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")

PROJECT = Path(__file__).resolve().parents[1]
SHARED = PROJECT.parent / "shared" / "corpus"


TOGETHER = {
    "tests/garmin/": "garmin",
    "tests/browser/": "browser",
    "tests/coach/knowledge/": "knowledge",
    "tests/test_corpus_import.py": "corpus",
    "tests/ingest/test_corpus_recordings.py": "corpus",
}
"""Tests, by how their address begins, that share what takes long: a site, a history, files."""


class Together(LoadScopeScheduling):
    """Lets one process do the tests of a file, and those of files that share something."""

    def _split_scope(self, nodeid: str) -> str:
        found = (scope for begin, scope in TOGETHER.items() if nodeid.startswith(begin))
        return next(found, nodeid.partition("::")[0])


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Together:
    """Share the tests among the processes."""
    return Together(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long, so that no process is left alone with it at the end."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


def corpus_folder(variable: str, default: Path) -> Path:
    """Return the folder that a variable names; skip where it is absent."""
    path = Path(os.environ.get(variable) or default)
    if not path.exists():
        pytest.skip(f"no corpus: {path} is absent (set {variable})")
    return path


@pytest.fixture(scope="session")
def fit_corpus() -> Path:
    """Folder of real FIT, TCX and GPX files: RC_FIT_CORPUS, by default the shared one."""
    return corpus_folder("RC_FIT_CORPUS", SHARED / "fit")


@pytest.fixture(scope="session")
def metric_vectors() -> Path:
    """JSON file of metric reference vectors: RC_METRIC_VECTORS."""
    return corpus_folder("RC_METRIC_VECTORS", SHARED / "metrics" / "public.json")


@pytest.fixture(scope="session")
def garmin_corpus() -> Path:
    """Folder of recorded Garmin answers: RC_GARMIN_CORPUS."""
    return corpus_folder("RC_GARMIN_CORPUS", SHARED / "garmin_json")


@pytest.fixture(scope="session")
def coach_corpus() -> Path:
    """Folder of plans, workouts and adherence: RC_COACH_CORPUS, by default the shared one."""
    return corpus_folder("RC_COACH_CORPUS", SHARED / "coach")


@pytest.fixture(scope="session")
def rag_corpus() -> Path:
    """Folder of passages and questions about them: RC_RAG_CORPUS, by default the shared one."""
    return corpus_folder("RC_RAG_CORPUS", SHARED / "rag")


@pytest.fixture
def heard() -> Iterator[io.StringIO]:
    """All that this process logs, down to the libraries' own words."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    stream = io.StringIO()
    logs.configure("DEBUG", plain=False, stream=stream)
    yield stream
    root.handlers[:] = before
    root.setLevel(level)


# The database ------------------------------------------------------------------------------

TEMPLATE = "migrated"
MEMORY = Path("/dev/shm")  # noqa: S108  names in it are made by mkdtemp
ROOM_BYTES = 2 * 1024**3
"""What the servers of a few test processes take, many times over."""
_numbers = count(1)

type Clone = Callable[..., AbstractContextManager[str]]


def _server_place() -> Path | None:
    """Return a folder that is held in memory, where databases are cloned in a fifth of the time."""
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM_BYTES
    return MEMORY if roomy and os.access(MEMORY, os.W_OK) else None


@pytest.fixture(scope="session")
def server() -> Iterator[EmbeddedPostgres]:
    """A running embedded server in a folder of its own; it need not survive a power cut."""
    home = Path(tempfile.mkdtemp(prefix="rc-tests-", dir=_server_place()))
    options = {"fsync": "off", "max_wal_size": "128MB"}
    try:
        with EmbeddedPostgres(home, options=options) as postgres:
            yield postgres
    finally:
        shutil.rmtree(home)


def _on(server: EmbeddedPostgres, name: str) -> str:
    return make_conninfo(server.url, dbname=name)


@pytest.fixture(scope="session")
def clone(server: EmbeddedPostgres) -> Iterator[Clone]:
    """Make a database from a template, by default the migrated one, for the span of a `with`."""
    with database.connect(_on(server, "postgres")) as conn:

        def manage(statement: str) -> None:
            conn.execute(statement.encode())

        @contextmanager
        def clone(template: str = TEMPLATE) -> Iterator[str]:
            name = f"test_{next(_numbers)}"
            manage(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
            yield _on(server, name)
            manage(f"DROP DATABASE {name} WITH (FORCE)")

        manage(f"CREATE DATABASE {TEMPLATE}")
        migrate.prepare(_on(server, TEMPLATE), server.home)
        yield clone


@pytest.fixture(scope="session")
def with_passages(clone: Clone) -> Iterator[str]:
    """Name of a database to clone that holds the shipped passages, which takes some seconds."""
    from runningcoach.coach.knowledge.indexing import refresh_shipped

    with clone() as url:
        with database.connect(url) as conn:
            refresh_shipped(conn)
            name = conn.info.dbname
        yield name


@pytest.fixture
def empty_database_url(clone: Clone) -> Iterator[str]:
    """Address of a database without any table."""
    with clone("template1") as url:
        yield url


@pytest.fixture
def database_url(clone: Clone) -> Iterator[str]:
    """Address of a fresh, migrated database."""
    with clone() as url:
        yield url


@pytest.fixture
def notebook_url(server: EmbeddedPostgres, database_url: str) -> str:
    """Address of the same database for the read-only role of notebooks.

    The role is one for all databases of the server, so a program that an earlier test started
    with a home of its own may have given it another password.
    """
    password = database.notebook_password_file(server.home).read_text()
    migrate.ensure_notebook_role(database_url, password)
    return database.as_notebook_role(database_url, password)


@pytest.fixture
def conn(database_url: str) -> Iterator[psycopg.Connection[Any]]:
    """A connection to a fresh, migrated database."""
    with database.connect(database_url) as connection:
        yield connection


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An empty home folder."""
    path = tmp_path / "home"
    path.mkdir(mode=0o700)
    return path


def _add_user(conn: psycopg.Connection[Any], username: str, role: str) -> User:
    with conn.cursor(row_factory=class_row(User)) as cursor:
        cursor.execute(
            "INSERT INTO users (username, display_name, password_hash, role)"
            " VALUES (%s, %s, '!', %s) RETURNING *",
            [username, username.title(), role],
        )
        return cursor.fetchone()


@pytest.fixture
def user(conn: psycopg.Connection[Any]) -> User:
    """The owner; nobody can log in as this user."""
    return _add_user(conn, "runner", "owner")


@pytest.fixture
def other_user(conn: psycopg.Connection[Any], user: User) -> User:
    """Another runner, whose data the owner must not see."""
    return _add_user(conn, "friend", "runner")


# The program -------------------------------------------------------------------------------


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Run]]:
    """Start a run; whatever is left of it at the end is removed."""
    runs: list[Run] = []

    def begin(
        home: Path | None = None, port: int | None = None, command: list[str] = UP, **settings: str
    ) -> Run:
        home = home or tmp_path / "home"
        runs.append(Run(tmp_path, home, port or free_port(), command, **settings))
        return runs[-1]

    yield begin
    for run in runs:
        run.clean()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    """A function that mounts a small disk of its own, which only root may do."""
    place = tmp_path / "disk"
    place.mkdir()

    def mount(options: str) -> Path:
        command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(place)]
        if subprocess.run(command, capture_output=True, check=False).returncode:
            pytest.skip("mounting a small disk is not allowed here")
        return place

    yield mount
    subprocess.run(["umount", "--lazy", str(place)], capture_output=True, check=False)
