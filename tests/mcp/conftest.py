"""A running web server over some weeks of the made-up runner, and tokens for its assistants."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from runningcoach.model.user import User
from runningcoach.store import accounts, api_tokens, database
from tests.api.running import Web, running
from tests.planned import prepared_plan


class Served(NamedTuple):
    """The server, the runner with a history and another one without."""

    web: Web
    home: Path
    runner: User
    newcomer: User

    def connect(self):
        return database.connect(self.web.database_url)

    def token(self, user: User, scope: str = "read") -> str:
        """Make a token of a user."""
        with self.connect() as conn:
            return api_tokens.create(conn, user.id, "assistant", scope).token


@pytest.fixture(scope="module")
def served(clone, tmp_path_factory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("mcp")
    with prepared_plan(clone, folder) as (name, runner), clone(name) as url:
        with database.connect(url) as conn:
            newcomer = accounts.create(conn, "newcomer", "!", language="en", timezone="Asia/Seoul")
        (folder / "web").mkdir()
        with running(url, folder / "web") as web:
            yield Served(web, runner.home, runner.user, newcomer)
