"""A script beside a database that holds some weeks of the made-up runner, and his plan."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest

from runningcoach.base.settings import settings
from runningcoach.model.user import User
from runningcoach.store import database
from tests.conftest import Clone
from tests.demo.imported_runner import ImportedRunner

TODAY = date(2026, 11, 22)


@contextmanager
def prepared_plan(clone: Clone, folder: Path) -> Iterator[tuple[str, ImportedRunner]]:
    """Yield the name of a database with a plan, closed so that it can be copied."""
    with clone() as url:
        with database.connect(url) as conn:
            runner = ImportedRunner(conn, folder, years=0.1, today=TODAY)
            runner.follow()
            name = conn.info.dbname
        yield name, runner


@contextmanager
def script_beside(
    clone: Clone, prepared: tuple[str, ImportedRunner]
) -> Iterator[tuple[psycopg.Connection[Any], User]]:
    """Set a script's environment for a copy of the database; yield a connection and the user."""
    name, runner = prepared
    with (
        clone(name) as url,
        database.connect(url) as conn,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("RUNNINGCOACH_HOME", str(runner.home))
        patch.setenv("DATABASE_URL", url)
        settings.cache_clear()
        yield conn, runner.user
    settings.cache_clear()
