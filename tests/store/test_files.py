"""Originals: named by content, written once, checked when read."""

import hashlib

import pytest

from runningcoach.store import home as homes
from runningcoach.store.blobs import files

DATA = b"some original bytes " * 100
SHA256 = hashlib.sha256(DATA).hexdigest()


def test_put_and_get_original(home):
    assert not files.exists(home, SHA256)
    path = files.put(home, DATA, SHA256)
    assert path == home / "originals" / SHA256[:2] / f"{SHA256}.zst"
    assert path.stat().st_size < len(DATA) / 10
    assert files.exists(home, SHA256)
    assert files.get(home, SHA256) == DATA


def test_put_and_get_empty_original(home):
    empty = hashlib.sha256(b"").hexdigest()
    files.put(home, b"", empty)
    assert files.get(home, empty) == b""


def test_an_original_is_written_once(home):
    first = files.put(home, DATA, SHA256).stat()
    again = files.put(home, DATA, SHA256).stat()
    assert (again.st_ino, again.st_mtime_ns) == (first.st_ino, first.st_mtime_ns)


def test_a_wrong_name_is_refused(home):
    with pytest.raises(ValueError, match="hash"):
        files.put(home, DATA, "0" * 64)
    assert not (home / "originals").exists()


def test_get_missing_original_raises(home):
    with pytest.raises(files.OriginalMissing):
        files.get(home, SHA256)


@pytest.mark.parametrize("damage", [lambda b: b[:-5], lambda b: b"junk" + b, lambda b: b""])
def test_get_damaged_original_raises(home, damage):
    path = files.put(home, DATA, SHA256)
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(files.OriginalDamaged):
        files.get(home, SHA256)


def test_a_file_that_cannot_be_finished_leaves_nothing(home, monkeypatch):
    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(homes.DiskFull):
        files.put(home, DATA, SHA256)
    assert list((home / "originals" / SHA256[:2]).iterdir()) == []


def test_a_home_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(homes.HomeNotWritable):
        files.put(tmp_path / "file" / "home", DATA, SHA256)
