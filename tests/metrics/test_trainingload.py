"""Where our conventions are those of the package trainingload, the numbers are the same."""

import pytest

from benchmarks.metrics import compared

SAME = {
    "load by pace, same NGP",
    "load by heart rate, squared",
    "ctl, reciprocal",
    "atl, reciprocal",
    "form, same day",
}


@pytest.fixture(scope="module")
def rows():
    """Three dozen made-up runs by both packages, by quantity."""
    return {row.name: row for row in compared()}


def test_equal_conventions_agree_within_the_others_rounding(rows):
    assert {name for name, row in rows.items() if row.bound is not None} == SAME
    for name in SAME:
        row = rows[name]
        assert len(row.ours) == len(row.theirs) >= 36
        assert abs(row.ours).max() > 1  # not two columns of nothing
        assert row.apart <= 0.05 + 1e-9, name


def test_other_conventions_are_said_to_differ_and_do(rows):
    for name in rows.keys() - SAME:
        assert rows[name].apart > 0.05, name
        assert rows[name].why
