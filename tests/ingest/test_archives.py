"""Walking files, folders and archives: everything is accounted for, nothing escapes or explodes."""

import gzip
import hashlib
import io
import os
import struct
import zipfile
from pathlib import Path

import pytest

from runningcoach.ingest.files import archives
from runningcoach.ingest.files.archives import Archive, ArchiveWalk, ImportItem, RefusedItem, TooBig

FIT = b"\x0e\x20\x00\x00\x00\x00\x00\x00.FIT\x00\x00" + b"body"
GPX = b'<?xml version="1.0"?><gpx version="1.1"></gpx>'


def zipped(members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def walked(path: Path, scratch: Path) -> list[ImportItem | RefusedItem | Archive]:
    scratch.mkdir(exist_ok=True)
    return list(ArchiveWalk(scratch).over([path]))


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    return tmp_path / "scratch"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "runs"
    path.mkdir()
    return path


def refusals(found: list[ImportItem | RefusedItem | Archive]) -> dict[str, str]:
    return {one.name: one.code for one in found if isinstance(one, RefusedItem)}


def contents(found: list[ImportItem | RefusedItem | Archive]) -> dict[str, bytes]:
    return {one.name: one.read() for one in found if isinstance(one, ImportItem)}


def test_a_folder_is_walked_by_name_and_hidden_files_are_passed_over(
    folder: Path, scratch: Path
) -> None:
    (folder / "b.fit").write_bytes(FIT)
    (folder / "a.GPX").write_bytes(GPX)
    (folder / ".hidden.fit").write_bytes(FIT)
    (folder / "__MACOSX").mkdir()
    (folder / "__MACOSX" / "b.fit").write_bytes(FIT)
    (folder / "photo.jpg").write_bytes(b"\xff\xd8\xff")
    found = walked(folder, scratch)
    assert [(one.name, one.kind) for one in found if isinstance(one, ImportItem)] == [
        ("runs/a.GPX", "gpx"),
        ("runs/b.fit", "fit"),
    ]
    assert refusals(found) == {"runs/photo.jpg": "ignored"}


def test_content_decides_where_the_ending_says_nothing(folder: Path, scratch: Path) -> None:
    (folder / "no-ending").write_bytes(FIT)
    (folder / "track.xml").write_bytes(b"\xef\xbb\xbf\n" + GPX)
    (folder / "really-a-zip.fit").write_bytes(zipped({"inside.fit": FIT}))
    kinds = {o.name: o.kind for o in walked(folder, scratch) if isinstance(o, ImportItem)}
    assert kinds == {
        "runs/no-ending": "fit",
        "runs/track.xml": "gpx",
        "runs/really-a-zip.fit/inside.fit": "fit",
    }


def test_a_file_that_is_named_outright_is_always_an_item(folder: Path, scratch: Path) -> None:
    notes = folder / "notes.txt"
    notes.write_text("not an activity")
    (found,) = walked(notes, scratch)
    assert isinstance(found, ImportItem)
    assert found.kind == "unknown"


def test_archives_inside_archives_come_out_flat(folder: Path, scratch: Path) -> None:
    inner = zipped({"runner@example.org_1.fit": FIT})
    (folder / "export.zip").write_bytes(
        zipped(
            {"DI_CONNECT/Uploaded/Part1.zip": inner, "DI_CONNECT/track.gpx.gz": gzip.compress(GPX)}
        )
    )
    found = walked(folder, scratch)
    assert contents(found) == {
        "runs/export.zip/DI_CONNECT/Uploaded/Part1.zip/runner@example.org_1.fit": FIT,
        "runs/export.zip/DI_CONNECT/track.gpx.gz": GPX,
    }
    nested, outer = (one for one in found if isinstance(one, Archive))
    assert nested.sha256 == hashlib.sha256(inner).hexdigest()
    assert outer.sha256 == hashlib.sha256((folder / "export.zip").read_bytes()).hexdigest()


def test_the_hash_is_that_of_the_unpacked_bytes(folder: Path, scratch: Path) -> None:
    (folder / "a.fit.gz").write_bytes(gzip.compress(FIT))
    (found,) = walked(folder, scratch)
    assert isinstance(found, ImportItem)
    assert found.sha256() == hashlib.sha256(FIT).hexdigest()


def test_a_known_archive_is_not_opened(folder: Path, scratch: Path) -> None:
    (folder / "export.zip").write_bytes(zipped({"a.fit": FIT}))
    scratch.mkdir()
    (found,) = ArchiveWalk(scratch, lambda _sha256: True).over([folder])
    assert isinstance(found, Archive)
    assert found.known


def test_too_many_levels_are_refused_and_the_rest_goes_on(folder: Path, scratch: Path) -> None:
    data = zipped({"deepest.fit": FIT})
    for level in range(archives.MAX_DEPTH):
        data = zipped({f"level{level}.zip": data, f"beside{level}.fit": FIT})
    (folder / "deep.zip").write_bytes(data)
    found = walked(folder, scratch)
    assert list(refusals(found).values()) == ["archive_too_deep"]
    assert len(contents(found)) == archives.MAX_DEPTH


def test_a_bomb_is_refused_and_the_rest_goes_on(folder: Path, scratch: Path) -> None:
    (folder / "bomb.zip").write_bytes(zipped({"zeros.fit": bytes(64 * 2**20), "good.fit": FIT}))
    found = walked(folder, scratch)
    assert refusals(found) == {"runs/bomb.zip/zeros.fit": "archive_bomb"}
    assert contents(found) == {"runs/bomb.zip/good.fit": FIT}


def test_a_small_zip_of_zips_of_zeros_gives_little(folder: Path, scratch: Path) -> None:
    zeros = [zipped({f"{n}.fit": FIT + bytes([n]) + bytes(8 * 2**20 - 100)}) for n in range(54)]
    inner = zipped({f"{n}.zip": data for n, data in enumerate(zeros)})
    (folder / "bomb.zip").write_bytes(zipped({"inner.zip": inner, "last.fit": FIT}))
    assert (folder / "bomb.zip").stat().st_size < 20_000
    found = walked(folder, scratch)
    taken = sum(one.size_bytes for one in found if isinstance(one, ImportItem))
    assert taken <= archives.ARCHIVE_FREE_BYTES + 8 * 2**20
    assert "archive_bomb" in refusals(found).values()
    assert sum(path.stat().st_size for path in scratch.iterdir()) < 2**20


def test_a_member_that_lies_about_its_size_does_not_get_through(
    folder: Path, scratch: Path
) -> None:
    data = bytearray(zipped({"a.fit": FIT + bytes(4 * 2**20)}))
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = data.find(signature) + offset
        data[at : at + 4] = struct.pack("<I", 100)
    (folder / "liar.zip").write_bytes(data)
    found = walked(folder, scratch)
    assert refusals(found) == {"runs/liar.zip/a.fit": "archive_bad"}


def test_a_gzip_that_never_ends_is_cut_off(
    folder: Path, scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "MAX_FILE_BYTES", 2**20)
    (folder / "a.fit.gz").write_bytes(gzip.compress(FIT + bytes(4 * 2**20)))
    (item,) = walked(folder, scratch)
    assert isinstance(item, ImportItem)
    with pytest.raises(TooBig):
        item.sha256()
    with pytest.raises(TooBig):
        item.read()


def test_names_that_leave_the_archive_are_refused_but_can_be_read(
    folder: Path, scratch: Path
) -> None:
    members = {"../../etc/evil.fit": FIT, "/abs.fit": FIT, "c:\\x.fit": FIT, "ok..fit": FIT}
    (folder / "slip.zip").write_bytes(zipped(members))
    found = walked(folder, scratch)
    assert set(refusals(found).values()) == {"unsafe_name"}
    assert len(refusals(found)) == 3
    assert all(one.item and one.item.read() == FIT for one in found if isinstance(one, RefusedItem))
    assert list(contents(found)) == ["runs/slip.zip/ok..fit"]
    assert sorted(p.name for p in folder.rglob("*")) == ["slip.zip"]


def test_encrypted_members_are_refused(folder: Path, scratch: Path) -> None:
    data = bytearray(zipped({"secret.fit": FIT, "open.fit": FIT}, zipfile.ZIP_STORED))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.find(signature) + offset] |= 0x1
    (folder / "locked.zip").write_bytes(data)
    found = walked(folder, scratch)
    assert refusals(found) == {"runs/locked.zip/secret.fit": "archive_encrypted"}
    assert list(contents(found)) == ["runs/locked.zip/open.fit"]


