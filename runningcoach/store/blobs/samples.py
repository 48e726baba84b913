"""The samples of activities: one immutable Parquet file per activity version.

The table activity_samples says which file holds the samples of an activity now. A file is
never written over: its name holds the hash of its content, so readers see the old file or
the new one, whole. Files that nobody refers to any more are moved aside by `orphans`.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
from numpy.typing import NDArray
from psycopg.rows import args_row, class_row

from runningcoach.store import home as homes
from runningcoach.store.blobs import parquet
from runningcoach.store.blobs.orphans import ORIGINAL_DIGITS
from runningcoach.store.blobs.parquet import Samples
from runningcoach.store.database import statements

SQL = statements("blobs/samples")


@dataclass(frozen=True, slots=True)
class SampleFile:
    """A Parquet file of samples, as the manifest lists it; `path` is below home/samples."""

    path: str
    sha256: str
    size_bytes: int
    samples: int
    channels: list[str]
    pauses_s: list[int] = field(default_factory=list[int])

    @property
    def pauses(self) -> tuple[tuple[int, int], ...]:
        """Return the stretches with the timer stopped: from and to, seconds since the start."""
        return tuple(zip(self.pauses_s[::2], self.pauses_s[1::2], strict=True))


def stem(original_sha256: str, leg: int) -> str:
    """Return how the names of the files begin that hold one leg of an original."""
    return f"{original_sha256[:ORIGINAL_DIGITS]}-{leg}"


def write(home: Path, samples: Samples, started_at: datetime, stem: str) -> SampleFile:
    """Store samples and return the entry for the manifest; needs no connection.

    The same samples give the same file, which is left alone if it is there already.
    """
    data = parquet.encode(samples)
    sha256 = hashlib.sha256(data).hexdigest()
    day = started_at.astimezone(UTC)
    path = f"year={day:%Y}/month={day:%m}/{stem}-{sha256[:8]}.parquet"
    _put(home, path, data)
    return SampleFile(
        path, sha256, len(data), len(samples["t_s"]), channels=parquet.channels(samples)
    )


def _put(home: Path, path: str, data: bytes) -> None:
    """Write the file unless it is there whole; one that is becomes young again for the sweep."""
    *folders, name = path.split("/")
    target = homes.folder(home, "samples", *folders) / name
    if target.exists() and target.read_bytes() == data:
        target.touch()
    else:
        homes.put(target, data)


def table(home: Path, path: str, channels: Sequence[str] | None = None) -> Any:
    """Return the samples of a file as a pyarrow.Table, in the units of their names.

    `channels` picks and orders columns; those that the file lacks are left out.
    """
    return parquet.decode(home / "samples" / path, channels)


def read(home: Path, path: str, channels: Sequence[str] | None = None) -> dict[str, NDArray[Any]]:
    """Return the samples of a file as arrays: float64 with NaN, `t_s` int32."""
    return parquet.arrays(table(home, path, channels))


def is_intact(home: Path, path: str, sha256: str) -> bool:
    """Return whether a file of the manifest exists unchanged."""
    try:
        with (home / "samples" / path).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == sha256
    except OSError:
        return False


class StoredSamples(NamedTuple):
    """The file of an activity's samples, and the original that it was made of: hash, leg, name."""

    activity_id: int
    path: str
    sha256: str
    original_sha256: str
    leg: int
    name: str


def manifest(conn: psycopg.Connection[Any], user_id: int) -> list[StoredSamples]:
    """Return the files of all samples with their originals, oldest activity first."""
    with conn.cursor(row_factory=args_row(StoredSamples)) as cursor:
        return cursor.execute(SQL["manifest"], {"user_id": user_id}).fetchall()


def repoint(
    conn: psycopg.Connection[Any], user_id: int, old: StoredSamples, new: SampleFile
) -> None:
    """Let the manifest name another file, unless it names another one already."""
    row = {"user_id": user_id, "activity_id": old.activity_id, "old_path": old.path}
    names = ("path", "sha256", "size_bytes", "samples", "channels")
    conn.execute(SQL["repoint"], row | {name: getattr(new, name) for name in names})


def get_file(conn: psycopg.Connection[Any], user_id: int, activity_id: int) -> SampleFile | None:
    """Return the manifest's entry for an activity; None without samples."""
    with conn.cursor(row_factory=class_row(SampleFile)) as cursor:
        cursor.execute(SQL["of"], {"user_id": user_id, "activity_id": activity_id})
        return cursor.fetchone()
