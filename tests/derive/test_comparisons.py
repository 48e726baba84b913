"""Sums, means and changes of days, each checked against numbers worked out by hand."""

from datetime import date

import pytest

from runningcoach.derive import comparisons, laps, sport_totals
from runningcoach.model.activity import Lap, SportSum
from runningcoach.model.fitness import DailyFitness

DAY = date(2026, 11, 16)


def day(number: int, metres: float) -> DailyFitness:
    nothing = dict.fromkeys(("moving_s", "load", "trimp", "ctl", "atl", "estimated_share"), 0.0)
    when = date.fromordinal(DAY.toordinal() + number)
    return DailyFitness.model_validate(
        {"date": when, "activities": 1, "distance_m": metres, "provisional": False, **nothing}
    )


def test_change_of_an_unknown_number_is_unknown():
    assert comparisons.change(5.0, 3.5) == 1.5
    assert comparisons.change(None, 3.5) is None
    assert comparisons.change(5.0, None) is None


def test_percent_change():
    assert comparisons.percent_change(30.0, 40.0) == pytest.approx(-25.0)
    assert comparisons.percent_change(30.0, 0.0) is None


def test_mean_of_known_needs_enough_values():
    assert comparisons.mean_of_known([50.0, None, 54.0]) == 52.0
    assert comparisons.mean_of_known([50.0, None, 54.0], least=3) is None
    assert comparisons.mean_of_known([]) is None


def test_rolling_sums_begin_with_what_is_there():
    assert comparisons.rolling_sums([1.0, None, 3.0, 4.0], 2) == [1.0, 1.0, 3.0, 7.0]


def test_distance_takes_both_ends_of_a_span():
    days = [day(0, 1.0), day(1, 10.0), day(2, 100.0), day(3, 1000.0)]
    assert comparisons.distance_m(days, days[1].date, days[2].date) == 110.0


def test_fractions_and_shares():
    assert comparisons.fractions([2.0, 4.0, 0.0]) == [0.5, 1.0, 0.0]
    assert comparisons.shares_of_sum([1.0, 3.0]) == [0.25, 0.75]
    assert comparisons.fractions([]) == comparisons.shares_of_sum([]) == []
    assert comparisons.fractions([0.0]) == comparisons.shares_of_sum([0.0]) == [0.0]


def lap(index: int, metres: float | None, seconds: float | None) -> Lap:
    values = {"lap_index": index, "distance_m": metres, "timer_s": seconds, "elapsed_s": 500.0}
    return Lap.model_construct(**values)


def test_laps_follow_one_another():
    rows = [lap(0, 1000.0, 250.0), lap(1, None, 60.0), lap(2, 400.0, None)]
    assert laps.lap_places_m(rows) == [(0.0, 1000.0), (1000.0, 1000.0), (1000.0, 1400.0)]
    assert [laps.lap_speed_mps(row) for row in rows] == [4.0, None, 0.8]


def test_shares_of_load_of_no_load_are_unknown():
    rows = [
        SportSum(sport=name, activities=1, distance_m=None, moving_s=1.0, load=load)
        for name, load in (("running", 30.0), ("cycling", 10.0))
    ]
    assert sport_totals.shares_of_load(rows) == [0.75, 0.25]
    idle = [row.model_copy(update={"load": 0.0}) for row in rows]
    assert sport_totals.shares_of_load(idle) == [None, None]
    assert sport_totals.activity_count(rows) == 2
