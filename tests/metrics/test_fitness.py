"""Acute over chronic load by day, days to come, and where to start."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from runningcoach.metrics import fitness, race

loads = hnp.arrays(np.float64, st.integers(0, 80), elements=st.floats(0, 400))


def by_hand(load, method):
    """Return acute over chronic load of the last day, straight from the definitions."""
    if method == "ewma":
        levels = []
        for days in (7, 28):
            level = load[0]
            for value in load[1:]:
                level = 2 / (days + 1) * value + (1 - 2 / (days + 1)) * level
            levels.append(level)
        acute, chronic = levels
    else:
        acute = sum(load[-7:]) / 7
        before = load[-28:] if method == "rac" else load[-28:-7]
        chronic = sum(before) / len(before)
    return acute / chronic if chronic > 0 else None


@settings(max_examples=60)
@given(loads, st.sampled_from(["ewma", "rac", "rau"]))
def test_every_day_of_the_series_is_the_last_day_of_its_prefix(load, method):
    kept = load.copy()
    series = fitness.acwr_series(load, method)
    assert len(series) == len(load)
    for i in range(len(load)):
        prefix = load[: i + 1].tolist()
        expected = by_hand(prefix, method) if len(prefix) >= 28 else None
        alone = fitness.acwr(prefix, method)
        if expected is None:
            assert np.isnan(series[i])
            assert alone is None
        else:
            assert series[i] == pytest.approx(expected, rel=1e-9, abs=1e-9)
            assert alone == series[i]
    np.testing.assert_array_equal(load, kept)


def test_uncoupled_is_seven_days_over_the_21_before_them():
    # 21 days of 30 and 7 of 90; then the 90s, or the first 30s, leave the window of 28 days.
    load = [*[200.0] * 5, *[30.0] * 21, *[90.0] * 7]
    assert fitness.acwr(load, "rau") == pytest.approx(3.0)
    assert fitness.acwr(load, "rac") == pytest.approx(90 / 45)
    # A day later: 7 x 90 less one, and a rest day, over 20 x 30 and 90.
    assert fitness.acwr([*load, 0.0], "rau") == pytest.approx((540 / 7) / (690 / 21))
    assert fitness.acwr([0.0] * 21 + [50.0] * 7, "rau") is None  # nothing to compare with
    assert fitness.acwr([10.0] * 27, "rau") is None  # a day too few
    # Other lengths: 3 days over the 4 before them.
    assert fitness.acwr([1.0, 2, 3, 4, 6, 6, 6], "rau", 3, 7) == pytest.approx(6 / 2.5)


def test_no_share_of_almost_no_fitness():
    form, level = np.array([4.0, 4.0, -3.0, 2.0]), np.array([0.0, 4.9, 5.0, 40.0])
    found = fitness.form_pct(form, level)
    assert np.isnan(found[:2]).all()
    assert found[2:].tolist() == [-60.0, 5.0]


@settings(max_examples=40)
@given(hnp.arrays(np.float64, 60, elements=st.floats(1, 400)), st.floats(0.1, 10))
def test_ratios_do_not_depend_on_the_unit_of_load(load, factor):
    for method in ("ewma", "rac", "rau"):
        one, other = (fitness.acwr_series(x, method) for x in (load, factor * load))
        np.testing.assert_allclose(one, other)
    assert np.nanmax(fitness.acwr_series(load, "rac")) <= 4.0 + 1e-9  # 28 over 7 days


@settings(max_examples=40)
@given(
    loads,
    st.floats(0, 100),
    st.integers(0, 79),
    st.sampled_from(["exp", "reciprocal", "span"]),
)
def test_more_load_never_lowers_fitness(load, more, day, convention):
    heavier = load.copy()
    heavier[day : day + 1] += more
    for level in (fitness.ctl, fitness.atl):
        assert (level(heavier, convention) >= level(load, convention)).all()
        np.testing.assert_array_equal(
            level(heavier, convention)[:day], level(load, convention)[:day]
        )


@settings(max_examples=40)
@given(
    hnp.arrays(np.float64, st.integers(1, 60), elements=st.floats(0, 300)),
    st.integers(1, 60),
    st.sampled_from(["exp", "reciprocal", "span"]),
    st.sampled_from(["yesterday", "sameday"]),
)
def test_a_projection_goes_on_as_the_days_will(load, known, convention, form_of):
    ctl, atl = fitness.ctl(load, convention), fitness.atl(load, convention)
    whole = (ctl, atl, fitness.tsb(ctl, atl, form_of))
    known = min(known, len(load))
    ahead = fitness.project(ctl[known - 1], atl[known - 1], load[known:], convention, form_of)
    for projected, real in zip(ahead, whole, strict=True):
        np.testing.assert_allclose(projected, real[known:])


def test_the_load_for_a_form_leads_to_that_form():
    load = fitness.load_for_form(60.0, 70.0, -5.0)
    ahead = fitness.project(60.0, 70.0, [load, 0.0])
    assert ahead.tsb.tolist() == pytest.approx([-10.0, -5.0])


def test_a_projection_of_no_days_is_empty():
    assert [len(column) for column in fitness.project(50.0, 40.0, [])] == [0, 0, 0]


def test_a_seed_needs_28_days_and_eight_activities():
    load, count = np.tile([70.0, 0.0], 20), np.tile([1.0, 0.0], 20)
    assert fitness.seed(load, count) == 35.0
    assert fitness.seed(load[:27], count[:27]) is None
    assert fitness.seed(load, count * 0.5) is None  # seven in 28 days


def test_marathon_shape_of_every_day_is_that_of_its_windows():
    rng = np.random.default_rng(3)
    days = np.sort(rng.choice(400, 230))  # some days twice
    km = np.round(rng.uniform(4, 34, 230), 1)
    vo2max = np.where(np.arange(400) % 50 == 7, np.nan, rng.uniform(20, 65, 400))
    found = race.marathon_shapes_pct(vo2max, days, km)
    for day in (0, 30, 69, 70, 181, 182, 250, 399):
        if np.isnan(vo2max[day]):
            continue
        _, target = race.marathon_targets_km(vo2max[day])
        ran = [(day - d, k) for d, k in zip(days, km, strict=True) if d <= day]
        points = sum(
            (2 - 2 / 70 * ago) * ((k - 13) / (target - 13)) ** 2
            for ago, k in ran
            if k > 13 and ago < 70
        )
        total = sum(k for ago, k in ran if ago < 182)
        span = min(max(day + 1, 70), 182)
        expected = race.marathon_shape_pct(vo2max[day], total, points, days_week_km=span)
        assert found[day] == expected
    assert np.isnan(found[[7, 57]]).all()
