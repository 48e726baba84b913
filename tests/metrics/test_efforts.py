"""Best efforts: both ends between samples, the clock that runs through pauses, no records."""

import numpy as np
import pytest

from runningcoach.metrics import efforts


def test_both_ends_lie_between_samples():
    # 30 m at 1 m/s, 90 m at 4 m/s, 30 m at 1 m/s: the best 100 m takes 90/4 + 10/1 s.
    speed = np.concatenate([np.full(30, 1.0), np.full(22, 4.0), [2.0], np.full(30, 1.0)])
    distance = np.concatenate([[0], np.cumsum(speed)])
    (best,) = efforts.best_efforts(distance, distances_m=(100.0,))
    assert best.elapsed_s == pytest.approx(33.0)


def test_an_exact_distance_is_found():
    distance = np.arange(0, 1001, 4.0)
    found = {e.distance_m: e for e in efforts.best_efforts(distance)}
    assert found[1000.0].elapsed_s == pytest.approx(250)
    assert found[400.0].elapsed_s == pytest.approx(100)
    assert 1609.344 not in found


def test_the_clock_runs_through_a_pause_but_the_moving_clock_does_not():
    distance = np.concatenate(
        [np.arange(0, 600, 4.0), np.full(60, 600.0), np.arange(604, 1001, 4.0)]
    )
    moving = np.concatenate([[0.0], np.cumsum(np.diff(distance) > 0)])
    elapsed = efforts.best_efforts(distance, distances_m=(1000.0,))[0]
    by_moving = efforts.best_efforts(distance, moving, distances_m=(1000.0,))[0]
    assert elapsed.elapsed_s == pytest.approx(len(distance) - 1)
    assert by_moving.elapsed_s == pytest.approx(250)


def test_faster_than_the_world_record_is_a_gps_error():
    assert efforts.best_efforts(np.arange(0, 2000, 9.5)) == ()


def test_the_start_of_an_effort_gives_its_time():
    rng = np.random.default_rng(3)
    distance = np.concatenate([[0], np.cumsum(rng.uniform(1, 5, 3000))])
    seconds = np.arange(len(distance))
    for effort in efforts.best_efforts(distance):
        begun = np.interp(effort.start_s, seconds, distance)
        ended = np.interp(effort.start_s + effort.elapsed_s, seconds, distance)
        assert ended - begun == pytest.approx(effort.distance_m)


def test_best_efforts_agree_with_trying_every_start_finely():
    rng = np.random.default_rng(5)
    distance = np.concatenate([[0], np.cumsum(rng.uniform(2, 5, 400))])
    fine = np.arange(0, 400, 0.01)
    along = np.interp(fine, np.arange(401), distance)
    ends = np.interp(along + 400, distance, np.arange(401))
    reached = along + 400 <= distance[-1]
    best = efforts.best_efforts(distance, distances_m=(400.0,))[0]
    assert best.elapsed_s == pytest.approx((ends - fine)[reached].min(), abs=0.01)


def test_a_leap_in_a_pause_is_no_moving_speed():
    """Three hundred metres that passed while nothing was recorded are not run in no time."""
    speed = np.full(601, 3.0)
    speed[0], speed[200:260] = 0.0, 5.0
    moving = np.ones(601, dtype=bool)
    moving[200:260] = False
    distance = np.cumsum(speed)
    found = efforts.with_moving(efforts.best_efforts(distance), distance, moving)
    best = {effort.distance_m: effort for effort in found}
    # 400 m elapsed: 60 s at 5 m/s and 100 m at 3 m/s. The moving clock has nothing faster.
    assert best[400.0].elapsed_s == pytest.approx(60 + 100 / 3, abs=0.1)
    assert best[400.0].moving_s == best[400.0].elapsed_s


def test_all_moving_is_the_elapsed_clock_and_nothing_stays_nothing():
    distance = np.arange(0, 1001, 4.0)
    found = efforts.with_moving(
        efforts.best_efforts(distance), distance, np.ones(len(distance), dtype=bool)
    )
    assert found
    assert all(effort.moving_s == effort.elapsed_s for effort in found)
    assert efforts.with_moving((), np.empty(0), np.empty(0, dtype=bool)) == ()


def test_windows_lie_between_holes_also_at_the_ends():
    values = np.array([np.nan, 9.0, np.nan, 4.0, 6.0, 2.0, np.nan, 5.0, 5.0, np.nan])
    curve = efforts.mean_max_curve(values, (1, 2, 3, 4))
    assert curve[:3].tolist() == [9, 5, 4]
    assert np.isnan(curve[3])
    assert np.isnan(efforts.mean_max_curve(np.empty(0), (1,))).all()
