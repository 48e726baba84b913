"""The watched folder: files are taken when they stand still, once, and stay where they are."""

import threading
from pathlib import Path
from typing import Any

import psycopg
import pytest

from runningcoach.ingest import imports
from runningcoach.ingest.watched_folder import SettlingFiles, watch
from runningcoach.model.user import User
from runningcoach.store import database
from tests.ingest import build


def test_a_file_is_ready_when_it_has_stood_still(tmp_path: Path) -> None:
    settling = SettlingFiles(tmp_path, settled_s=2.0)
    growing = tmp_path / "a.fit"
    growing.write_bytes(b"1")
    assert settling.ready(0.0) == []
    growing.write_bytes(b"12")
    assert settling.ready(1.9) == []
    assert settling.ready(3.8) == []
    assert settling.ready(3.9) == [growing]
    settling.mark_imported([growing])
    assert settling.ready(9.0) == []
    growing.write_bytes(b"123")
    assert settling.ready(10.0) == []
    assert settling.ready(12.0) == [growing]


def test_hidden_and_missing_are_no_trouble(tmp_path: Path) -> None:
    settling = SettlingFiles(tmp_path / "later", settled_s=0.0)
    assert settling.ready(0.0) == []
    build.put(tmp_path / "later", {".part/x.fit": b"1", ".y.fit": b"1", "sub/z.fit": b"1"})
    assert settling.ready(1.0) == [tmp_path / "later" / "sub" / "z.fit"]


def test_what_appears_is_imported(
    database_url: str, user: User, home: Path, tmp_path: Path
) -> None:
    folder, stop, reports = tmp_path / "watched", threading.Event(), []

    def after(_conn: psycopg.Connection[Any], report: imports.ImportReport) -> None:
        reports.append(report)
        stop.set()

    watcher = threading.Thread(
        target=watch,
        args=(lambda: database.connect(database_url), user.id, folder, home, stop),
        kwargs={"after": after, "every_s": 0.02, "settled_s": 0.05},
    )
    watcher.start()
    try:
        build.put(folder, {"run.fit": build.fit(seconds=60)})
        watcher.join(20)
    finally:
        stop.set()
        watcher.join()
    assert [report.counts for report in reports] == [{"imported": 1}]
    assert (folder / "run.fit").exists()


def test_a_database_that_is_away_is_waited_for(
    database_url: str, user: User, home: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = build.put(tmp_path / "watched", {"run.fit": build.fit(seconds=60)})
    stop, tries = threading.Event(), []

    def connect() -> psycopg.Connection[Any]:
        tries.append(1)
        if len(tries) == 1:
            raise database.DatabaseUnreachable(host="h", detail="away")
        return database.connect(database_url)

    watch(
        connect, user.id, folder, home, stop,
        after=lambda _conn, _report: stop.set(), every_s=0.02, settled_s=0.0,
    )  # fmt: skip
    assert len(tries) == 2
    assert "tried again" in caplog.text
