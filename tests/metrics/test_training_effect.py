"""EPOC and training effect: sessions by the model's own arithmetic, and calibration."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from runningcoach.metrics import training_effect as te

LIMITS = {"hrrest_bpm": 50.0, "hrmax_bpm": 190.0}
shares = hnp.arrays(np.float64, st.integers(1, 400), elements=st.floats(0, 1.2) | st.just(np.nan))


def session(*parts):
    """Return ten-second heart rates of (minutes, share of reserve)."""
    return np.concatenate([np.full(round(6 * minutes), 50 + 140 * x) for minutes, x in parts])


def by_steps(rates):
    """Return the highest EPOC by stepping through the equation, ten seconds at a time."""
    level = highest = 0.0
    for rate in rates:
        x = 0.0 if np.isnan(rate) else min(max((rate - 50) / 140, 0), 1)
        gain = 10 * (np.exp(-7.2 * (1 - x)) - np.exp(-7.2))
        level += (10 / 60) * (gain - level * max(0, 1 - x / 0.6) / 40)
        highest = max(highest, level)
    return highest


@pytest.mark.parametrize(
    ("parts", "epoc", "effect"),
    [
        ([(30, 0.50)], 8, 1.4),
        ([(45, 0.62)], 29, 2.3),
        ([(120, 0.68)], 120, 4.1),
        ([(15, 0.6), *[(4, 0.92), (2, 0.65)] * 6, (10, 0.6)], 161, 4.6),
        ([(5, 0.6), (40, 0.93)], 236, 5.0),
    ],
)
def test_common_sessions_get_the_effect_that_runners_know(parts, epoc, effect):
    # Computed once by hand from the equation, for VO2max 50; to a tenth of the scale.
    found = te.epoc(session(*parts), **LIMITS)
    assert found == pytest.approx(epoc, rel=0.07)
    assert te.training_effect(found, 50) == pytest.approx(effect, abs=0.1)


def test_fitter_runners_need_more_for_the_same_effect():
    assert te.training_effect(200, 50) == 5  # 140 + 4 x 15 is worth 5
    assert te.training_effect(100, 50) == pytest.approx(5 * 0.5**0.4)
    assert te.training_effect(100, 65) < te.training_effect(100, 50)
    assert te.training_effect(100) == te.training_effect(100, 45)
    assert te.training_effect(100, 10) == te.training_effect(100, 25)  # never below 100
    assert te.training_effect(1e6, 50) == 5


@given(shares)
def test_the_closed_form_is_the_recurrence(reserve):
    rates = 50 + 140 * reserve
    assert te.epoc(rates, **LIMITS) == pytest.approx(by_steps(rates), abs=1e-9)


@given(shares, st.floats(0, 40))
def test_epoc_never_falls_with_heart_rate(reserve, more):
    rates = 50 + 140 * reserve
    lower, higher = te.epoc(rates, **LIMITS), te.epoc(rates + more, **LIMITS)
    assert higher >= lower - 1e-12
    assert te.training_effect(higher) >= te.training_effect(lower) - 1e-12


@given(shares, shares)
def test_more_of_a_session_never_lowers_its_peak(first, second):
    rates = 50 + 140 * first
    longer = np.concatenate([rates, 50 + 140 * second])
    assert te.epoc(longer, **LIMITS) >= te.epoc(rates, **LIMITS) - 1e-12


@given(st.integers(0, 3000))
def test_rest_silence_and_nothing_are_0(blocks):
    assert te.epoc(np.full(blocks, 50.0), **LIMITS) == 0
    assert te.epoc(np.full(blocks, np.nan), **LIMITS) == 0
    assert te.training_effect(0.0) == 0


@given(hnp.arrays(np.float64, st.integers(0, 95), elements=st.floats(30, 230) | st.just(np.nan)))
def test_blocks_are_the_means_of_ten_seconds(rate):
    kept = rate.copy()
    found = te.blocks(rate)
    np.testing.assert_array_equal(rate, kept)
    assert len(found) == -(-len(rate) // 10)
    for i, mean in enumerate(found):
        known = [v for v in rate[10 * i : 10 * i + 10] if not np.isnan(v)]
        assert np.isnan(mean) if not known else mean == pytest.approx(sum(known) / len(known))


def test_a_heart_rate_that_only_every_third_second_has_moves_epoc_little():
    seconds = np.repeat(session((20, 0.6), (10, 0.85), (15, 0.65)), 10)
    sparse = np.where(np.arange(len(seconds)) % 3 == 0, seconds, np.nan)
    dense = te.epoc(te.blocks(seconds), **LIMITS)
    assert te.epoc(te.blocks(sparse), **LIMITS) == pytest.approx(dense, rel=0.01)


def test_the_line_finds_what_the_device_was_made_of():
    epoc = np.geomspace(5, 200, 40)
    line = te.effect_line(epoc, 0.6 * epoc**0.38)
    assert (line.c0, line.c1) == pytest.approx((np.log(0.6), 0.38))
    assert line.error == pytest.approx(0, abs=1e-9)
    assert te.calibrated(100, line) == pytest.approx(0.6 * 100**0.38)
    assert te.calibrated(0, line) == 0
    assert te.calibrated(1e6, line) == 5


def test_the_error_is_that_of_lines_made_without_each_activity():
    rng = np.random.default_rng(4)
    epoc = rng.uniform(5, 200, 25)
    device = 0.7 * epoc**0.36 * rng.normal(1, 0.1, 25)
    missed = []
    for i in range(25):
        rest = np.arange(25) != i
        slope, cut = np.polyfit(np.log(epoc[rest]), np.log(device[rest]), 1)
        missed.append(np.exp(cut + slope * np.log(epoc[i])) - device[i])
    found = te.effect_line(epoc, device)
    assert found.error == pytest.approx(np.sqrt(np.mean(np.square(missed))))


def test_too_few_or_absurd_values_do_not_calibrate():
    epoc = np.geomspace(5, 200, 19)
    assert te.effect_line(epoc, 0.6 * epoc**0.38) is None
    steep = te.effect_line(np.geomspace(5, 60, 30), np.geomspace(1.1, 4.8, 30) ** 2 / 6)
    assert steep.c1 == 0.7
    alike = te.effect_line(np.full(30, 50.0), np.full(30, 3.0))
    assert te.calibrated(50, alike) == pytest.approx(3)
    assert not te.is_for_line(1.0, 50)
    assert not te.is_for_line(4.9, 50)
    assert not te.is_for_line(3.0, 0.0)
    assert not te.is_for_line(3.0, None)
    assert te.is_for_line(3.0, 50)
