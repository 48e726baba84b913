"""Sample files that are gone or damaged come back from the originals, as they were."""

import gzip
from pathlib import Path

import pytest

from runningcoach import jobs
from runningcoach.ingest import activity_removal, imports
from runningcoach.store.blobs import files, samples
from tests.ingest import build


def contents(home: Path) -> dict[str, bytes]:
    folder = home / "samples"
    return {f"{p.relative_to(folder)}": p.read_bytes() for p in folder.rglob("*.parquet")}


def rows(conn) -> list:
    query = (
        "SELECT a.id, a.name, a.sport, s.path, s.sha256, s.pauses_s FROM activities a"
        " JOIN activity_samples s ON s.activity_id = a.id ORDER BY a.id"
    )
    return conn.execute(query).fetchall()


@pytest.fixture
def runs(conn, user, home, tmp_path) -> Path:
    day = build.START.replace
    given = {
        "a/run.fit": build.fit(),
        "a/three.fit": build.fit(day(day=2), legs=("swimming", "cycling", "running")),
        "a/walk.fit.gz": gzip.compress(build.fit(day(day=3))),
        "a/Evening Run.gpx": build.gpx(day(day=4)),
    }
    folder = build.put(tmp_path / "given", given)
    report = imports.take(conn, user.id, folder, home=home)
    assert report.counts == {"imported": 4}
    return folder


def damage(home: Path) -> None:
    """Remove all files but one, cut that one, and change a byte of another."""
    first, second, *others = sorted((home / "samples").rglob("*.parquet"))
    first.write_bytes(first.read_bytes()[:100])
    changed = bytearray(second.read_bytes())
    changed[-9] ^= 1
    second.write_bytes(changed)
    for path in others:
        path.unlink()


def test_rebuild_brings_lost_samples_back(conn, user, home, runs):
    before, manifest = contents(home), rows(conn)
    assert len(before) == 6
    damage(home)
    restored, done = jobs.rebuild_all(conn, user.id, home, workers=1)
    assert restored == (6, 6)
    assert done.unread == []
    assert contents(home) == before
    assert rows(conn) == manifest
    assert jobs.rebuild_all(conn, user.id, home, workers=1)[0] == (0, 0)


@pytest.mark.parametrize("below", ["", "ab"])
def test_import_again_reads_the_kept_originals(conn, user, home, runs, below):
    before, manifest = contents(home), rows(conn)
    damage(home)
    folder = files.folder(home) if not below else next(files.folder(home).iterdir())
    report = imports.take(conn, user.id, folder, home=home, again=True)
    assert report.counts == {"imported": 1 if below else 4}
    assert rows(conn) == manifest
    if not below:
        assert contents(home) == before
    names = "SELECT name FROM garmin_raw_files ORDER BY name"
    assert len({name for (name,) in conn.execute(names)} & {"given/a/walk.fit.gz"}) == 1


def test_kept_originals_of_others_and_deleted_ones_are_left_alone(
    conn, user, other_user, home, runs
):
    theirs = imports.take(conn, other_user.id, files.folder(home), home=home, again=True)
    assert theirs.files == []
    assert activity_removal.remove(conn, user.id, rows(conn)[0][0], home)
    left = rows(conn)
    again = imports.take(conn, user.id, files.folder(home), home=home, again=True)
    assert sum(again.counts.values()) == 3
    assert rows(conn) == left


def test_a_lost_original_is_told_and_stops_nothing(conn, user, home, runs):
    manifest = rows(conn)
    damage(home)
    (hash_,) = conn.execute("SELECT file_sha256 FROM activities WHERE id = %s", [manifest[0][0]])
    files.path(home, hash_[0]).unlink()
    restored, done = jobs.rebuild_all(conn, user.id, home, workers=1)
    assert restored.lost == 6
    assert restored.restored + len(done.unread) == 6
    assert {one.activity_id for one in done.unread} >= {manifest[0][0]}


def test_samples_that_are_read_otherwise_now_get_a_file_of_their_own(conn, user, home, runs):
    old = samples.manifest(conn, user.id)[0]
    conn.execute(
        "UPDATE activity_samples SET sha256 = %s, path = 'year=2000/month=01/old.parquet'"
        " WHERE activity_id = %s",
        ["0" * 64, old.activity_id],
    )
    assert jobs.rebuild_all(conn, user.id, home, workers=1)[0] == (1, 1)
    assert samples.manifest(conn, user.id)[0] == old
