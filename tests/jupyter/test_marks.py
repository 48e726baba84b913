"""Numbers of an activity say themselves what makes them less sure."""

import re

import pytest

from runningcoach.base import i18n
from runningcoach.pages.tiles import activity as tiles
from tests.charts import sample


@pytest.fixture(autouse=True)
def _english():
    with i18n.speaking("en"):
        yield


def marks(**changes: object) -> dict[str, list[str]]:
    """The labels below each number, by the name of the number."""
    text = str(tiles.numbers(sample.whole_activity(), sample.metrics(**changes)))
    found = {}
    for stat in re.split('<div class="stat(?: missing)?"', text)[1:]:
        name = re.search(r'<div class="label"><span[^>]*>([^<]*)', stat)
        found[name[1]] = re.findall(r'class="mark" title="[^"]+">([^<]*)', stat)
    return {name: labels for name, labels in found.items() if labels}


def test_a_sure_number_has_no_mark():
    assert marks(flags=[]) == {}


def test_an_assumed_sex_concerns_the_pulse_and_not_the_pace():
    assert marks(flags=["sex_assumed"], load_source="pace") == {"TRIMP": ["sex not known"]}


def test_load_from_heart_rate_bears_what_heart_rate_lacks():
    found = marks(flags=["scaled", "sex_assumed"], load_source="heart_rate")
    assert found == {
        name: ["missing HR filled in", "sex not known"] for name in ("Training load", "TRIMP")
    }


def test_load_from_time_alone_is_an_estimate():
    found = marks(flags=["estimated_duration"], load_source="estimated_duration", trimp=None)
    assert found == {"Training load": ["estimate"]}
