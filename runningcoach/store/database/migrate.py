"""Numbered SQL files, applied once, in order, each in one transaction with its record."""

import hashlib
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from runningcoach import __version__
from runningcoach.base.errors import RunningCoachError
from runningcoach.store import database

FOLDER = Path(__file__).with_name("migrations")
LOCK = 0x52435F4D
"""The advisory lock that lets one starter migrate at a time ("RC_M")."""
WAIT_S = 120


class DatabaseNewer(RunningCoachError):
    """The database was made by a later version of the program."""

    code = "store.database_newer"


class MigrationEdited(RunningCoachError):
    """A migration file is not the one that was applied."""

    code = "store.migration_edited"


class MigrationBusy(RunningCoachError):
    """Another process has been migrating the database for too long."""

    code = "store.migration_busy"
    status = 503


class NotebookRoleForbidden(RunningCoachError):
    """The database user may not make the read-only role of notebooks."""

    code = "store.notebook_role_forbidden"


@dataclass(frozen=True, slots=True)
class Migration:
    """One numbered file: 0001_initial.sql is number 1."""

    number: int
    name: str
    text: bytes

    @property
    def sha256(self) -> str:
        """Return the hash by which an edited file is recognised."""
        return hashlib.sha256(self.text).hexdigest()


def migrations(folder: Path = FOLDER) -> list[Migration]:
    """Return the migrations of a folder in their order; a gap in the numbers is a mistake."""
    files = sorted(folder.glob("[0-9][0-9][0-9][0-9]_*.sql"))
    numbered = [Migration(int(file.name[:4]), file.name, file.read_bytes()) for file in files]
    if [m.number for m in numbered] != list(range(1, len(numbered) + 1)):
        raise ValueError(f"gap or duplicate among the migrations of {folder}")
    return numbered


def migrate(url: str, folder: Path = FOLDER) -> list[str]:
    """Migrate the database to the newest schema; return the names of the files applied.

    Starters at the same time wait for each other; the later ones find nothing to do.
    """
    files = migrations(folder)
    with database.connect(url) as conn:
        database.check_server(conn)
        _lock(conn)
        waiting = _pending(conn, files)
        for migration in waiting:
            _apply(conn, migration)
    return [migration.name for migration in waiting]


def pending(url: str) -> list[str]:
    """Return the names of the files that are still to apply, and change nothing."""
    with database.connect(url) as conn:
        return [migration.name for migration in _pending(conn, migrations())]


def _lock(conn: psycopg.Connection[Any]) -> None:
    """Take the lock, which ends with the connection."""
    conn.execute("SELECT set_config('lock_timeout', %s, false)", [f"{WAIT_S}s"])
    try:
        conn.execute("SELECT pg_advisory_lock(%s)", [LOCK])
    except psycopg.errors.LockNotAvailable as error:
        raise MigrationBusy(seconds=WAIT_S) from error


def applied(conn: psycopg.Connection[Any]) -> dict[int, tuple[str, str]]:
    """Return name and hash of every applied migration by number."""
    exists = conn.execute("SELECT to_regclass('public.schema_migrations')").fetchone()
    if exists is None or exists[0] is None:
        return {}
    rows = conn.execute("SELECT number, name, sha256 FROM public.schema_migrations").fetchall()
    return {number: (name, sha256) for number, name, sha256 in rows}


def _pending(conn: psycopg.Connection[Any], files: list[Migration]) -> list[Migration]:
    """Return the migrations to apply, after checking those applied against their files."""
    past = applied(conn)
    if past and max(past) > len(files):
        raise DatabaseNewer(database=max(past), program=len(files))
    for migration in files:
        if migration.number in past and past[migration.number][1] != migration.sha256:
            raise MigrationEdited(name=migration.name)
    return [migration for migration in files if migration.number not in past]


def _apply(conn: psycopg.Connection[Any], migration: Migration) -> None:
    with conn.transaction():
        conn.execute(
            "CREATE TABLE IF NOT EXISTS public.schema_migrations ("
            " number integer PRIMARY KEY, name text NOT NULL, sha256 text NOT NULL,"
            " applied_at timestamptz NOT NULL DEFAULT now(), program_version text NOT NULL)"
        )
        try:
            conn.execute(migration.text)
        except psycopg.errors.InsufficientPrivilege as error:
            if "extension" in str(error):
                raise database.NoVectorExtension() from error
            raise
        conn.execute(
            "INSERT INTO public.schema_migrations (number, name, sha256, program_version)"
            " VALUES (%s, %s, %s, %s)",
            [migration.number, migration.name, migration.sha256, __version__],
        )


def ensure_notebook_role(url: str, password: str) -> None:
    """Make the role that notebooks read through: the views of schema notebook, nothing else."""
    with database.connect(url) as conn:
        if not _can_login(url, password):
            _set_password(conn, password)
        role = sql.Identifier(database.NOTEBOOK_ROLE)
        grants = sql.SQL(
            "GRANT USAGE ON SCHEMA notebook TO {0};"
            "GRANT SELECT ON ALL TABLES IN SCHEMA notebook TO {0}"
        )
        conn.execute(grants.format(role))


def _can_login(url: str, password: str) -> bool:
    try:
        database.connect(database.as_notebook_role(url, password)).close()
    except RunningCoachError:
        return False
    return True


def _set_password(conn: psycopg.Connection[Any], password: str) -> None:
    """Make the role, or give it the password that this home holds."""
    role = database.NOTEBOOK_ROLE
    exists = conn.execute("SELECT FROM pg_roles WHERE rolname = %s", [role]).fetchone() is not None
    # Hashed here, so that no log of the server can hold it.
    hashed = conn.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256")
    statements = (
        sql.SQL("{} ROLE {} LOGIN NOINHERIT PASSWORD {}").format(
            sql.SQL("ALTER" if exists else "CREATE"), sql.Identifier(role), hashed.decode()
        ),
        sql.SQL("ALTER ROLE {} SET default_transaction_read_only = on").format(
            sql.Identifier(role)
        ),
    )
    try:
        with conn.transaction():
            for statement in statements:
                conn.execute(statement)
    except psycopg.errors.InsufficientPrivilege as error:
        raise NotebookRoleForbidden(role=role) from error


def prepare(url: str, home: Path) -> list[str]:
    """Migrate, and create the notebook role of this home; every start does this."""
    names = migrate(url)
    path = database.notebook_password_file(home.absolute())
    ensure_notebook_role(url, database.secret_file(path, secrets.token_urlsafe(32)))
    return names
