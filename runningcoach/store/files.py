"""Originals as they came in: kept for ever, named by their content, compressed.

home/originals/ab/<sha256>.zst holds the bytes whose SHA-256 it is named by. What is there is
never written again, and never believed unseen: reading checks the hash.
"""

# pyarrow comes without types.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false

import hashlib
from pathlib import Path

import pyarrow as pa

from runningcoach.errors import RunningCoachError
from runningcoach.store import home as homes

FOLDER = "originals"
LEVEL = 3
"""zstd's level: 9 is 3 % smaller and five times slower."""


class OriginalMissing(RunningCoachError):
    """An original is not in the home folder."""

    code = "store.original_missing"
    status = 404


class OriginalDamaged(RunningCoachError):
    """An original is not what was once stored."""

    code = "store.original_damaged"


def path(home: Path, sha256: str) -> Path:
    """Return where the original with this hash is, or would be."""
    return home / FOLDER / sha256[:2] / f"{sha256}.zst"


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
        homes.put(target, pa.Codec("zstd", LEVEL).compress(data, asbytes=True))
    return target


def get(home: Path, sha256: str) -> bytes:
    """Return the bytes of an original, checked against their hash."""
    source = path(home, sha256)
    try:
        with pa.input_stream(source, compression="zstd") as stream:
            data = bytes(stream.read())
    except FileNotFoundError as error:
        raise OriginalMissing(path=source) from error
    except OSError as error:
        raise OriginalDamaged(path=source) from error
    if hashlib.sha256(data).hexdigest() != sha256:
        raise OriginalDamaged(path=source)
    return data
