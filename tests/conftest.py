"""Folders that tests read real files from, and the skips that say why they are absent."""

import os
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[1]
SHARED = PROJECT.parent / "shared" / "corpus"


def _folder(variable: str, default: Path) -> Path:
    path = Path(os.environ.get(variable) or default)
    if not path.exists():
        pytest.skip(f"no corpus: {path} is absent (set {variable})")
    return path


@pytest.fixture(scope="session")
def fit_corpus() -> Path:
    """Folder of real FIT, TCX and GPX files: RC_FIT_CORPUS, by default the shared one."""
    return _folder("RC_FIT_CORPUS", SHARED / "fit")


@pytest.fixture(scope="session")
def metric_vectors() -> Path:
    """JSON file of metric reference vectors: RC_METRIC_VECTORS."""
    return _folder("RC_METRIC_VECTORS", SHARED / "metrics" / "public.json")


@pytest.fixture(scope="session")
def garmin_corpus() -> Path:
    """Folder of recorded Garmin answers: RC_GARMIN_CORPUS."""
    return _folder("RC_GARMIN_CORPUS", SHARED / "garmin_json")
