"""Classify names of files in archives and folders: packed, hidden, unsafe."""

import re
from pathlib import PurePosixPath

HIDDEN_NAMES = {"__macosx", "thumbs.db", "desktop.ini"}
_DRIVE = re.compile(r"[A-Za-z]:[\\/]")
"""A drive of Windows; a colon elsewhere is part of a name, as in "2025-09-05 07:30 Run.gpx"."""


def is_gzip(name: str) -> bool:
    """Return whether the name is that of a file packed by gzip."""
    return name.lower().endswith(".gz")


def is_hidden(name: str) -> bool:
    """Return whether any part of the path is hidden or one of the systems' own files."""
    parts = [part for part in PurePosixPath(name).parts if part != ".."]
    return any(part.startswith(".") or part.lower() in HIDDEN_NAMES for part in parts)


def is_unsafe(name: str) -> bool:
    """Return whether a member's name tries to leave the archive's folder."""
    path = PurePosixPath(name.replace("\\", "/"))
    return path.is_absolute() or ".." in path.parts or bool(_DRIVE.match(name))
