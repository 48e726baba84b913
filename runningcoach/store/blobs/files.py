"""Original files: stored for ever, named by their content, compressed.

home/originals/ab/<sha256>.zst holds the bytes whose SHA-256 it is named by. What is there is
never written again, and never believed unseen: reading checks the hash.
"""

# pyarrow comes without types.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false

import hashlib
from pathlib import Path
from typing import IO, cast

import pyarrow as pa

from runningcoach.base.errors import RunningCoachError
from runningcoach.store import home as homes

FOLDER = "originals"
SUFFIX = ".zst"
LEVEL = 3
"""zstd's level: 9 is 3 % smaller and five times slower."""


class OriginalMissing(RunningCoachError):
    """An original is not in the home folder."""

    code = "store.original_missing"
    status = 404


class OriginalDamaged(RunningCoachError):
    """An original is not what was once stored."""

    code = "store.original_damaged"


def folder(home: Path) -> Path:
    """Return the folder of all originals, made where it is missing."""
    return homes.folder(home, FOLDER)


def path(home: Path, sha256: str) -> Path:
    """Return where the original with this hash is, or would be."""
    return home / FOLDER / sha256[:2] / f"{sha256}{SUFFIX}"


def exists(home: Path, sha256: str) -> bool:
    """Return whether the original is there."""
    return path(home, sha256).exists()


def put(home: Path, data: bytes, sha256: str) -> Path:
    """Store an original unless it is there, and return where it is."""
    if hashlib.sha256(data).hexdigest() != sha256:
        raise ValueError("the hash is not that of the data")
    target = path(home, sha256)
    if not target.exists():
        homes.folder(home, FOLDER, sha256[:2])
        homes.put(target, compress(data))
    return target


def compress(data: bytes) -> bytes:
    """Return bytes as originals are compressed."""
    return bytes(pa.Codec("zstd", LEVEL).compress(data, asbytes=True))


def is_compressed(path: Path) -> bool:
    """Return whether a file is compressed as originals are, by its name."""
    return path.suffix == SUFFIX


def open_compressed(path: Path) -> IO[bytes]:
    """Open such a file for reading what is in it. Raises OSError for what is none."""
    return cast("IO[bytes]", pa.input_stream(path, compression="zstd"))


def get(home: Path, sha256: str) -> bytes:
    """Return the bytes of an original, checked against their hash."""
    source = path(home, sha256)
    try:
        with open_compressed(source) as stream:
            data = bytes(stream.read())
    except FileNotFoundError as error:
        raise OriginalMissing(path=source) from error
    except OSError as error:
        raise OriginalDamaged(path=source) from error
    if hashlib.sha256(data).hexdigest() != sha256:
        raise OriginalDamaged(path=source)
    return data
