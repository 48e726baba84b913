"""Database address, connections, and the SQL statements of each noun."""

import json
import logging
import os
import random
import re
import socket
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, LiteralString, cast
from urllib.parse import quote

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.errors import DeadlockDetected, SerializationFailure
from psycopg.pq import TransactionStatus
from psycopg_pool import ConnectionPool

from runningcoach.base.errors import Phrase, RunningCoachError
from runningcoach.base.settings import DATABASE_FILE, Settings
from runningcoach.base.settings import settings as current_settings
from runningcoach.store import home as homes

OLDEST_SERVER = 15
SOCKET_NAME = ".s.PGSQL.5432"
NOTEBOOK_ROLE = "runningcoach_notebook"
UNREACHABLE = {
    "refused": "Connection refused",
    "no_socket": "No such file or directory",
    "unknown_host": r"resolve|translate host name|Name or service not known",
    "timeout": "timeout|timed out",
    "starting": "starting up",
    "too_many": "too many (clients|connections)|remaining connection slots",
}
"""Signs in the driver's message of why a server does not answer."""
REPEATED = (DeadlockDetected, SerializationFailure)
ATTEMPTS = 5
PAUSE_S = 0.05
"""Attempts at a transaction, and how much longer each may wait than the one before: ours."""

log = logging.getLogger(__name__)
STORE = Path(__file__).parents[1]


class DatabaseNotRunning(RunningCoachError):
    """The embedded database of this home is not running."""

    code = "store.database_not_running"
    status = 503


class DatabaseUnreachable(RunningCoachError):
    """The database server does not answer."""

    code = "store.database_unreachable"
    status = 503


class DatabaseUrlInvalid(RunningCoachError):
    """The address of the database cannot be understood."""

    code = "store.database_url_invalid"
    exit_code = 2


class DatabaseRefusedLogin(RunningCoachError):
    """The server does not accept the user or the password."""

    code = "store.database_refused_login"
    status = 503


class DatabaseAbsent(RunningCoachError):
    """The server has no database of this name."""

    code = "store.database_absent"
    status = 503


class ServerTooOld(RunningCoachError):
    """The server is older than the oldest that is supported."""

    code = "store.server_too_old"


class DatabaseEncodingOther(RunningCoachError):
    """The database does not store text as UTF-8."""

    code = "store.database_encoding_other"


class NoVectorExtension(RunningCoachError):
    """The server does not have the extension "vector"."""

    code = "store.no_vector_extension"


@cache
def statements(noun: str) -> Mapping[str, LiteralString]:
    """Return the statements of store/<noun>.sql by the name in their `-- name:` line."""
    text = (STORE / f"{noun}.sql").read_text(encoding="utf-8")
    _, *parts = re.split(r"^-- name: *(\w+) *$", text, flags=re.MULTILINE)
    texts: dict[str, LiteralString] = {}
    for name, body in zip(parts[::2], parts[1::2], strict=True):
        texts[name] = cast("LiteralString", body.strip())
    return MappingProxyType(texts)


def server_file(home: Path) -> Path:
    """Return the file with the socket address of the running embedded server."""
    return home / "run" / "server.json"


def password_file(home: Path) -> Path:
    """Return the file with the password of the embedded server's owner role."""
    return home / "secrets" / "pg_password"


def notebook_password_file(home: Path) -> Path:
    """Return the file with the password of the role that notebooks read through."""
    return home / "secrets" / "pg_notebook_password"


def database_url(settings: Settings | None = None) -> str:
    """Return the address of the database: DATABASE_URL, else the running embedded server's.

    A DATABASE_URL may hold a password, so it never stands in a notebook's environment: there, a
    file holds it.
    """
    settings = settings or current_settings()
    if settings.database_url:
        return settings.database_url.get_secret_value()
    if file := os.environ.get(DATABASE_FILE):
        return Path(file).read_text(encoding="utf-8")
    return _embedded_url(settings.home.absolute())


def _embedded_url(home: Path) -> str:
    with homes.writing(home):
        try:
            folder = json.loads(server_file(home).read_text())["socket"]
            password = password_file(home).read_text()
        except FileNotFoundError as error:
            raise DatabaseNotRunning(home=home) from error
    if not _listens(Path(folder) / SOCKET_NAME):
        raise DatabaseNotRunning(home=home)
    return socket_url(folder, password)


def socket_url(folder: str, password: str, database: str = "runningcoach") -> str:
    """Return the address of a database of the embedded server."""
    return f"postgresql://runningcoach:{quote(password)}@/{database}?host={quote(folder, safe='')}"


def _listens(path: Path) -> bool:
    """Return whether a server listens on a socket; one that was killed leaves its file behind."""
    with closing(socket.socket(socket.AF_UNIX)) as probe:
        return probe.connect_ex(str(path)) == 0


