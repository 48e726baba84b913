"""The files of the corpus, for tests that have one case a file."""

import gzip
import os
from pathlib import Path

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
    return gzip.decompress(data) if path.name.lower().endswith(".gz") else data
