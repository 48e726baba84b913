"""Connections of scripts and notebooks, to read for a user or, by three named verbs, to write."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from psycopg import Connection

from runningcoach.base import i18n
from runningcoach.model.user import User
from runningcoach.store import accounts, database
from runningcoach.store.workbench import NoOwner

READ_ONLY = {"default_transaction_read_only": "on"}


@contextmanager
def reading(user_id: int) -> Iterator[tuple[Connection[Any], User]]:
    """Yield a connection that cannot write, and the user, whose language is in force."""
    with _connected(database.with_settings(database.database_url(), READ_ONLY), user_id) as found:
        yield found


@contextmanager
def writing(user_id: int) -> Iterator[tuple[Connection[Any], User]]:
    """Yield a connection for one change, and the user, whose language is in force."""
    with _connected(database.database_url(), user_id) as found:
        yield found


@contextmanager
def _connected(url: str, user_id: int) -> Iterator[tuple[Connection[Any], User]]:
    with database.connect(url) as conn:
        user = accounts.get(conn, user_id)
        if user is None:
            raise NoOwner
        with i18n.speaking(user.language):
            yield conn, user
