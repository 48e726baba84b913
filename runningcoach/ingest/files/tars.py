"""Tar archives, plain or packed, become zip archives in scratch, whose members can be asked for."""

import tarfile
import zipfile
from pathlib import Path

_CHUNK_BYTES = 2**20
_MAGIC = slice(257, 262)
_ZIP = b"PK"
_NAMES = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tbz", ".tar.xz", ".txz")


class TooLarge(Exception):
    """More comes out of a tar than is allowed."""


def is_tar_name(name: str) -> bool:
    """Return whether a name in lower case is that of a tar."""
    return name.endswith(_NAMES)


def is_tar_head(head: bytes) -> bool:
    """Return whether unpacked bytes begin like a tar."""
    return head[_MAGIC] == b"ustar"


def is_tar(path: Path) -> bool:
    """Return whether a file is a tar, packed or not."""
    with path.open("rb") as stream:
        if stream.read(len(_ZIP)) == _ZIP:
            return False
    return tarfile.is_tarfile(path)


def to_zip(path: Path, target: Path, most_bytes: int) -> None:
    """Copy the files of a tar into a zip, unpacked. Raises TooLarge, or what a broken tar raises.

    Links and devices stay out: what they point to is in the archive, or none of its business.
    """
    total = 0
    with (
        tarfile.open(path, "r|*") as tar,
        zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as zipped,
    ):
        for member in tar:
            source = tar.extractfile(member) if member.isfile() else None
            if source is None:
                continue
            total += member.size
            if total > most_bytes:
                raise TooLarge
            with zipped.open(
                zipfile.ZipInfo(member.name or "unnamed"), "w", force_zip64=True
            ) as out:
                while chunk := source.read(_CHUNK_BYTES):
                    out.write(chunk)
