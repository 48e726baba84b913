"""Cleaning: the grid of one second, pauses and gaps, and what each channel forgives."""

import numpy as np
import pytest

from runningcoach.metrics import streams


def clean(t, pauses=(), **channels):
    kind = {k: channels.pop(k) for k in ("treadmill",) if k in channels}
    arrays = {name: np.asarray(values, float) for name, values in channels.items()}
    return streams.clean({"t_s": np.asarray(t, np.int32), **arrays}, pauses, **kind)


def test_the_last_of_equal_times_counts_and_backward_ones_do_not():
    made = clean([0, 1, 1, 3, 2, 4], heart_rate_bpm=[100, 101, 105, 106, 199, 107])
    assert made.heart_rate_bpm.tolist() == [100, 105, 105, 106, 107]


def test_a_span_of_more_than_four_days_is_refused():
    assert len(clean([0, 97 * 3600])) == 0
    assert len(clean([0, 95 * 3600])) == 95 * 3600 + 1


def test_nothing_recorded_gives_empty_streams():
    assert len(streams.clean({})) == 0
    assert len(clean([])) == 0


def test_a_pause_keeps_its_seconds_but_no_value():
    made = clean(range(20), [(5, 9)], heart_rate_bpm=[120] * 20, speed_mps=[3] * 20)
    assert made.active.tolist() == [True] * 5 + [False] * 4 + [True] * 11
    assert np.isnan(made.heart_rate_bpm[5:9]).all()
    assert np.isnan(made.speed_mps[5:9]).all()
    assert len(made) == 20


@pytest.mark.parametrize(("gap", "unknown"), [(10, 0), (30, 0), (60, 0), (61, 50)])
def test_a_gap_is_running_time_and_heart_rate_is_known_across_a_short_one(gap, unknown):
    t = [*range(30), *range(29 + gap, 60 + gap)]
    made = clean(t, heart_rate_bpm=[120] * len(t))
    assert made.active.all()
    assert np.count_nonzero(np.isnan(made.heart_rate_bpm)) == unknown


def test_heart_rate_is_a_line_across_half_a_minute_but_not_longer_where_it_changed():
    rate = [120] * 10 + [160]
    near = clean([*range(10), 29], heart_rate_bpm=rate)
    assert near.heart_rate_bpm[19] == 140
    far = clean([*range(10), 49], heart_rate_bpm=rate)
    assert np.isnan(far.heart_rate_bpm[20:49]).all()


def test_smart_recording_is_filled():
    made = clean([0, 4, 8], distance_m=[0, 12, 24], altitude_m=[10, 14, 10], cadence_spm=[170] * 3)
    np.testing.assert_allclose(made.distance_m, np.arange(9) * 3)
    np.testing.assert_allclose(made.speed_mps, 3)
    np.testing.assert_allclose(made.altitude_m, [10, 11, 12, 13, 14, 13, 12, 11, 10])
    assert made.cadence_spm.tolist() == [170] * 9


def test_heart_rate_is_whole_and_held_for_ten_seconds():
    made = clean(range(40), heart_rate_bpm=[120.4] * 10 + [0] * 30)
    assert made.heart_rate_bpm[:20].tolist() == [120] * 20
    assert np.isnan(made.heart_rate_bpm[20:]).all()


def test_a_jump_of_heart_rate_is_dropped_until_it_is_believable():
    made = clean(range(8), heart_rate_bpm=[120, 121, 220, 221, 122, 123, 124, 125])
    assert made.heart_rate_bpm.tolist() == [120, 121, 121, 121, 122, 123, 124, 125]
    step = clean(range(8), heart_rate_bpm=[100, 100, 140, 140, 140, 140, 140, 140])
    assert step.heart_rate_bpm.tolist() == [100, 100, 100, 100, 100, 140, 140, 140]


def test_speed_comes_from_positions_when_there_is_nothing_else():
    north = np.arange(30) * 3 / 111_194.93
    made = clean(range(30), latitude_deg=37 + north, longitude_deg=np.full(30, 127.0))
    np.testing.assert_allclose(made.speed_mps, 3, rtol=1e-3)
    assert made.distance_m[-1] == pytest.approx(87, rel=1e-3)


def test_impossible_speed_is_bridged_and_a_leap_of_distance_is_not_run():
    speed = [3.0] * 30
    speed[15] = 25.0
    distance = np.arange(30) * 3.0
    distance[20:] += 500
    made = clean(range(30), speed_mps=speed, distance_m=distance)
    np.testing.assert_allclose(made.speed_mps, 3)
    assert made.distance_m[-1] == pytest.approx(87)
    assert made.flags == ("distance_jump",)


def test_a_ride_may_be_faster_than_a_run():
    made = clean(range(60), speed_mps=[8.0] * 40 + list(np.linspace(8, 15, 20)))
    assert made.speed_mps[-1] == pytest.approx(15)


def test_standing_is_not_moving_but_on_a_treadmill_it_is():
    speed = [3.0] * 30 + [0.0] * 30
    assert 29 <= np.count_nonzero(clean(range(60), speed_mps=speed).moving) <= 33
    assert np.count_nonzero(clean(range(60), speed_mps=speed, treadmill=True).moving) == 60


def test_a_heart_rate_that_follows_the_steps_is_flagged():
    cadence = 170 + np.round(5 * np.sin(np.arange(400) / 5))
    locked = clean(range(400), heart_rate_bpm=cadence + 2, cadence_spm=cadence)
    assert "cadence_lock" in locked.flags
    free = clean(range(400), heart_rate_bpm=150 + cadence / 100, cadence_spm=cadence)
    assert "cadence_lock" not in free.flags


def test_one_sample_and_no_value_at_all_are_safe():
    assert len(clean([0], heart_rate_bpm=[120])) == 1
    made = clean(range(5), heart_rate_bpm=[np.nan] * 5, speed_mps=[np.nan] * 5)
    assert streams.coverage(made.heart_rate_bpm, made.active) == 0


@pytest.mark.parametrize("elapsed_s", [1e308, 1e15])
def test_a_total_time_that_none_takes_makes_no_streams_of_its_length(elapsed_s):
    samples = {"t_s": np.arange(60, dtype=np.int32), "distance_m": np.arange(60) * 3.0}
    assert len(streams.clean(samples, elapsed_s=elapsed_s).active) == 60
