"""Small inputs that behave like what people report of this kind of software, a folder each.

They are read from RC_CASES, by default the shared folder; each README there says what is right
and how that was derived.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from runningcoach import jobs
from runningcoach.ingest.import_report import ImportReport
from runningcoach.model.user import User
from tests.conftest import SHARED, corpus_folder


@dataclass(frozen=True)
class ImportedCase:
    """A runner's database after an import, with short ways to what stands in it."""

    conn: psycopg.Connection[Any]
    user: User
    home: Path
    report: ImportReport

    def rows(self, query: str, **values: object) -> list[dict[str, Any]]:
        """Return the rows of a query; %(user_id)s is the runner."""
        with self.conn.cursor(row_factory=dict_row) as cursor:
            cursor.execute(query.encode(), {"user_id": self.user.id, **values})
            return cursor.fetchall()

    @property
    def activities(self) -> list[dict[str, Any]]:
        """All activities with their metrics, oldest first; the columns of both tables."""
        return self.rows(
            "SELECT m.*, a.* FROM activities a LEFT JOIN activity_metrics m ON m.activity_id = a.id"
            " WHERE a.user_id = %(user_id)s ORDER BY a.started_at, a.id"
        )

    @property
    def activity(self) -> dict[str, Any]:
        """The only activity that there is."""
        (only,) = self.activities
        return only

    def benchmark(self, kind: str) -> dict[str, Any]:
        """The newest row of a benchmark."""
        return self.rows(
            "SELECT * FROM athlete_benchmarks WHERE user_id = %(user_id)s AND kind = %(kind)s"
            " ORDER BY valid_from DESC LIMIT 1",
            kind=kind,
        )[0]


type Import = Callable[..., ImportedCase]


@pytest.fixture(scope="session")
def cases() -> Path:
    """Folder of the cases: RC_CASES."""
    return corpus_folder("RC_CASES", SHARED / "cases")


@pytest.fixture
def import_paths(conn: psycopg.Connection[Any], user: User, home: Path) -> Import:
    """Import files as the command `import` does, and derive what follows."""

    def run(*paths: Path) -> ImportedCase:
        report = jobs.take_files(conn, user.id, paths, home=home)
        return ImportedCase(conn, user, home, report)

    return run


@pytest.fixture
def import_case(cases: Path, import_paths: Import) -> Import:
    """Import files of a case by their names; without names all but its README."""

    def run(case: str, *names: str) -> ImportedCase:
        folder = cases / case
        found = [folder / name for name in names] or sorted(folder.glob("[!R]*"))
        return import_paths(*found)

    return run
