"""CONTRIBUTING.md names files and folders that are there."""

import re

import pytest

from tests.conftest import PROJECT

TEXT = (PROJECT / "CONTRIBUTING.md").read_text(encoding="utf-8")
PLACES = sorted({word for word in re.findall(r"`([^`\s]+)`", TEXT) if "/" in word})


def test_it_has_a_list_for_each_kind_of_addition():
    parts = re.split(r"^## ", TEXT, flags=re.MULTILINE)[1:]
    assert [part.splitlines()[0] for part in parts] == [
        "A new metric of activities", "A new page", "A new job", "A new vendor",
    ]  # fmt: skip
    for part in parts:
        assert len(re.findall(r"^\d\. ", part, flags=re.MULTILINE)) >= 5


@pytest.mark.parametrize("place", PLACES)
def test_what_it_names_is_there(place):
    path = PROJECT / re.split(r"NAME|VENDOR", place)[0]
    assert path.exists()
