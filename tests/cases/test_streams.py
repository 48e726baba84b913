"""Clean streams: smart recording, cadence lock, rides in a run, dry straps."""

import numpy as np
import pytest

from tests.cases.recorded import in_order, measured, northward, of_case, only, steady


@pytest.mark.parametrize(
    "file", ["c03_smart_recording.fit", "c03m_smart_mild.fit", "c23b_smart.gpx"]
)
def test_smart_recording_is_running_as_at_1_hz(cases, file):
    found = of_case(cases / "smart_recording" / file).facts
    assert found.ngp_mps == pytest.approx(3.0, rel=0.005)
    assert found.hr_coverage == found.speed_coverage == 1
    assert found.hr_seconds.sum() == pytest.approx(3600, abs=1)
    assert "sparse_recording" in found.flags


@pytest.mark.parametrize("step", [11, 17, 29])
def test_records_some_seconds_apart_give_what_all_give(step):
    t = np.arange(3601)
    rate = 140 + np.rint(10 * np.sin(t / 300))
    speed = 3.0 + 0.3 * np.sin(t / 200)
    whole = steady(heart_rate_bpm=rate, speed_mps=speed, distance_m=np.cumsum(speed) - speed[0])
    dense, thin = (measured(one, timer_s=3600.0) for one in (whole, only(whole, t[::step])))
    assert thin.facts.moving_s == pytest.approx(dense.facts.moving_s, abs=step)
    assert thin.facts.ngp_mps == pytest.approx(dense.facts.ngp_mps, rel=0.01)
    assert thin.facts.average_hr_bpm == pytest.approx(dense.facts.average_hr_bpm, abs=0.5)
    assert thin.facts.mean_max_speed_mps[0] <= dense.facts.mean_max_speed_mps[0] * 1.005
    assert in_order(thin)


def test_sixty_hours_have_all_their_seconds(cases):
    found = of_case(cases / "longer_than_48_h" / "c06_sixty_hours.fit").facts
    assert found.moving_s == 216_000
    assert found.average_hr_bpm == 115
    assert found.hr_seconds.sum() == 216_001


# Cadence lock --------------------------------------------------------------------------------


def test_cadence_lock_of_the_case_is_flagged(cases):
    found = of_case(cases / "cadence_lock" / "c43_cadence_lock.fit").facts
    assert "cadence_lock" in found.flags
    assert found.hr_peak_30s_bpm is None


def stepping(seed, minutes=40):
    """Return a cadence that varies from step to step, and more slowly with the way."""
    rng = np.random.default_rng(seed)
    n = 60 * minutes + 1
    return 170 + np.rint(2 * np.sin(np.arange(n) / 90) + rng.normal(0, 2, n))


@pytest.mark.parametrize("width", [5, 8, 12])
def test_a_rate_that_follows_smoothed_steps_is_locked(width):
    cadence = stepping(width)
    smooth = np.rint(
        np.convolve(np.pad(cadence, (width - 1, 0), "edge"), np.ones(width) / width, "valid")
    )
    rate = np.where(np.arange(len(cadence)) < 1500, 145.0, smooth)
    samples = steady(2400, heart_rate_bpm=rate, cadence_spm=cadence)
    assert "cadence_lock" in measured(samples).facts.flags


@pytest.mark.parametrize(("width", "noise_bpm"), [(5, 0.5), (11, 0.8), (15, 1.2), (20, 1.0)])
def test_a_sensor_that_blurs_and_trembles_is_locked_all_the_same(width, noise_bpm):
    rng = np.random.default_rng(width)
    steps = 168 + 2 * np.clip(np.cumsum(rng.normal(0, 0.15, 2401)), -5, 5)
    blurred = np.convolve(np.pad(steps, (width - 1, 0), "edge"), np.ones(width) / width, "valid")
    rate = np.rint(blurred + rng.normal(0, noise_bpm, 2401))
    samples = steady(2400, heart_rate_bpm=rate, cadence_spm=2 * np.rint(steps / 2))
    assert "cadence_lock" in measured(samples).facts.flags


def test_a_rate_that_happens_to_be_as_high_as_the_steps_is_not_locked():
    for seed in range(8):
        rng = np.random.default_rng(seed + 100)
        wander = np.cumsum(rng.normal(0, 0.15, 2401))
        rate = np.rint(171 + np.clip(wander - wander.mean(), -4, 4))
        samples = steady(2400, heart_rate_bpm=rate, cadence_spm=stepping(seed))
        assert "cadence_lock" not in measured(samples).facts.flags


# Rides ---------------------------------------------------------------------------------------


def test_the_car_home_is_no_part_of_the_run(cases):
    found = of_case(cases / "car_home" / "history.zip", "car_home.fit")
    assert "vehicle" in found.facts.flags
    assert found.totals.distance_m == pytest.approx(2700 * 2.8, rel=0.01)
    assert found.facts.moving_s == pytest.approx(2700, rel=0.01)
    assert found.totals.timer_s == 3420
    assert found.facts.ngp_mps == pytest.approx(2.8, rel=0.01)
    best = {effort.distance_m: effort.elapsed_s for effort in found.facts.best_efforts}
    assert best[5000.0] == pytest.approx(5000 / 2.8, rel=0.005)
    assert 10_000.0 not in best


