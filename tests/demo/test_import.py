"""The export is taken by the ordinary import, and nothing of it is left over."""

from pathlib import Path
from typing import Any

import psycopg

from runningcoach.demo import write_export
from runningcoach.ingest import imports
from runningcoach.model.user import User

from .conftest import UNTIL


def test_ordinary_import_takes_everything(
    conn: psycopg.Connection[Any], user: User, home: Path, tmp_path: Path
) -> None:
    report = write_export(tmp_path / "account", years=0.15, until=UNTIL)
    taken = imports.take(conn, user.id, [tmp_path / "account"], home=home)
    by_outcome = taken.counts
    assert by_outcome["imported"] == report.fit_files - 1
    assert by_outcome["duplicate"] == 1  # the second watch, in October
    assert "quarantined" not in by_outcome
    rows = conn.execute("SELECT name, gear, decode_status FROM activities").fetchall()
    assert len(rows) == report.fit_files - 1
    assert all(name and gear for name, gear, _ in rows)
    assert {status for *_, status in rows} == {"ok"}
    [nights] = conn.execute("SELECT count(*) FROM sleep").fetchone() or (0,)
    assert nights == report.nights
