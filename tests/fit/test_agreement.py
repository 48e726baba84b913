"""Over every FIT file of the corpus our decoder agrees with fitparse and fitdecode.

Files come from the folder of RC_FIT_CORPUS. What may differ is named by agreement.py and
explained in docs/reference/fit.md; anything else fails, and so does a file in which nothing
could be compared although ours calls it intact.
"""

import re
from pathlib import Path

import pytest

from runningcoach.fit.decode import decode
from tests.conftest import PROJECT
from tests.fit.agreement import CLASSES, REFERENCES, compare
from tests.fit.corpus import content, fit_files

pytestmark = [pytest.mark.slow, pytest.mark.deep, pytest.mark.timeout(600)]

REFUSALS = re.compile(r"Invalid field size|dev_data_index|developer_data_index|No such field")
"""What the references refuse to read in an intact file: fields whose size does not fit their
type, as COROS writes them, and developer fields that nobody describes."""


@pytest.mark.parametrize("reference", sorted(REFERENCES))
@pytest.mark.parametrize("path", fit_files(), ids=lambda path: path.name)
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
