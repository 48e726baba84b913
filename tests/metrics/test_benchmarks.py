"""Limits and threshold from evidence: the rules, and no look into the future."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runningcoach.metrics import benchmarks, critical_speed, race, vo2max


def hrmax(pairs, age=None):
    days = np.array([d for d, _ in pairs], np.int64)
    peaks = np.array([p for _, p in pairs], float)
    return benchmarks.hrmax(days, peaks, [days[0], *(days + 1).tolist()], age)


def test_hrmax_by_age_until_three_hard_sessions():
    rows = hrmax([(1, 183.0), (3, 186.4), (5, 184.2), (7, 185.0)], age=40)
    assert [(r.day, r.value, r.confidence) for r in rows] == [
        (1, 180.0, "low"),  # Tanaka: 208 - 0.7 x 40
        (2, 183.0, "low"),  # more than by age was seen
        (4, 186.0, "low"),
        # 6: the median of three, 184, is lower, and HRmax does not fall by itself
    ]


def test_hrmax_is_the_median_of_three_and_only_rises():
    rows = hrmax([(1, 180.0), (3, 182.0), (5, 178.0), (7, 190.0), (9, 189.0), (400, 160.0)])
    assert [(r.day, r.value) for r in rows] == [(1, 190.0), (6, 180.0), (10, 189.0)]


def test_hrrest_needs_fourteen_nights_and_moves_only_for_good():
    days = np.arange(100, 200)
    rows = benchmarks.hrrest(days, np.where(days < 150, 50.0, 45.0), 90)
    assert [(r.day, r.value) for r in rows[:2]] == [(90, 60.0), (114, 50.0)]
    # The median of 28 days turns after 14 of them and must stay away for 14 more.
    assert [(r.day, r.value) for r in rows[2:]] == [(178, 45.0)]


def test_lthr_is_the_best_half_hour_within_reason():
    hours = benchmarks.HalfHours(np.arange(1, 13), np.full(12, 150.0), np.zeros(12, dtype=bool))
    assert benchmarks.lthr(hours, [1], [190.0])[0].value == 169  # 0.89 x 190
    assert benchmarks.lthr(hours, [13], [190.0])[0].value == 152  # not below 0.80 x 190
    hard = benchmarks.HalfHours(np.array([1]), np.array([171.0]), np.array([True]))
    assert benchmarks.lthr(hard, [2], [190.0])[0].value == 171


def no_races():
    return benchmarks.Races(np.empty(0, np.int64), np.empty(0), np.empty(0))


def test_threshold_prefers_a_race_then_the_higher_of_two_lower_bounds():
    raced = benchmarks.Races(np.array([10]), np.array([50.0]), np.array([48.0]))
    slow = benchmarks.Estimate(11, 3.0, "medium", "cs", {})
    found = benchmarks.threshold_speeds(raced, [slow], np.array([60.0]), [11])[0]
    # Daniels' table: threshold pace of VDOT 50 is 4:15 a kilometre.
    assert 1000 / found.value == pytest.approx(255, abs=1.5)
    assert found.algorithm == "threshold.race.v1"
    without = benchmarks.threshold_speeds(no_races(), [slow], np.array([45.0]), [11])[0]
    assert without.algorithm == "threshold.vo2max.v1"
    only = benchmarks.threshold_speeds(no_races(), [slow], np.array([np.nan]), [11])[0]
    assert only.value == pytest.approx(2.94)
    nothing = benchmarks.threshold_speeds(no_races(), [None], np.array([np.nan]), [11])
    assert nothing == [None]


def test_critical_speed_is_found_again_from_its_own_curve():
    curve = 4.0 + 180.0 / critical_speed.FIT_DURATIONS_S
    found = benchmarks.critical_speeds(np.array([5]), curve[None, :], [5, 6, 96, 200])
    assert found[0] is None  # nothing is known before day 5
    assert found[1].value == pytest.approx(4.0)
    assert found[2].evidence["days"] == 180
    assert found[3] is None


def test_the_correction_is_the_median_of_races_within_limits():
    raced = benchmarks.Races(np.array([1, 2, 3]), np.array([50.0, 55, 80]), np.full(3, 50.0))
    assert benchmarks.corrections(raced, [0, 1, 3, 900]).tolist() == [1.0, 1.0, 1.1, 1.0]


def test_the_trend_widens_to_sixty_days_and_then_knows_nothing():
    days = np.array([1.0, 5, 10])
    values, seconds = np.array([40.0, 50, 60]), np.array([3600.0, 3600, 7200])
    trend = vo2max.trend(days, values, seconds, np.array([9.0, 10, 30, 60, 61]))
    np.testing.assert_allclose(trend, [np.nan, 52.5, 52.5, 52.5, np.nan])


evidence = st.lists(st.tuples(st.integers(1, 900), st.floats(120, 205)), min_size=1, max_size=40)


@given(evidence, st.floats(120, 220))
def test_a_later_peak_changes_no_earlier_hrmax(pairs, later):
    known = sorted(pairs)
    last = known[-1][0]
    more = [*known, (last + 1, later)]
    before = [r for r in hrmax(known) if r.day <= last + 1]
    assert [r for r in hrmax(more) if r.day <= last + 1] == before


def test_race_times_and_vdot_are_inverse():
    for value in (30, 45, 60, 85):
        time_s = race.race_time_s(value, 10_000)
        assert vo2max.vdot(10_000, time_s) == pytest.approx(value, abs=1e-4)
    assert race.race_time_s(14, 10_000) is None
    assert race.race_time_s(91, 10_000) is None


def test_a_peak_that_nobody_confirms_is_no_maximum():
    # Twice a dry strap among peaks of 182: the median of the three that agree.
    peaks = [(1, 217.0), *((day, 182.0) for day in range(2, 9)), (9, 216.0), (10, 182.0)]
    assert [r.value for r in hrmax(peaks)] == [190.0, 182.0]
    # One exceptional race above peaks that agree: the median is the second.
    assert hrmax([(1, 185.0), (2, 184.0), (3, 183.0), (4, 196.0)])[-1].value == 184.0


def test_a_lone_first_peak_counts_within_reason():
    assert hrmax([(1, 202.0)])[-1].value == 202.0  # 12 bpm above 190
    assert hrmax([(1, 217.0)])[-1].value == 190.0
    assert [r.value for r in hrmax([(1, 217.0), (2, 212.0)])] == [190.0, 217.0]


def test_hrmax_falls_when_a_year_of_hard_sessions_stays_below():
    high = [(1, 190.0), (2, 189.0), (3, 188.0)]
    low = [(10 + 30 * n, 178.0 + n % 2) for n in range(20)]
    found = hrmax([*high, *low])
    assert [r.value for r in found] == [190.0, 189.0, 179.0]
    assert found[-1].day > 365  # once the high ones are out of the window
    few = hrmax([*high, *((400 + n, 178.0) for n in range(9))])
    assert few[-1].value == 189.0  # nine are too few for a fall
    easy = hrmax([*high, *((400 + n, 150.0) for n in range(30))])
    assert easy[-1].value == 189.0  # a year of easy runs says nothing


def test_a_value_seen_once_gives_way_to_five_sessions():
    lone = [(1, 203.0), *((10 + n, 181.0) for n in range(5))]
    assert [r.value for r in hrmax(lone)] == [190.0, 203.0, 181.0]
    assert hrmax(lone[:-2])[-1].value == 203.0  # itself and three more


def test_confidence_in_hrmax_follows_how_close_the_peaks_are():
    assert hrmax([(1, 186.0), (2, 184.0), (3, 183.0)])[-1].confidence == "high"
    assert hrmax([(1, 190.0), (2, 186.0), (3, 180.0)])[-1].confidence == "medium"


def test_resting_heart_rates_that_nobody_has_are_left_out():
    days = np.arange(100, 130)
    rates = np.where(days % 2 == 0, 48.0, 0.0)  # a watch that writes 0 for unknown
    assert [r.value for r in benchmarks.hrrest(days, rates, 90)] == [60.0, 48.0]
