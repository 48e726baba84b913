"""HRV and other nights against one's usual: every night as the last one alone, no future."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from runningcoach.metrics import baselines, hrv

nights = hnp.arrays(
    np.float64,
    st.integers(0, 100),
    elements=st.floats(20, 120) | st.just(float("nan")),
)


def by_hand(told, day):
    """Return mean and deviation of the baseline before a day, straight from the rule."""
    for length, least in ((60, 30), (28, 14)):
        known = [v for v in told[max(day - length, 0) : day] if v == v]
        if len(known) >= least:
            return np.mean(known), np.std(known, ddof=1)
    return np.nan, np.nan


@settings(max_examples=60)
@given(nights)
def test_each_night_is_as_its_prefix_says(told):
    found = hrv.nights(told)
    low, high = found.range_ms()
    for i in range(len(told)):
        for days, least in ((60, 30), (28, 14)):
            alone = hrv.baseline(told[: i + 1], baseline_days=days, least=least)
            if alone is not None:
                expected = (alone.week_ms, alone.low_ms, alone.high_ms)
                got = (np.exp(found.week[i]), low[i], high[i])
                assert got == pytest.approx(expected)
                break
        else:
            assert np.isnan(found.week[i]) or np.isnan(found.sd[i])


@settings(max_examples=60)
@given(nights, st.integers(0, 100))
def test_later_nights_change_no_earlier_one(told, known):
    kept = told.copy()
    for whole, part in zip(hrv.nights(told), hrv.nights(told[:known]), strict=True):
        np.testing.assert_array_equal(whole[: len(part)], part)
    for function in (baselines.median_before, lambda x: baselines.mean_of(x, 3)):
        np.testing.assert_array_equal(function(told)[: len(told[:known])], function(told[:known]))
    np.testing.assert_array_equal(told, kept)


@settings(max_examples=60)
@given(nights)
def test_baselines_and_medians_are_those_of_the_known_values_before(told):
    mean, sd = baselines.baseline(told)
    middle = baselines.median_before(told)
    for i in range(len(told)):
        assert (mean[i], sd[i]) == pytest.approx(by_hand(told, i), nan_ok=True)
        known = [v for v in told[max(i - 60, 0) : i] if v == v]
        expected = np.median(known) if len(known) >= 14 else np.nan
        assert middle[i] == pytest.approx(expected, nan_ok=True)


def test_the_coefficient_of_variation_is_of_logarithms():
    # Logarithms 3, 4, 5: deviation 1 over mean 4.
    assert hrv.nights(np.exp([3.0, 4.0, 5.0])).cv_pct[-1] == pytest.approx(25.0)
    assert np.isnan(hrv.nights(np.exp([3.0, 4.0])).cv_pct[-1])


def test_what_is_not_above_zero_is_no_measurement():
    told = np.array([50.0, 0.0, 50.0, -3.0, np.inf, 50.0])
    assert np.exp(hrv.nights(told).week[-1]) == pytest.approx(50.0)


@settings(max_examples=40)
@given(hnp.arrays(np.float64, 80, elements=st.floats(20, 120)), st.floats(0.2, 5))
def test_another_unit_changes_no_deviation(told, factor):
    def deviations(values):
        found = hrv.nights(values)
        return found.week - found.usual, found.sd

    for one, other in zip(deviations(told), deviations(factor * told), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-9)
