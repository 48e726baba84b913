"""Damaged files by the thousand: no crash, none slow or large, nothing that cannot be.

RC_MUTATIONS=10000 makes it so many FIT files, and a tenth of that TCX and GPX files each.
"""

import json
import os
import subprocess
import sys

import pytest

from tests.conftest import PROJECT, SHARED

pytestmark = [pytest.mark.slow, pytest.mark.deep]

COUNT = int(os.environ.get("RC_MUTATIONS", "1000"))
COUNTS = {"fit": COUNT, "tcx": COUNT // 10, "gpx": COUNT // 10}
SEED = 20261129
LONGEST_S, MOST_MB = 5.0, 400.0
ENOUGH = 1000
"""Of so many damaged files some are whole still: of text seven in a thousand."""


@pytest.mark.parametrize("kind", COUNTS)
def test_damaged_files_harm_nothing_and_say_nothing_impossible(kind: str) -> None:
    corpus = os.environ.get("RC_FIT_CORPUS") or str(SHARED / "fit")
    module = [sys.executable, "-m", "tests.ingest.mutations"]
    done = subprocess.run(
        [*module, kind, str(COUNTS[kind]), str(SEED), corpus],
        cwd=PROJECT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["wrong"] == []
    assert told["slowest_s"] < LONGEST_S
    assert told["memory_mb"] < MOST_MB
    outcomes = told["outcomes"]
    assert sum(outcomes.values()) == COUNTS[kind]
    assert outcomes["salvaged"] > outcomes.get("ok", 0)  # the damage is felt, not deadly
    assert outcomes.get("ok", 0) > 0 or COUNTS[kind] < ENOUGH
