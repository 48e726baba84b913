"""Import the originals in the home folder again, under the names of their first import.

In the folder they are named by their hashes, and those of all runners lie together.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psycopg

from runningcoach.ingest.files.archives import ImportItem
from runningcoach.store import imports
from runningcoach.store.blobs import files


def is_originals_path(home: Path, path: Path) -> bool:
    """Return whether a path is that of the originals' folder, or below it."""
    return path.resolve().is_relative_to((home / files.FOLDER).resolve())


def list_originals(
    conn: psycopg.Connection[Any], user_id: int, home: Path, paths: Sequence[Path]
) -> list[ImportItem]:
    """Return the runner's own originals below some paths, to be imported."""
    if not paths:
        return []
    below = [path.resolve() for path in paths]
    originals = (
        ImportItem(one.name, one.kind, files.path(home, one.sha256), None, one.size_bytes)
        for one in imports.list_originals(conn, user_id)
    )
    return [
        item for item in originals if item.path.exists() and _is_below(item.path.resolve(), below)
    ]


def _is_below(path: Path, folders: Sequence[Path]) -> bool:
    return any(path.is_relative_to(folder) for folder in folders)
