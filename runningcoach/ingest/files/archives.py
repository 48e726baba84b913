"""Walk files, folders and nested archives, and read their contents.

Nothing is unpacked under a name from an archive: members are read as streams, and a nested archive
is copied to a numbered scratch file; a tar is converted to a zip there. Refused items are yielded
as `RefusedItem` with a reason code and the walk continues. Sizes are counted while unpacking,
because those stated in an archive may be wrong.
"""

import gzip
import hashlib
import lzma
import os
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import IO, cast

from runningcoach.ingest.files import tars
from runningcoach.ingest.files.archive_names import is_gzip, is_hidden, is_unsafe
from runningcoach.ingest.files.file_kinds import Kind, kind_of
from runningcoach.store import home as homes
from runningcoach.store.blobs import files

MAX_DEPTH = 4
MAX_MEMBERS = 200_000
MAX_FILE_BYTES = 256 * 2**20
MAX_NESTED_BYTES = 8 * 2**30
MAX_TOTAL_BYTES = 16 * 2**30
"""Unpacked bytes of all activities, tables and archives of one walk. Ours."""
ARCHIVE_FREE_BYTES = 64 * 2**20
"""What may come out of any archive, with those inside it; beyond, MAX_RATIO times its size. Ours:
a zip of zips of zeros is small at every step and gives gigabytes."""
MAX_RATIO = 200
RATIO_FREE_BYTES = 8 * 2**20
"""Small members may have any ratio: an empty page compresses well and harms nobody."""

CHUNK_BYTES = 2**20
HEAD_BYTES = 512
UNREADABLE = (
    zipfile.BadZipFile, tarfile.TarError, lzma.LZMAError, zlib.error, EOFError,
    NotImplementedError, OSError, ValueError,
)  # fmt: skip


class TooBig(Exception):
    """More bytes came out of a file than any activity can have."""


@dataclass(frozen=True, slots=True)
class ImportItem:
    """One thing to import, not yet read: a file, or a member of an archive."""

    name: str
    kind: Kind
    path: Path
    member: int | None
    size_bytes: int

    def read(self) -> bytes:
        """Return the unpacked bytes. Raises TooBig, OSError or what a broken archive raises."""
        with self._open() as stream:
            data = stream.read(MAX_FILE_BYTES + 1)
        if len(data) > MAX_FILE_BYTES:
            raise TooBig(self.name)
        return data

    def sha256(self) -> str:
        """Return the SHA-256 of the unpacked bytes, holding only a chunk of them."""
        digest = hashlib.sha256()
        read = 0
        with self._open() as stream:
            while chunk := stream.read(CHUNK_BYTES):
                digest.update(chunk)
                read += len(chunk)
                if read > MAX_FILE_BYTES:
                    raise TooBig(self.name)
        return digest.hexdigest()

    @contextmanager
    def _open(self) -> Generator[IO[bytes]]:
        is_original = self.member is None and files.is_compressed(self.path)
        with open_member(self.path, self.member) as raw:
            if is_original or not is_gzip(self.name):
                yield raw
                return
            with gzip.GzipFile(fileobj=raw) as unpacked:
                yield cast("IO[bytes]", unpacked)


