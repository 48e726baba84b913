"""The life of the embedded server."""

import pytest

from runningcoach.store import database
from runningcoach.store.embedded import AlreadyRunning, EmbeddedPostgres

FAST = {"fsync": "off"}


def test_what_is_stored_is_there_after_a_restart(home):
    with EmbeddedPostgres(home, options=FAST) as postgres, database.connect(postgres.url) as conn:
        conn.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    with EmbeddedPostgres(home, options=FAST) as postgres, database.connect(postgres.url) as conn:
        assert conn.execute("SELECT answer FROM kept").fetchone() == (42,)


def test_a_second_owner_of_the_home_is_refused(server):
    with pytest.raises(AlreadyRunning, match=str(server.home)):
        EmbeddedPostgres(server.home).start()
