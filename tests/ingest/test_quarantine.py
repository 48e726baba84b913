"""Quarantine: looked at, tried again, left when it helps."""

from pathlib import Path
from typing import Any

import psycopg
import pytest

from runningcoach.ingest import imports, quarantine, quarantine_files
from runningcoach.records import User
from runningcoach.store import quarantine as held
from tests.ingest import build

type Conn = psycopg.Connection[Any]


def hold(conn: Conn, user_id: int, home: Path, data: bytes, name: str) -> int:
    """Put bytes into quarantine as an older, less able version would have."""
    outcome = imports.take_bytes(conn, user_id, b"<html>" + data, name, home=home)
    assert outcome.outcome == "quarantined"
    quarantine_files.path(home, outcome.sha256 or "").write_bytes(data)
    return quarantine.everything(conn, user_id)[0].id


def test_what_can_be_read_now_leaves(conn: Conn, user: User, home: Path) -> None:
    number = hold(conn, user.id, home, build.fit(), "run.fit")
    report = quarantine.retry(conn, user.id, [number], home=home)
    assert report.counts == {"imported": 1}
    assert quarantine.everything(conn, user.id) == []
    assert list((home / "quarantine").iterdir()) == []
    assert conn.execute("SELECT count(*) FROM activities").fetchone() == (1,)


def test_what_still_cannot_stays_and_is_counted(conn: Conn, user: User, home: Path) -> None:
    imports.take_bytes(conn, user.id, b"", "empty.fit", home=home)
    imports.take_bytes(conn, user.id, b"<html>", "page.fit", home=home)
    report = quarantine.retry(conn, user.id, home=home)
    assert report.counts == {"quarantined": 2}
    assert [one.tries for one in quarantine.everything(conn, user.id)] == [2, 2]


def test_what_has_no_bytes_stays_with_its_reason(conn: Conn, user: User, home: Path) -> None:
    held.put(
        conn, user.id, sha256="0" * 64, name="x.zip/bomb.fit", size_bytes=1,
        reason_code="archive_bomb", reason="too much",
    )  # fmt: skip
    (outcome,) = quarantine.retry(conn, user.id, home=home).files
    assert (outcome.outcome, outcome.reason_code) == ("quarantined", "archive_bomb")


def test_another_users_quarantine_is_not_to_be_seen(
    conn: Conn, user: User, other_user: User, home: Path
) -> None:
    imports.take_bytes(conn, user.id, b"", "empty.fit", home=home)
    imports.take_bytes(conn, other_user.id, b"", "empty.fit", home=home)
    (mine,) = quarantine.everything(conn, user.id)
    with pytest.raises(quarantine.NotInQuarantine):
        quarantine.retry(conn, other_user.id, [mine.id], home=home)


def test_bytes_stay_while_another_user_has_them_in_quarantine(
    conn: Conn, user: User, other_user: User, home: Path
) -> None:
    for one in (user, other_user):
        imports.take_bytes(conn, one.id, b"", "empty.fit", home=home)
    (mine,) = quarantine.everything(conn, user.id)
    assert held.release(conn, user.id, mine.sha256) is False
    assert held.release(conn, other_user.id, mine.sha256) is True


def deleted(conn: Conn, user: User, home: Path) -> int:
    """Import a run and delete it as the API does."""
    data = build.fit()
    outcome = imports.take_bytes(conn, user.id, data, "run.fit", home=home)
    conn.execute("DELETE FROM activities")
    conn.execute("UPDATE garmin_raw_files SET outcome = 'deleted'")
    quarantine_files.put(home, outcome.sha256 or "", data)
    held.put(
        conn, user.id, sha256=outcome.sha256 or "", name="run.fit", size_bytes=len(data),
        reason_code=quarantine.DELETED, reason="deleted",
    )  # fmt: skip
    return quarantine.everything(conn, user.id)[0].id


def test_what_was_deleted_comes_back_by_its_number_only(conn: Conn, user: User, home: Path) -> None:
    number = deleted(conn, user, home)
    assert quarantine.retry(conn, user.id, home=home).files == []
    assert quarantine.retry(conn, user.id, [number], home=home).counts == {"imported": 1}
    assert quarantine.everything(conn, user.id) == []


def test_what_an_import_brings_back_is_out_of_quarantine(
    conn: Conn, user: User, home: Path, tmp_path: Path
) -> None:
    deleted(conn, user, home)
    folder = build.put(tmp_path / "runs", {"run.fit": build.fit()})
    assert imports.take(conn, user.id, folder, home=home, again=True).counts == {"imported": 1}
    assert quarantine.everything(conn, user.id) == []
    assert list((home / "quarantine").iterdir()) == []
