"""Quarantine: looked at, tried again, left when it helps."""

import hashlib
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from runningcoach.base import i18n
from runningcoach.base.executors import TaskLimits, WorkerPool
from runningcoach.base.settings import settings
from runningcoach.ingest import imports, quarantine, quarantine_files
from runningcoach.ingest.files import reader_pool
from runningcoach.model.user import User
from runningcoach.store import quarantine as held
from tests.ingest import build

type Conn = psycopg.Connection[Any]


def hold(conn: Conn, user_id: int, home: Path, data: bytes, name: str) -> int:
    """Put bytes into quarantine as an older, less able version would have."""
    outcome = imports.take_bytes(conn, user_id, b"<html>" + data, name, home=home)
    assert outcome.outcome == "quarantined"
    quarantine_files.remove(home, outcome.sha256 or "")
    quarantine_files.put(home, outcome.sha256 or "", data)
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
    assert not (home / "quarantine").exists()


ZEROS = bytes(5 * 2**20)
"""No activity, and much of nothing."""


def test_files_are_kept_compressed_and_those_of_earlier_versions_are_read(
    conn: Conn, user: User, home: Path
) -> None:
    outcome = imports.take_bytes(conn, user.id, b"<html>" + ZEROS, "page.fit", home=home)
    sha256 = outcome.sha256 or ""
    assert 0 < quarantine_files.disk_bytes(home, sha256) < len(ZEROS) / 100
    assert quarantine_files.get(home, sha256) == b"<html>" + ZEROS
    quarantine_files.remove(home, sha256)
    assert quarantine_files.get(home, sha256) is None
    (home / "quarantine" / sha256).write_bytes(b"<html>" + ZEROS)
    assert quarantine_files.get(home, sha256) == b"<html>" + ZEROS
    assert quarantine_files.disk_bytes(home, sha256) == 6 + len(ZEROS)


@pytest.fixture
def one_megabyte(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("RUNNINGCOACH_QUARANTINE_MB", "1")
    settings.cache_clear()
    yield
    settings.cache_clear()


@pytest.mark.usefixtures("one_megabyte")
def test_over_the_quota_the_reason_is_kept_and_the_file_is_not(
    conn: Conn, user: User, other_user: User, home: Path, tmp_path: Path
) -> None:
    noise = {f"{n}.gpx": b"<gpx" + random.Random(n).randbytes(400_000) for n in range(4)}
    report = imports.take(conn, user.id, build.put(tmp_path / "noise", noise), home=home)
    assert report.counts == {"quarantined": 4}
    assert [one.is_stored for one in report.files] == [True, True, False, False]
    assert len(list((home / "quarantine").iterdir())) == 2
    for language, words in (("en", "The quarantine is full"), ("ko", "가득 차서")):
        with i18n.speaking(language):
            assert str(report).count(words) >= 1
    rows = quarantine.everything(conn, user.id)
    assert ["is not kept" in row.reason for row in rows] == [True, True, False, False]
    theirs = imports.take_bytes(conn, other_user.id, noise["3.gpx"], "3.gpx", home=home)
    assert theirs.is_stored
    # What is not kept is tried again when it comes again, and kept once there is room.
    assert quarantine.empty(conn, user.id, home).files == 4
    again = imports.take(conn, user.id, tmp_path / "noise", home=home)
    assert [one.is_stored for one in again.files].count(True) == 3  # one lies there for both


def test_empty_deletes_what_is_old_or_of_one_reason_and_spares_the_deleted(
    conn: Conn, user: User, other_user: User, home: Path
) -> None:
    number = deleted(conn, user, home)
    for name, data in {"a.fit": b"", "b.fit": b"<html>", "c.fit": b"<html>more"}.items():
        imports.take_bytes(conn, user.id, data, name, home=home)
    imports.take_bytes(conn, other_user.id, b"<html>", "b.fit", home=home)
    conn.execute(
        "UPDATE quarantine SET first_seen_at = now() - interval '9 days'"
        " WHERE name = 'c.fit' OR reason_code = 'deleted_by_runner'"
    )
    assert quarantine.empty(conn, user.id, home, older_than_days=10).files == 0
    gone = quarantine.empty(conn, user.id, home, older_than_days=8)
    assert gone.files == 1
    assert gone.size_bytes > 0
    assert quarantine.empty(conn, user.id, home, reason_code="empty").files == 1
    assert quarantine.empty(conn, user.id, home) == (1, 0)  # the other runner has it too
    assert [one.id for one in quarantine.everything(conn, user.id)] == [number]
    assert len(list((home / "quarantine").iterdir())) == 1
    assert imports.take_bytes(conn, user.id, b"", "a.fit", home=home).outcome == "quarantined"
    assert quarantine.retry(conn, user.id, [number], home=home).counts == {"imported": 1}


@pytest.mark.parametrize("leg", [None, 0])
def test_what_takes_too_much_work_stays_when_it_is_tried_again(
    conn: Conn, user: User, home: Path, monkeypatch: pytest.MonkeyPatch, leg: int | None
) -> None:
    held.put(
        conn, user.id, sha256=hashlib.sha256(build.fit()).hexdigest(), name="run.fit",
        size_bytes=1, reason_code="decoder_failed", reason="x", leg=leg,
    )  # fmt: skip
    quarantine_files.put(home, hashlib.sha256(build.fit()).hexdigest(), build.fit())
    little = TaskLimits(cpu_s=1, wall_s=0.001, memory_bytes=3 * 2**30)
    with WorkerPool(1, [], little) as pool:
        monkeypatch.setattr(reader_pool, "shared_pool", lambda: pool)
        (outcome,) = quarantine.retry(conn, user.id, home=home).files
    assert outcome.outcome == "quarantined"
    assert len(quarantine.everything(conn, user.id)) >= 1
