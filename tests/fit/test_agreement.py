"""Over every FIT file of the corpus our decoder agrees with fitparse and fitdecode.

Files come from the folder of RC_FIT_CORPUS. Both references are slow, so each reads every second
file; RC_REFERENCES=all lets both read all. What may differ is named by agreement.py and
explained in docs/reference/fit.md; anything else fails, and so does a file in which nothing
could be compared although ours calls it intact.
"""

import os
import re
from itertools import cycle, product
from pathlib import Path
from typing import Any

import pytest

from runningcoach.fit.decode import decode
from tests.conftest import PROJECT
from tests.fit.agreement import CLASSES, REFERENCES, compare
from tests.fit.corpus import content, fit_files

pytestmark = [pytest.mark.slow, pytest.mark.deep, pytest.mark.timeout(600)]

REFUSALS = re.compile(r"Invalid field size|dev_data_index|developer_data_index|No such field")
"""What the references refuse to read in an intact file: fields whose size does not fit their
type, as COROS writes them, and developer fields that nobody describes."""


def pairs() -> list:
    """Every file with one reference in turn, each file with both where that is asked for."""
    names, files = sorted(REFERENCES), fit_files()
    every = os.environ.get("RC_REFERENCES") == "all"
    chosen = product(files, names) if every else zip(files, cycle(names), strict=False)
    return [_skipped_or(path, name) for path, name in chosen]


def _skipped_or(path: Any, name: str) -> Any:
    return (path, name) if isinstance(path, Path) else pytest.param(None, name, marks=path.marks)


@pytest.mark.parametrize(("path", "reference"), pairs(), ids=lambda one: getattr(one, "name", one))
def test_every_value_agrees(path: Path, reference: str) -> None:
    data = content(path)
    ours = decode(data)
    agreement = compare(data, ours, reference)
    assert agreement.errors == []
    assert agreement.classes.keys() <= CLASSES
    if ours.status == "ok":
        assert agreement.stopped is None or REFUSALS.search(agreement.stopped)
        assert agreement.equal > 0


def test_every_class_of_difference_is_explained() -> None:
    page = (PROJECT / "docs" / "reference" / "fit.md").read_text(encoding="utf-8")
    assert [name for name in sorted(CLASSES) if f"**{name}**" not in page] == []