def notebook_url(settings: Settings | None = None) -> str:
    """Return the address of the same database for the read-only role of notebooks."""
    settings = settings or current_settings()
    try:
        password = notebook_password_file(settings.home.absolute()).read_text()
    except FileNotFoundError as error:
        raise DatabaseNotRunning(home=settings.home) from error
    return as_notebook_role(database_url(settings), password)


def as_notebook_role(url: str, password: str) -> str:
    """Return the address `url` with the read-only role in place of its user."""
    return make_conninfo(url, user=NOTEBOOK_ROLE, password=password)


def with_settings(url: str, settings: Mapping[str, str]) -> str:
    """Return the address with settings of the session added to those that it has."""
    options = [str(conninfo_to_dict(url).get("options") or "")]
    options += [f"-c {name}={value}" for name, value in settings.items()]
    return make_conninfo(url, options=" ".join(options).strip())


def _session(url: str) -> str:
    """Return the address for a session that speaks UTC, and does not wait for ever."""
    url = with_settings(url, {"timezone": "UTC"})
    return make_conninfo(url, application_name="runningcoach", connect_timeout=10)


def connect(url: str | None = None) -> psycopg.Connection[Any]:
    """Open a connection in autocommit mode with time zone UTC."""
    url = url or database_url()
    try:
        return psycopg.connect(_session(url), autocommit=True)
    except psycopg.Error as error:
        raise _connection_error(url, error) from error


def pool(url: str | None = None, size: int = 8) -> ConnectionPool[psycopg.Connection[Any]]:
    """Return a pool of up to `size` such connections; open it with `with` or .open()."""
    return ConnectionPool(
        _session(url or database_url()),
        kwargs={"autocommit": True},
        min_size=min(2, size),
        max_size=size,
        check=ConnectionPool.check_connection,
        open=False,
    )


def _connection_error(url: str, error: psycopg.Error) -> RunningCoachError:
    """Return the error that names what is wrong with the address, without its password."""
    try:
        parts = conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        return DatabaseUrlInvalid()
    message = str(error)
    names = {
        "host": parts.get("host") or "localhost",
        "database": parts.get("dbname") or parts.get("user") or "",
        "user": parts.get("user") or "",
    }
    if "authentication failed" in message or "no password supplied" in message:
        return DatabaseRefusedLogin(**names)
    if re.search(r'role ".*" (does not exist|is not permitted)', message):
        return DatabaseRefusedLogin(**names)
    if re.search(r'database ".*" does not exist', message):
        return DatabaseAbsent(**names)
    return DatabaseUnreachable(detail=_unreachable_detail(message), **names)


def _unreachable_detail(message: str) -> str:
    """Return why a server did not answer: our words for what is common, else the driver's."""
    for name, sign in UNREACHABLE.items():
        if re.search(sign, message):
            return Phrase(f"store.unreachable.{name}")
    return message.strip()


def check_server(conn: psycopg.Connection[Any]) -> None:
    """Refuse a server that is too old, does not store text as UTF-8 or has no vectors."""
    if conn.info.server_version < OLDEST_SERVER * 10_000:
        raise ServerTooOld(version=conn.info.server_version // 10_000, oldest=OLDEST_SERVER)
    encoding = conn.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        raise DatabaseEncodingOther(encoding=encoding, database=conn.info.dbname)
    query = "SELECT 1 FROM pg_available_extensions WHERE name = 'vector'"
    if conn.execute(query).fetchone() is None:
        raise NoVectorExtension()


def is_in_transaction(conn: psycopg.Connection[Any]) -> bool:
    """Return whether a transaction is under way."""
    return conn.info.transaction_status != TransactionStatus.IDLE


def with_retries[T](
    conn: psycopg.Connection[Any],
    transaction: Callable[[], T],
    also: tuple[type[psycopg.Error], ...] = (),
    attempts: int = ATTEMPTS,
) -> T:
    """Return the result of `transaction`; repeat it after deadlock or serialization errors.

    The server does so when transactions wait for one another in a circle, or when one would rest
    on rows that changed meanwhile; `also` are further errors that another attempt may mend. What
    is part of a transaction that is under way already is not repeated: all of that is void.
    """
    for attempt in range(1, attempts):
        try:
            return transaction()
        except (*REPEATED, *also) as error:
            if is_in_transaction(conn):
                raise
            log.info("transaction is repeated: %s", error.diag.message_primary)
            time.sleep(random.uniform(0, PAUSE_S * attempt))  # noqa: S311  not a secret
    return transaction()


@contextmanager
def snapshot(conn: psycopg.Connection[Any]) -> Generator[None]:
    """Open a transaction that reads one snapshot of all tables."""
    conn.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    try:
        with conn.transaction():
            yield
    finally:
        if not is_in_transaction(conn):  # a lost connection is in no state to be told anything
            conn.isolation_level = None


def secret_file(path: Path, make: str) -> str:
    """Return the text of a secret file; write `make` to it first where it is missing."""
    if not path.exists():
        homes.folder(path.parent.parent, path.parent.name)
        homes.put(path, make.encode())
    return path.read_text()
