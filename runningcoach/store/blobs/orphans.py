"""Sample files that no activity refers to: set aside after a grace time, deleted much later.

A database that was restored, or made anew, beside a home full of samples knows none of them, or
far fewer. Then nothing is moved: those files are what the restored rows will refer to. What is
aside comes back by itself when a row refers to it again.

Nothing is read from the files, so this needs none of the libraries that `samples` needs.
"""

import logging
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from runningcoach.store import home as homes
from runningcoach.store.database import statements

SQL = statements("blobs/orphans")
ORIGINAL_DIGITS = 16
"""With so many digits of its original's hash the name of a file begins."""
ASIDE = "samples_aside"
ASIDE_DAYS = 30
"""How long a file stays aside: longer than anybody takes to notice a wrong restore."""
FEW = 20
"""So many orphans are never a sign of a foreign database."""
MOST_SHARE = 0.5
"""Of all sample files; more orphans than that, and the database is not the one they belong to."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SweepReport:
    """What a sweep did, in files.

    `moved` went aside, `returned` came back from there, `deleted` had been aside for long.
    `held` are orphans that stayed because the database knows far fewer files than there are.
    """

    moved: int = 0
    returned: int = 0
    deleted: int = 0
    held: int = 0
    size_bytes: int = 0


def sweep(conn: psycopg.Connection[Any], home: Path, older_than_s: float) -> SweepReport:
    """Move files aside that no activity refers to and that are older than the grace time.

    The grace time must be longer than a reader's query, a backup and the import of one file.
    `size_bytes` is what was moved and deleted.
    """
    referred = {row[0] for row in conn.execute(SQL["paths"])}
    returned = _return(home, referred)
    unfinished = _delete(_older(home / "samples", ".*.tmp", older_than_s))
    files = list((home / "samples").rglob("*.parquet"))
    orphans = [path for path in files if _relative(home, path) not in referred]
    old = [path for path in orphans if _age_s(path) > older_than_s]
    if is_foreign(len(files), len(orphans)) or (orphans and _is_new(conn)):
        log.warning("%d sample files are unknown to the database and stay", len(orphans))
        return SweepReport(returned=returned, held=len(old))
    # One that was written again meanwhile is young now, and about to be referred to.
    moved = [_move_aside(home, path) for path in old if _age_s(path) > older_than_s]
    expired = _delete(_older(home / ASIDE, "*.parquet", ASIDE_DAYS * 86_400))
    return SweepReport(
        moved=len(moved),
        returned=returned,
        deleted=len(unfinished) + len(expired),
        size_bytes=sum(moved) + sum(unfinished) + sum(expired),
    )


def is_foreign(files: int, orphans: int) -> bool:
    """Return whether so many orphans show that the database is not the one of these files.

    A database that was made anew, to be restored, knows none of the files that lie beside it.
    """
    return orphans > max(FEW, MOST_SHARE * files)


def _is_new(conn: psycopg.Connection[Any]) -> bool:
    row = conn.execute(SQL["is_new"]).fetchone()
    return row is None or row[0]


def delete_of_originals(conn: psycopg.Connection[Any], home: Path, hashes: Sequence[str]) -> None:
    """Delete the unreferenced sample files of some originals at once, also those set aside."""
    prefixes = {sha256[:ORIGINAL_DIGITS] for sha256 in hashes}
    referred = {row[0] for row in conn.execute(SQL["paths"])}
    for folder in (home / "samples", home / ASIDE):
        for path in folder.rglob("*.parquet"):
            is_of_originals = path.name[:ORIGINAL_DIGITS] in prefixes
            if is_of_originals and path.relative_to(folder).as_posix() not in referred:
                path.unlink(missing_ok=True)


def _return(home: Path, referred: set[str]) -> int:
    """Move files back that rows refer to again; return how many."""
    aside = home / ASIDE
    referenced = [
        p for p in aside.rglob("*.parquet") if p.relative_to(aside).as_posix() in referred
    ]
    missing = [p for p in referenced if not (home / "samples" / p.relative_to(aside)).exists()]
    for path in missing:
        _move(path, home, "samples", path.relative_to(aside))
    return len(missing)


def _move_aside(home: Path, path: Path) -> int:
    """Move a file aside and return its size; its age there counts from now."""
    size = path.stat().st_size
    _move(path, home, ASIDE, path.relative_to(home / "samples"))
    return size


def _move(path: Path, home: Path, folder: str, name: Path) -> None:
    target = homes.folder(home, folder, *name.parts[:-1]) / name.name
    path.replace(target)
    os.utime(target)


def _relative(home: Path, path: Path) -> str:
    return path.relative_to(home / "samples").as_posix()


def _older(folder: Path, pattern: str, age_s: float) -> Iterator[Path]:
    """Yield the files of a pattern past an age."""
    yield from (path for path in folder.rglob(pattern) if _age_s(path) > age_s)


def _age_s(path: Path) -> float:
    return time.time() - path.stat().st_mtime


def _delete(paths: Iterator[Path]) -> list[int]:
    """Delete files and return their sizes."""
    files = list(paths)
    sizes = [path.stat().st_size for path in files]
    for path in files:
        path.unlink(missing_ok=True)
    return sizes