def test_broken_archives_are_refused(folder: Path, scratch: Path) -> None:
    whole = zipped({"a.fit": FIT * 100})
    (folder / "cut.zip").write_bytes(whole[: len(whole) // 2])
    (folder / "nest.zip").write_bytes(zipped({"inner.zip": whole[:-30], "b.fit": FIT}))
    found = walked(folder, scratch)
    assert refusals(found) == {
        "runs/cut.zip": "archive_bad",
        "runs/nest.zip/inner.zip": "archive_bad",
    }
    assert list(contents(found)) == ["runs/nest.zip/b.fit"]


def test_too_many_members_are_refused(
    folder: Path, scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "MAX_MEMBERS", 2)
    (folder / "many.zip").write_bytes(zipped({f"{n}.fit": FIT for n in range(3)}))
    found = walked(folder, scratch)
    assert refusals(found) == {"runs/many.zip/2.fit": "archive_too_many"}


def test_links_that_loop_or_lead_nowhere_are_told(folder: Path, scratch: Path) -> None:
    (folder / "a.fit").write_bytes(FIT)
    (folder / "again").symlink_to(folder, target_is_directory=True)
    (folder / "nowhere.fit").symlink_to(folder / "gone.fit")
    found = walked(folder, scratch)
    assert refusals(found) == {"runs/again": "link_loop", "runs/nowhere.fit": "unreadable"}
    assert len(contents(found)) == 1


def test_pipes_are_not_opened(folder: Path, scratch: Path) -> None:
    os.mkfifo(folder / "pipe.fit")
    assert refusals(walked(folder, scratch)) == {"runs/pipe.fit": "not_a_file"}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_told(folder: Path, scratch: Path) -> None:
    closed = folder / "closed"
    closed.mkdir(mode=0)
    try:
        assert refusals(walked(folder, scratch)) == {"runs/closed": "unreadable"}
    finally:
        closed.chmod(0o700)


def test_huge_files_are_refused_unread(folder: Path, scratch: Path) -> None:
    with (folder / "huge.fit").open("wb") as stream:
        stream.write(FIT)
        stream.truncate(archives.MAX_FILE_BYTES + 1)
    assert refusals(walked(folder, scratch)) == {"runs/huge.fit": "too_big"}


@pytest.mark.parametrize(
    ("name", "side"),
    [
        ("2021_sleepData.json", True),
        ("UDSFile_2021-01-01.json", True),
        ("activities.csv", True),
        ("package.json", False),
        ("bikes.csv", False),
    ],
)
def test_only_tables_of_exports_are_read(name: str, side: bool) -> None:
    assert archives.kind_of(name, lambda: b"") == (name.rpartition(".")[2] if side else "unknown")
