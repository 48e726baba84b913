"""Three methods for a race time: published tables, hand-worked lines, and honest gaps."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runningcoach.metrics import predictions
from runningcoach.metrics.critical_speed import CriticalSpeed
from runningcoach.metrics.predictions import Effort, TimePrediction

MARATHON_M = 42_195.0


# Daniels' Running Formula, table of VDOT 50; with full marathon shape nothing is taken off.
@pytest.mark.parametrize(
    ("metres", "seconds"),
    [(5000, 1197), (10_000, 2481), (21_097.5, 5495), (MARATHON_M, 11_449)],
)
def test_vdot_gives_the_times_of_the_table(metres, seconds):
    found = predictions.by_vdot(metres, 50.0, 100.0)
    assert found.time_s == pytest.approx(seconds, rel=0.001)


def test_missing_endurance_slows_beyond_ten_kilometres_only():
    ready, unready = (predictions.by_vdot(MARATHON_M, 50.0, shape) for shape in (100.0, 40.0))
    assert unready.time_s > ready.time_s * 1.1
    # 42.195^1.23 = 99.8; 60 of it missing takes 0.4 x 0.598 off.
    assert unready.inputs["adjustment"] == pytest.approx(0.761, abs=0.001)
    assert predictions.by_vdot(10_000, 50.0, 0.0) == predictions.by_vdot(10_000, 50.0, None)
    assert predictions.by_vdot(15_000, 50.0, None) == TimePrediction(
        None, "no_shape", {"vo2max": 50.0}
    )


def test_vdot_says_nothing_outside_its_range():
    assert predictions.by_vdot(5000, None, 80.0) == TimePrediction(None, "no_vo2max", {})
    assert predictions.by_vdot(800, 60.0, 80.0).reason == "beyond_range"  # below 3.5 minutes
    assert predictions.by_vdot(100_000, 60.0, 80.0).reason == "beyond_range"
    assert predictions.by_vdot(5000, 12.0, 80.0).reason == "beyond_range"


def on_line(k, metres):
    return [Effort(m, 1200 * (m / 5000) ** k) for m in metres]


def test_the_exponent_is_fitted_and_drawn_towards_riegels():
    metres = (1609.344, 3000, 5000, 10_000, 21_097.5)
    assert predictions.exponent(on_line(1.10, metres)) == pytest.approx((5 * 1.10 + 3 * 1.06) / 8)
    # Limits before it is drawn: 1.15 and 1.03.
    assert predictions.exponent(on_line(1.40, metres)) == pytest.approx((5 * 1.15 + 3 * 1.06) / 8)
    assert predictions.exponent(on_line(0.90, metres)) == pytest.approx((5 * 1.03 + 3 * 1.06) / 8)


@pytest.mark.parametrize("metres", [(5000, 21_097.5), (3000, 5000, 8000), (5000,)])
def test_too_few_or_too_near_efforts_leave_riegels_exponent(metres):
    assert predictions.exponent(on_line(1.12, metres)) == 1.06


def test_the_power_law_starts_from_the_nearest_effort():
    efforts = [Effort(3000, 660), Effort(10_000, 2400)]
    found = predictions.by_power_law(21_097.5, efforts)
    assert found.time_s == pytest.approx(2400 * 2.10975**1.06)
    assert found.inputs == {"distance_m": 10_000, "time_s": 2400, "exponent": 1.06, "efforts": 2}
    assert predictions.by_power_law(3000, efforts).time_s == 660
    assert predictions.by_power_law(MARATHON_M, [Effort(10_000, 3600)]).reason == "beyond_range"
    assert predictions.by_power_law(5000, []) == TimePrediction(None, "no_hard_effort", {})


def test_near_maximal_is_within_three_per_cent_of_the_curve():
    critical = CriticalSpeed(4.0, 200.0)
    # In 1000 s critical speed allows 4.2 m/s; 97 % of it is 4074 m.
    assert predictions.is_near_maximal(Effort(4080, 1000), critical)
    assert not predictions.is_near_maximal(Effort(4070, 1000), critical)
    assert not predictions.is_near_maximal(Effort(900, 180), critical)  # below 3.5 minutes
    assert not predictions.is_near_maximal(Effort(4080, 1000), None)


def test_critical_speed_speaks_for_two_to_forty_minutes():
    critical = CriticalSpeed(4.0, 200.0)
    assert predictions.by_critical_speed(5000, critical).time_s == 1200
    for metres in (400, 10_000, 21_097.5):  # 50 s, 2450 s, and beyond
        assert predictions.by_critical_speed(metres, critical).reason == "beyond_range"
    assert predictions.by_critical_speed(10_000, CriticalSpeed(4.5, 200.0)).time_s < 2400
    assert predictions.by_critical_speed(5000, None) == TimePrediction(
        None, "no_critical_speed", {}
    )


@pytest.mark.parametrize(("minutes", "share"), [(130, 0.93), (150, 0.93), (255, 0.8595),
                                                (360, 0.789), (400, 0.789)])  # fmt: skip
def test_a_marathon_is_run_at_a_share_of_critical_speed(minutes, share):
    critical = CriticalSpeed(MARATHON_M / (60 * minutes) / share, 200.0)
    found = predictions.by_critical_speed(MARATHON_M, critical)
    assert found.time_s == pytest.approx(60 * minutes)
    assert found.inputs["share"] == pytest.approx(share)


@given(st.floats(1.5, 7.0), st.floats(1.0, 1.2))
def test_more_critical_speed_is_never_slower(speed, faster):
    one, other = (predictions.marathon_time_s(s) for s in (speed, speed * faster))
    assert other <= one * (1 + 1e-12)
    assert 0.789 - 1e-9 <= MARATHON_M / one / speed <= 0.93 + 1e-9


@given(st.floats(20, 80), st.floats(0, 5), st.floats(0, 120), st.sampled_from([5000.0, 21_097.5]))
def test_more_vo2max_is_never_slower(vo2max, more, shape, metres):
    one, other = (predictions.by_vdot(metres, v, shape).time_s for v in (vo2max, vo2max + more))
    assert one is None or other is None or other <= one + 1e-3


def test_together_is_the_median_and_the_range():
    said = [
        TimePrediction(1200.0, None, {}),
        TimePrediction(None, "no_hard_effort", {}),
        TimePrediction(1300.0, None, {}),
    ]
    assert predictions.together(said) == (1250.0, 1200.0, 1300.0)
    assert predictions.together([*said, TimePrediction(1210.0, None, {})]) == (
        1210.0,
        1200.0,
        1300.0,
    )
    assert predictions.together(said[1:2]) == (None, None, None)


@pytest.mark.parametrize(
    ("metres", "races", "long_run", "trust"),
    [
        (5000, [(10_000, 60)], False, "high"),
        (5000, [(10_000, 61)], False, "medium"),
        (5000, [(10_500, 5)], False, "medium"),
        (5000, [], True, "low"),
        (MARATHON_M, [(21_097.5, 20)], True, "high"),  # exactly half
        (MARATHON_M, [(21_000, 20)], True, "medium"),
        (MARATHON_M, [(30_000, 20)], True, "high"),
        (MARATHON_M, [(30_000, 20)], False, "low"),
    ],
)
def test_confidence_rests_on_near_and_recent_races(metres, races, long_run, trust):
    assert predictions.confidence(metres, races, long_run=long_run) == trust


@given(st.lists(st.tuples(st.floats(800, 50_000), st.floats(120, 20_000)), max_size=6),
       st.floats(400, 100_000))  # fmt: skip
def test_any_efforts_give_a_time_or_a_reason(efforts, metres):
    found = predictions.by_power_law(metres, [Effort(*e) for e in efforts])
    assert (found.time_s is None) != (found.reason is None)
    assert found.time_s is None or math.isfinite(found.time_s)


@pytest.mark.parametrize(
    ("apart", "trust"), [(0.0, "high"), (0.05, "high"), (0.06, "medium"), (0.16, "low")]
)
def test_confidence_follows_how_far_the_methods_lie_apart(apart, trust):
    assert predictions.confidence(10_000, [(10_000, 20)], long_run=True, apart=apart) == trust


def test_the_spread_is_a_share_of_the_time():
    # A marathon of 3:30 within 40 minutes: 19 %.
    assert predictions.spread(predictions.Together(12_600, 11_400, 13_800)) == pytest.approx(4 / 21)
    assert predictions.spread(predictions.Together(None, None, None)) == 0.0


def test_the_time_with_full_shape_stands_beside_the_penalty():
    found = predictions.by_vdot(MARATHON_M, 50.0, 40.0)
    assert found.inputs["time_in_shape_s"] == pytest.approx(11_449, rel=0.001)  # Daniels' table
    assert "time_in_shape_s" not in predictions.by_vdot(MARATHON_M, 50.0, 100.0).inputs
    assert "time_in_shape_s" not in predictions.by_vdot(10_000, 50.0, 40.0).inputs