@pytest.mark.parametrize(
    ("ride_mps", "cadence", "rate"),
    [(25.0, None, 95.0), (9.0, 0.0, 150.0), (5.0, 0.0, 95.0), (6.0, None, 95.0)],
)
def test_a_ride_in_a_run_is_left_out(ride_mps, cadence, rate):
    ridden = np.zeros(3301, dtype=bool)
    ridden[2701:] = True
    ridden[2900:2960] = False
    speed = np.where(np.arange(3301) <= 2700, 2.8, np.where(ridden, ride_mps, 0.0))
    beats = np.where(np.arange(3301) <= 2700, 150.0, rate)
    steps = None if cadence is None else np.where(np.arange(3301) <= 2700, 168.0, cadence)
    way = np.cumsum(speed) - speed[0]
    samples = steady(3300, speed_mps=speed, distance_m=way, heart_rate_bpm=beats, cadence_spm=steps)
    found = measured(samples | northward(way), distance_m=float(way[-1]), timer_s=3300.0)
    assert "vehicle" in found.facts.flags
    assert found.totals.distance_m == pytest.approx(2700 * 2.8, rel=0.02)
    assert found.facts.moving_s == pytest.approx(2700, rel=0.02)


def test_hard_repeats_and_a_lost_foot_pod_are_no_ride():
    speed = np.tile(np.r_[np.full(180, 5.6), np.full(180, 2.4)], 8)
    samples = steady(
        2879, speed_mps=speed, distance_m=np.cumsum(speed),
        heart_rate_bpm=np.where(speed > 3, 178.0, 150.0),
        cadence_spm=np.where(np.arange(2880) < 1400, 175.0, 0.0),
    )  # fmt: skip
    found = measured(steady(2879, 3.0, cadence_spm=samples["cadence_spm"]))
    assert "vehicle" not in found.facts.flags
    samples.pop("cadence_spm")
    assert "vehicle" not in measured(samples).facts.flags


def test_a_whole_ride_is_not_cut_but_told(cases):
    found = of_case(cases / "ride_as_run" / "history.zip", "bike_as_run.fit")
    assert found.totals.distance_m == 14_400
    assert "record_pace" in found.facts.flags
    assert "vehicle" not in found.facts.flags


# Straps --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("case", "file"),
    [("hrmax_spike_first", "run00.fit"), ("hrmax_spike_twice", "run09.fit"),
     ("hrmax_spike_twice", "run12.fit")],
)  # fmt: skip
def test_a_dry_strap_shows_no_peak(cases, case, file):
    found = of_case(cases / case / "history.zip", file).facts
    assert "hr_suspect" in found.flags
    assert found.hr_peak_30s_bpm < 150
    assert found.average_hr_bpm == pytest.approx(140, abs=0.5)
    assert found.hr_coverage > 0.9


@pytest.mark.parametrize("where", [slice(0, 240), slice(1500, 1620), slice(3420, 3601)])
@pytest.mark.parametrize("rise_s", [0, 1])
def test_a_plateau_that_comes_or_goes_in_a_second_is_no_heart(where, rise_s):
    rate = 145 + np.rint(3 * np.sin(np.arange(3601) / 200))
    rate[where] = 217
    if rise_s and where.start:
        rate[where.start] = 180
    found = measured(steady(heart_rate_bpm=rate)).facts
    assert found.hr_peak_30s_bpm < 150
    assert "hr_suspect" in found.flags


def test_a_strap_that_wets_slowly_is_left_out_too():
    t = np.arange(3601)
    rate = np.rint(np.where(t < 300, 200 - t / 6, 145 + 5 * np.sin(t / 400)))
    found = measured(steady(heart_rate_bpm=rate)).facts
    assert "hr_suspect" in found.flags
    assert found.hr_peak_30s_bpm < 155


def test_hard_starts_finishes_and_repeats_are_true_hearts():
    t = np.arange(3601)
    start = np.rint(
        np.where(t < 600, np.minimum(100 + t, 180), np.maximum(180 - (t - 600) / 3, 140))
    )
    fast = np.where(t < 600, 4.5, 2.6)
    hard = steady(heart_rate_bpm=start, speed_mps=fast, distance_m=np.cumsum(fast))
    finish = steady(
        heart_rate_bpm=np.rint(np.where(t < 3300, 150, np.minimum(150 + (t - 3300) / 3, 190)))
    )
    for samples, peak in ((hard, 180), (finish, 190)):
        found = measured(samples).facts
        assert "hr_suspect" not in found.flags
        assert found.hr_peak_30s_bpm == pytest.approx(peak, abs=1)


def test_repeats_written_as_steps_of_twenty_beats_are_kept():
    rate = np.full(2401, 150.0)
    rate[600:900] = 170
    found = measured(steady(2400, heart_rate_bpm=rate)).facts
    assert found.average_hr_bpm == pytest.approx(152.5, abs=0.1)
    assert "hr_suspect" not in found.flags
