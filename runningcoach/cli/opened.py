"""A connection for a command: to the running server, or to one started just for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from psycopg import Connection

from runningcoach.base.settings import Settings
from runningcoach.cli.problems import NoSuchUser
from runningcoach.model.user import User
from runningcoach.ops.owner import ensure_owner
from runningcoach.store import accounts, database
from runningcoach.store.database import embedded, migrate


@contextmanager
def serving(settings: Settings) -> Iterator[str]:
    """Yield the address of the database; start the embedded one unless it runs."""
    try:
        yield database.database_url(settings)
    except database.DatabaseNotRunning:
        server = embedded.EmbeddedPostgres(settings.home, settings.pg_bin)
        try:
            yield server.start()
        finally:
            server.stop()


@contextmanager
def opened(
    settings: Settings, username: str | None = None
) -> Iterator[tuple[Connection[Any], User]]:
    """Yield a connection to a migrated database and the user that the command is for."""
    with serving(settings) as url:
        migrate.prepare(url, settings.home)
        with database.connect(url) as conn:
            owner = ensure_owner(conn, settings)
            yield conn, owner if username is None else _named(conn, username)


def _named(conn: Connection[Any], username: str) -> User:
    user = accounts.get_by_name(conn, username)
    if user is None:
        raise NoSuchUser(username=username)
    return user
