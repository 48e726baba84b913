"""Readiness: the worked examples, the bands, and what must hold for any morning."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runningcoach.metrics import readiness

z = st.floats(-2, 1) | st.just(float("nan"))


# HRV, resting heart rate and sleep in deviations, form in per cent of fitness; worked by hand:
# 65 + 25 x (0.4 hrv + 0.2 resting + 0.2 sleep + 0.2 (form + 10) / 20).
@pytest.mark.parametrize(
    ("hrv", "resting", "sleep", "form_pct", "score", "band"),
    [
        (0, 0, 0, -10, 65, "normal"),
        (1, 0.5, 0.5, 5, 84, "high"),
        (-1, -0.5, -1, -25, 44, "reduced"),
        (-2, -2, -1, -35, 24, "low"),
    ],
)
def test_worked_examples(hrv, resting, sleep, form_pct, score, band):
    found = readiness.readiness(hrv, resting, sleep, readiness.form_z(form_pct))
    assert found.score == score
    assert readiness.band(float(found.score)) == band


def test_a_high_resting_heart_rate_with_a_low_hrv_holds_the_score_down():
    ill = readiness.readiness([-1.5, -1.4], [-2.0, -2.0], [1.0, 1.0], [1.0, 1.0])
    # Weighed -0.6 and -0.56: 50 and 51 but for the suspicion.
    assert ill.score.tolist() == [35.0, 51.0]
    assert ill.possible_illness.tolist() == [True, False]


def test_missing_parts_leave_their_weight_to_the_others():
    nan = float("nan")
    found = readiness.readiness(
        [-1, nan, nan, 1], [nan, 0.5, nan, nan], [nan, 0.5, 1, nan], [0.5, nan, 1, nan]
    )
    # (0.4 x -1 + 0.2 x 0.5) / 0.6 = -0.5; 0.5; without HRV and resting rate; one part only.
    assert found.score[:2].tolist() == [53.0, 78.0]
    assert np.isnan(found.score[2:]).all()
    assert readiness.band(float("nan")) is None


def test_parts_are_in_units_of_the_usual_and_asymmetric():
    assert readiness.hrv_z([4.1, 3.0], [4.0, 4.0], [0.2, 0.2]) == pytest.approx([0.5, -2.0])
    assert np.isnan(readiness.hrv_z(4.0, 4.0, 0.0))
    # A deviation below 1 bpm counts as 1 bpm: 1.5 bpm above the usual is -1.5.
    assert readiness.resting_hr_z(51.5, 50.0, 0.3) == pytest.approx(-1.5)
    assert readiness.resting_hr_z(40.0, 50.0, 2.0) == 1.0
    # Half an hour short last night, and 20 minutes on three nights: (-1/2 - 4/9) / 2.
    assert readiness.sleep_z(27_000, 27_600, 28_800) == pytest.approx(-17 / 36)
    assert readiness.sleep_need_s([5 * 3600, 8 * 3600, 10 * 3600]).tolist() == [
        25_200,
        28_800,
        32_400,
    ]


@given(st.lists(st.tuples(z, z, z, z), min_size=1, max_size=8), st.integers(0, 3), st.floats(0, 2))
def test_a_better_part_never_lowers_the_score(mornings, part, more):
    before = np.array(mornings).T
    kept = before.copy()
    after = before.copy()
    after[part] = np.minimum(after[part] + more, 1.0)
    low, high = readiness.readiness(*before).score, readiness.readiness(*after).score
    known = np.isfinite(low)
    assert (np.isfinite(high) == known).all()
    assert (high[known] >= low[known]).all()
    assert ((low[known] >= 0) & (low[known] <= 100)).all()
    np.testing.assert_array_equal(before, kept)


def test_inside_the_usual_range_nothing_is_gained_or_lost():
    inside = readiness.readiness([0.49, -0.49], [-0.49, 0.49], [0.0, 0.0], [0.0, 0.0])
    assert inside.score.tolist() == [65.0, 65.0]
    edge = readiness.readiness([-0.5], [0.5], [0.0], [0.0])
    assert edge.score.tolist() == [63.0]  # 65 + 25 x (0.4 x -0.5 + 0.2 x 0.5) = 62.5


def test_the_morning_after_a_marathon_is_not_as_usual():
    # Load 250 at a fitness of 60: 4.2 times it, so -2; form fell to -40 %: -1.5.
    assert readiness.load_z(250.0, 60.0) == -2.0
    found = readiness.readiness(0.0, 0.0, 0.0, readiness.form_z(-40.0), readiness.load_z(250, 60))
    assert found.score == 38  # 65 - 25 x 0.2 x 1.5 - 20 = 37.5
    assert readiness.band(float(found.score)) == "reduced"


def test_training_as_usual_is_no_shock():
    loads, level = [0.0, 60.0, 120.0, 150.0, 240.0, 40.0], [60.0] * 5 + [5.0]
    # Up to twice fitness; 2.5 and 4 times it; a beginner's fitness counts as 20.
    assert readiness.load_z(loads, level).tolist() == [0.0, 0.0, 0.0, -0.5, -2.0, 0.0]
    assert readiness.readiness(0.0, 0.0, 0.0, 0.0, float("nan")).score == 65
