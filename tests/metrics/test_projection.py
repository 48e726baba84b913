"""Days of rest, and the load that gives a form."""

from math import exp

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runningcoach.metrics import fitness, projection

levels = st.floats(0, 200)
conventions = st.sampled_from(["exp", "reciprocal", "span"])


def test_after_rest_fades_by_the_day():
    assert projection.after_rest(40.0, 50.0, 3) == pytest.approx(
        (40 * exp(-3 / 42), 50 * exp(-3 / 7))
    )


@pytest.mark.parametrize("days", [0, -2])
def test_after_rest_of_no_day_changes_nothing(days):
    assert projection.after_rest(40.0, 50.0, days) == (40.0, 50.0)


@given(levels, levels, st.lists(levels, min_size=2, max_size=9), st.floats(-80, 80), conventions)
def test_load_for_last_form_gives_it(ctl, atl, loads, form, convention):
    for form_of in ("yesterday", "sameday"):
        found = projection.load_for_last_form(ctl, atl, loads, form, convention, form_of)
        assert found.position == len(loads) - (1 if form_of == "sameday" else 2)
        planned = list(loads)
        planned[found.position] = 0.0 if found.load is None else found.load
        reached = fitness.project(ctl, atl, planned, convention, form_of).tsb[-1]
        if found.load is None:
            assert reached == pytest.approx(found.form_at_rest)
            assert reached < form + 1e-9
        else:
            assert reached == pytest.approx(form, abs=1e-6)


def test_load_for_last_form_is_load_for_form_two_days_ahead():
    found = projection.load_for_last_form(60.0, 70.0, [0, 0], -5.0)
    assert found.load == pytest.approx(fitness.load_for_form(60.0, 70.0, -5.0))


def test_load_for_last_form_changes_no_plan():
    planned = [30.0, 40.0]
    projection.load_for_last_form(60.0, 70.0, planned, -5.0)
    assert planned == [30.0, 40.0]
    assert projection.load_for_last_form(60.0, 70.0, [30.0], 5.0) is None
