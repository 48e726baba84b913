"""A database with the shipped passages in place, made once: embedding them takes seconds."""

import pytest

from runningcoach.coach.knowledge import indexing
from runningcoach.store import database


@pytest.fixture(scope="session")
def library_url(clone):
    """Address of a migrated database with the shipped passages."""
    with clone() as url:
        with database.connect(url) as conn:
            indexing.refresh_shipped(conn)
        yield url


@pytest.fixture
def library(library_url):
    """A connection to it; what a test writes is undone."""
    with database.connect(library_url) as conn, conn.transaction(force_rollback=True):
        yield conn
