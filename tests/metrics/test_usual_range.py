"""Usual ranges and the points of a readiness score: the same rule wherever they are shown."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from runningcoach.metrics import baselines, efficiency, efforts, hrv, readiness

LENGTH = 90
NAN = float("nan")


def test_usual_range_is_the_baseline_and_one_deviation():
    daily = np.array([50.0, 54.0] * (LENGTH // 2))
    low, high = baselines.usual_range(daily)
    sd = np.std([50.0, 54.0] * 30, ddof=1)
    assert (low[-1], high[-1]) == pytest.approx((52 - sd, 52 + sd))
    assert np.isnan(low[:14]).all()
    assert np.isfinite(high[14:]).all()


def test_the_middle_of_an_hrv_range_is_its_geometric_mean():
    low, high = hrv.nights(np.array([40.0, 90.0] * (LENGTH // 2))).range_ms()
    assert hrv.usual_ms(low[-1], high[-1]) == pytest.approx(60.0)
    assert hrv.usual_ms(None, 60.0) is None


@settings(max_examples=60)
@given(
    hnp.arrays(np.int64, st.integers(1, 40), elements=st.integers(0, 120)),
    st.randoms(use_true_random=False),
)
def test_usual_efficiency_is_the_rolling_median_of_six_weeks(numbers, chance):
    days = np.sort(numbers)
    factors = [chance.uniform(1.0, 2.0) for _ in days]
    frame = pd.DataFrame({"on": pd.Timestamp("2026-01-01") + pd.to_timedelta(days, "D")})
    expected = frame.assign(factor=factors).rolling("42D", on="on", min_periods=3).factor.median()
    np.testing.assert_allclose(efficiency.usual_efficiency(days, factors), expected)


def test_the_best_of_curves_is_the_highest_at_each_duration():
    curves = [np.array([5.0, NAN, 3.0], np.float32), np.array([4.0, NAN, NAN], np.float32)]
    np.testing.assert_array_equal(efforts.best_curve(curves)[[0, 2]], [5.0, 3.0])
    assert np.isnan(efforts.best_curve(curves)[1])


parts = st.tuples(*[st.just(NAN) | st.floats(-2, 1)] * 4)


@given(parts, st.floats(-2, 0))
def test_the_points_of_the_parts_add_up_to_the_score(z, load):
    known = np.isfinite(z)
    whole = readiness.readiness(*z, load)
    points = readiness.points_of_parts(z)
    np.testing.assert_array_equal(np.isfinite(points), known)
    if np.isnan(whole.score) or whole.possible_illness:
        return
    moved = [*points[known], readiness.load_points(load)]
    total = readiness.USUAL_SCORE + sum(moved)
    assert whole.score == pytest.approx(min(max(total, 0), 100), abs=0.51)
    assert readiness.is_sum_of(float(whole.score), moved) == (-0.6 <= total <= 100.6)


def test_a_part_counts_no_more_than_its_limits():
    np.testing.assert_allclose(
        readiness.points_of_parts([0.4, -9.0, 3.0, NAN]), [0.0, -12.5, 6.25, NAN]
    )
    assert (readiness.limited_z(3.0), readiness.limited_z(-9.0)) == (1.0, -2.0)
    assert (readiness.load_points(None), readiness.load_points(0.5)) == (0.0, 0.0)