@dataclass(frozen=True, slots=True)
class RefusedItem:
    """Something that is not imported, and why; `item` can still be read when it is set."""

    name: str
    code: str
    detail: str = ""
    size_bytes: int = 0
    item: ImportItem | None = None

    @property
    def stand_in(self) -> str:
        """A stand-in for the SHA-256 of unreadable bytes."""
        return hashlib.sha256(f"{self.code}:{self.name}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive that the walk has finished, to be stored when its items are imported."""

    name: str
    sha256: str
    size_bytes: int
    known: bool


@dataclass(slots=True)
class ArchiveWalk:
    """One walk over paths, with its scratch folder and its limits."""

    scratch: Path
    is_known_archive: Callable[[str], bool] = lambda _sha256: False
    members: int = 0
    total_bytes: int = 0
    most_bytes: int = 0
    nested: int = 0
    folders: set[tuple[int, int]] = field(default_factory=set)

    def over(self, paths: Sequence[Path]) -> Iterator[ImportItem | RefusedItem | Archive]:
        """Yield everything under `paths`; a file that was named outright is always an item."""
        for path in paths:
            if path.is_dir():
                yield from self._folder(path, path.name)
            else:
                yield from self._file(path, path.name, named=True)

    def _folder(self, folder: Path, name: str) -> Iterator[ImportItem | RefusedItem | Archive]:
        try:
            status = folder.stat()
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError as error:
            yield RefusedItem(name, "unreadable", error_text(error))
            return
        place = (status.st_dev, status.st_ino)
        if place in self.folders:
            yield RefusedItem(name, "link_loop")
            return
        self.folders.add(place)
        for entry in entries:
            if not is_hidden(entry.name):
                yield from self._entry(entry, f"{name}/{entry.name}")

    def _entry(
        self, entry: os.DirEntry[str], name: str
    ) -> Iterator[ImportItem | RefusedItem | Archive]:
        try:
            is_folder = entry.is_dir()
        except OSError as error:
            yield RefusedItem(name, "link_loop", error_text(error))
            return
        walk = self._folder if is_folder else self._file
        yield from walk(Path(entry.path), name)

    def _file(
        self, path: Path, name: str, *, named: bool = False
    ) -> Iterator[ImportItem | RefusedItem | Archive]:
        try:
            status = path.stat()
            if not stat.S_ISREG(status.st_mode):
                yield RefusedItem(name, "not_a_file")
                return
            kind = kind_of(name, lambda: _read_head(path))
        except OSError as error:
            yield RefusedItem(name, "unreadable", error_text(error))
            return
        if kind == "archive":
            self.most_bytes = self.total_bytes + most_unpacked(status.st_size)
            yield from self._archive(path, name, _sha256_of(path), depth=1)
        elif status.st_size > MAX_FILE_BYTES:
            yield RefusedItem(name, "too_big", size_bytes=status.st_size)
        elif kind != "unknown" or named:
            yield ImportItem(name, kind, path, None, status.st_size)
        else:
            yield RefusedItem(name, "ignored", size_bytes=status.st_size)

    def _archive(
        self, path: Path, name: str, sha256: str, depth: int
    ) -> Iterator[ImportItem | RefusedItem | Archive]:
        known = self.is_known_archive(sha256)
        if not known:
            try:
                zipped = self._as_zip(path)
                members = open_archive(zipped).infolist()
            except TooBig:
                yield RefusedItem(name, "archive_bomb", size_bytes=path.stat().st_size)
                return
            except UNREADABLE as error:
                yield _bad_archive(name, path, error)
                return
            yield from self._members(zipped, members, name, depth)
        yield Archive(name, sha256, path.stat().st_size, known)

    def _as_zip(self, path: Path) -> Path:
        """Return a zip with what is in an archive: itself, or a copy of a tar in scratch."""
        if not tars.is_tar(path):
            return path
        self.nested += 1
        copy = self.scratch / f"{self.nested:06d}.zip"
        try:
            tars.to_zip(path, copy, _most_unpacked(path))
        except tars.TooLarge as error:
            copy.unlink(missing_ok=True)
            raise TooBig(path.name) from error
        except OSError as error:
            copy.unlink(missing_ok=True)
            homes.raise_if_full(error, copy)
            raise
        return copy

    def _members(
        self, path: Path, members: Sequence[zipfile.ZipInfo], archive: str, depth: int
    ) -> Iterator[ImportItem | RefusedItem | Archive]:
        """Yield the members of an archive; past a limit, the reason once and no more of them."""
        for index, member in enumerate(members):
            if member.is_dir() or is_hidden(member.filename):
                continue
            self.members += 1
            if code := self._exceeded_limit():
                yield RefusedItem(f"{archive}/{member.filename}", code, size_bytes=member.file_size)
                return
            yield from self._member(path, index, member, archive, depth)

    def _exceeded_limit(self) -> str | None:
        """Return the code of a limit that is exceeded, or None."""
        if self.members > MAX_MEMBERS:
            return "archive_too_many"
        if self.total_bytes > MAX_TOTAL_BYTES:
            return "archive_too_large"
        return "archive_bomb" if self.total_bytes > self.most_bytes else None

    def _member(
        self, path: Path, index: int, member: zipfile.ZipInfo, archive: str, depth: int
    ) -> Iterator[ImportItem | RefusedItem | Archive]:
        name = f"{archive}/{member.filename}"
        code = _refusal_code(member)
        if code is not None:
            yield RefusedItem(name, code, size_bytes=member.file_size)
            return
        try:
            kind = kind_of(name, lambda: _read_member_head(path, index))
        except UNREADABLE as error:
            yield RefusedItem(name, "archive_bad", error_text(error), member.file_size)
            return
        item = ImportItem(name, kind, path, index, member.file_size)
        self.total_bytes += member.file_size if kind != "unknown" else 0
        if kind == "archive":
            yield from self._nested(item, depth)
        elif is_unsafe(member.filename):
            yield RefusedItem(name, "unsafe_name", size_bytes=member.file_size, item=item)
        elif member.file_size > MAX_FILE_BYTES:
            yield RefusedItem(name, "too_big", size_bytes=member.file_size)
        elif kind == "unknown":
            yield RefusedItem(name, "ignored", size_bytes=member.file_size)
        else:
            yield item

    def _nested(self, item: ImportItem, depth: int) -> Iterator[ImportItem | RefusedItem | Archive]:
        if depth >= MAX_DEPTH:
            yield RefusedItem(item.name, "archive_too_deep", size_bytes=item.size_bytes)
            return
        self.nested += 1
        copy = self.scratch / f"{self.nested:06d}.zip"
        try:
            sha256 = _copy_member(item, copy)
        except TooBig:
            copy.unlink()
            yield RefusedItem(item.name, "archive_bomb", size_bytes=item.size_bytes)
        except UNREADABLE as error:
            copy.unlink(missing_ok=True)
            homes.raise_if_full(error, copy)
            yield RefusedItem(item.name, "archive_bad", error_text(error), item.size_bytes)
        else:
            yield from self._archive(copy, item.name, sha256, depth + 1)


def most_unpacked(size_bytes: int) -> int:
    """Return how many bytes may come out of an archive of a size, with all archives inside it."""
    return max(size_bytes * MAX_RATIO, ARCHIVE_FREE_BYTES)


def _refusal_code(member: zipfile.ZipInfo) -> str | None:
    """Return why a member must not even be opened."""
    if member.flag_bits & 0x1:
        return "archive_encrypted"
    return "archive_bomb" if _is_bomb(member) else None


def _bad_archive(name: str, path: Path, error: BaseException) -> RefusedItem:
    """Return the refusal of a whole archive, which is kept where a file may be so large."""
    size = path.stat().st_size
    whole = ImportItem(name, "archive", path, None, size) if size <= MAX_FILE_BYTES else None
    return RefusedItem(name, "archive_bad", error_text(error), size, whole)


def _most_unpacked(path: Path) -> int:
    """Return how many bytes may come out of a packed tar."""
    return min(max(path.stat().st_size * MAX_RATIO, RATIO_FREE_BYTES), MAX_NESTED_BYTES)


@lru_cache(maxsize=8)
def open_archive(path: Path) -> zipfile.ZipFile:
    """Return an open archive; a few stay open, since their members are asked for one by one."""
    return zipfile.ZipFile(path)


def open_member(path: Path, member: int | None) -> IO[bytes]:
    """Open a file, or one member of an archive by its number; an original is unpacked."""
    if member is None:
        return files.open_compressed(path) if files.is_compressed(path) else path.open("rb")
    archive = open_archive(path)
    return archive.open(archive.infolist()[member])


def _is_bomb(member: zipfile.ZipInfo) -> bool:
    if member.file_size <= RATIO_FREE_BYTES:
        return False
    return member.file_size > MAX_RATIO * max(member.compress_size, 1)


def _read_head(path: Path) -> bytes:
    with open_member(path, None) as stream:
        return _unpack_head(stream, gzipped=is_gzip(path.name))


def _read_member_head(path: Path, member: int) -> bytes:
    with open_member(path, member) as stream:
        return _unpack_head(stream, gzipped=is_gzip(open_archive(path).infolist()[member].filename))


def _unpack_head(stream: IO[bytes], *, gzipped: bool) -> bytes:
    """Return the first bytes, unpacked; as they are when they do not unpack."""
    head = stream.read(HEAD_BYTES)
    if not gzipped:
        return head
    try:
        return zlib.decompressobj(wbits=31).decompress(head, HEAD_BYTES)
    except zlib.error:
        return head


def _sha256_of(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _copy_member(item: ImportItem, target: Path) -> str:
    """Copy an archive out of its archive, and return its SHA-256."""
    digest = hashlib.sha256()
    copied_bytes = 0
    with open_member(item.path, item.member) as source, target.open("wb") as out:
        while chunk := source.read(CHUNK_BYTES):
            copied_bytes += len(chunk)
            if copied_bytes > MAX_NESTED_BYTES:
                raise TooBig(item.name)
            digest.update(chunk)
            out.write(chunk)
    return digest.hexdigest()


def error_text(error: BaseException) -> str:
    """Return the text of an error."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return f"{type(error).__name__}: {error}"
