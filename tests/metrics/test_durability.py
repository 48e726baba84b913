"""Durability by hand-made runs whose drift is known, and speeds that are left late."""

import numpy as np
import pytest

from runningcoach.metrics import durability


def long_run(km=30, speed=3.0, bpm=lambda km: 150.0):
    """Return distance, GAP, heart rate and moving of a run at one speed."""
    n = int(km * 1000 / speed) + 1
    distance = np.arange(n) * speed
    rate = np.array([bpm(d / 1000) for d in distance])
    return distance, np.full(n, speed), rate, np.ones(n, dtype=bool)


def test_a_heart_rate_that_holds_is_a_ratio_of_1_without_onset():
    found = durability.durability(*long_run())
    assert found.ratio == pytest.approx(1)
    assert found.onset_m is None


def test_the_ratio_is_that_of_the_last_whole_five_kilometres():
    # 150 bpm to km 25, 165 from there on: km 25 to 30 of 32 km are 1.1 of km 5 to 10.
    found = durability.durability(*long_run(32, bpm=lambda km: 165.0 if km >= 25 else 150.0))
    assert found.ratio == pytest.approx(1.1, rel=1e-3)


def test_nothing_but_km_5_to_10_and_the_last_whole_block_counts():
    def rate(km):
        if km < 5 or km >= 30:
            return 190.0  # nerves at the start, and a finish after the last whole block
        return 140.0 if km < 10 else 150.0 if km < 25 else 154.0

    found = durability.durability(*long_run(33.5, bpm=rate))
    assert found.ratio == pytest.approx(154 / 140, rel=1e-3)


def test_the_onset_lies_where_half_a_window_has_drifted():
    # A step of 5 % at km 20: the window around km 20 is up by 2.5 %, that around 20.5 by 3 %.
    found = durability.durability(*long_run(32, bpm=lambda km: 157.6 if km >= 20 else 150.0))
    assert found.onset_m == 20_500


def test_slowing_down_at_one_heart_rate_is_drift_too():
    distance, gap, rate, moving = long_run()
    slower = np.where(distance >= 20_000, gap / 1.2, gap)
    assert durability.durability(distance, slower, rate, moving).ratio == pytest.approx(1.2)


def test_one_odd_kilometre_is_no_onset():
    # 8 % for one kilometre lifts a 5 km window by 1.6 %; 30 % lifts five windows in a row.
    odd = long_run(bpm=lambda km: 162.0 if 17 <= km < 18 else 150.0)
    assert durability.durability(*odd).onset_m is None


@pytest.mark.parametrize("scale", [(1.3, 1.0), (1.0, 0.7)])
def test_the_athletes_hrmax_and_critical_speed_cancel(scale):
    distance, gap, rate, moving = long_run(bpm=lambda km: 140 + km)
    plain = durability.durability(distance, gap, rate, moving)
    by_share = durability.durability(distance, gap * scale[0], rate * scale[1], moving)
    assert by_share.ratio == pytest.approx(plain.ratio)
    assert by_share.onset_m == plain.onset_m


def test_below_25_km_and_without_heart_rate_nothing_is_said():
    assert durability.durability(*long_run(24.9)) == (None, None)
    distance, gap, rate, moving = long_run()
    rate[(distance >= 5000) & (distance < 7000)] = np.nan  # 40 % of the reference
    assert durability.durability(distance, gap, rate, moving) == (None, None)
    assert durability.covers(np.empty(0)) is False


def test_pauses_do_not_count():
    distance, gap, rate, moving = long_run(bpm=lambda km: 140 + km)
    plain = durability.durability(distance, gap, rate, moving)
    at = 6000

    def paused(values, fill):
        return np.concatenate([values[:at], np.full(900, fill), values[at:]])

    parts = paused(distance, distance[at - 1]), paused(gap, np.nan), paused(rate, np.nan)
    assert durability.durability(*parts, paused(moving, False)) == plain


def test_the_best_late_in_a_run_begins_after_the_hour():
    gap = np.full(3 * 3600, 3.0)
    gap[1800:2100] = 5.0  # fast before the hour: not late
    gap[4000:4300] = 4.0  # 5 minutes after the hour, but not after 90
    late = durability.late_gap_mps(gap, np.ones(len(gap), dtype=bool))
    assert late == pytest.approx([4.0, 3.25, 3.0, 3.0, 3.0, 3.0])
    assert durability.late_best_pct(late, (5.0, 4.0))[:2] == pytest.approx((80, 81.25))


def test_standing_still_is_not_running_for_an_hour():
    moving = np.ones(4200, dtype=bool)
    moving[:600] = False
    gap = np.where(moving, 3.0, 0.0)
    assert np.isnan(durability.late_gap_mps(gap, moving)).all()
    short = durability.late_gap_mps(np.full(4200, 3.0), np.ones(4200, dtype=bool))
    assert short[0] == 3.0
    assert np.isnan(short[1:]).all()
    assert durability.late_best_pct(short, (3.0, 3.0)) == (100, None, None, None, None, None)


def test_of_a_best_of_nothing_there_is_no_share():
    late = np.array([3.0, 2.8, 3.0, 2.8, np.nan, np.nan])
    assert durability.late_best_pct(late, (0.0, 0.0)) == (None,) * 6
    assert durability.late_best_pct(late, (4.0, 0.0))[:2] == (75.0, None)
