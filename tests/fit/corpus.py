"""The files of the corpus, for tests that have one case a file."""

import gzip
import os
from functools import cache
from pathlib import Path
from typing import Any

import fitdecode
import pytest

from tests.conftest import SHARED

SUFFIXES = (".fit", ".fit.gz", ".tcx", ".gpx")


def corpus_files(*suffixes: str) -> list:
    """Return all files of these kinds; one skipped case when there is no corpus."""
    folder = Path(os.environ.get("RC_FIT_CORPUS") or SHARED / "fit")
    found = [path for path in sorted(folder.rglob("*")) if path.name.lower().endswith(suffixes)]
    reason = f"no corpus: {folder} is absent (set RC_FIT_CORPUS)"
    return found or [pytest.param(folder, marks=pytest.mark.skip(reason=reason))]


def fit_files() -> list:
    return corpus_files(".fit", ".fit.gz")


def content(path: Path) -> bytes:
    """Return a file's bytes, unpacked."""
    data = path.read_bytes()
    return gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data


@cache
def stated_messages(path: Path) -> list[tuple[str, dict[str, Any]]]:
    """Return the sessions and laps of a FIT file, in order, as fitdecode reads them.

    It raises on any damage. Two files of tests share what takes half a minute.
    """
    with fitdecode.FitReader(
        content(path),
        processor=None,
        check_crc=fitdecode.CrcCheck.RAISE,
        error_handling=fitdecode.ErrorHandling.IGNORE,
    ) as frames:
        return [
            # The first of a name counts: apps add fields of their own with the same names.
            (frame.name, {field.name: field.value for field in reversed(frame.fields)})
            for frame in frames
            if isinstance(frame, fitdecode.FitDataMessage) and frame.name in ("session", "lap")
        ]
