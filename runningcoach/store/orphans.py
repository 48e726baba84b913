"""Files of samples that no activity refers to any more: they go after a grace time, or at once.

Nothing is read from them, so this needs none of the libraries that `samples` needs.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from runningcoach.store.database import statements

SQL = statements("orphans")
ORIGINAL_DIGITS = 16
"""With so many digits of its original's hash the name of a file begins."""


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep removed."""

    files: int
    size_bytes: int


def sweep(conn: psycopg.Connection[Any], home: Path, older_than_s: float) -> Swept:
    """Remove files that no activity refers to and that are older than the grace time.

    The grace time must be longer than a reader's query, a backup and the import of one file.
    """
    folder = home / "samples"
    old = list(_older(folder, older_than_s))
    kept = {row[0] for row in conn.execute(SQL["paths"])}
    orphans = [path for path in old if path.relative_to(folder).as_posix() not in kept]
    # One that was written again meanwhile is young now, and about to be referred to.
    removed = [_remove(path) for path in orphans if _age_s(path) > older_than_s]
    return Swept(len(removed), sum(removed))


def remove_of(conn: psycopg.Connection[Any], home: Path, hashes: Sequence[str]) -> None:
    """Remove at once what no activity refers to, of some originals."""
    folder, gone = home / "samples", {sha256[:ORIGINAL_DIGITS] for sha256 in hashes}
    kept = {row[0] for row in conn.execute(SQL["paths"])}
    for path in folder.rglob("*.parquet"):
        if path.name[:ORIGINAL_DIGITS] in gone and path.relative_to(folder).as_posix() not in kept:
            path.unlink(missing_ok=True)


def _older(folder: Path, age_s: float) -> Iterator[Path]:
    """Yield sample files, and the unfinished files of a killed writer, past an age."""
    for pattern in ("*.parquet", ".*.tmp"):
        yield from (path for path in folder.rglob(pattern) if _age_s(path) > age_s)


def _age_s(path: Path) -> float:
    return time.time() - path.stat().st_mtime


def _remove(path: Path) -> int:
    size = path.stat().st_size
    path.unlink()
    return size
