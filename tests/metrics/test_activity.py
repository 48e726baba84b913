"""Facts and measures of whole activities, checked by hand-computed values."""

import numpy as np
import pytest

from runningcoach.metrics import activity, streams

ATHLETE = activity.Athlete(190.0, 50.0, 170.0, 3.5, "male")


def run(minutes=60, speed=3.5, bpm=150, **channels):
    n = minutes * 60
    samples = {
        "t_s": np.arange(n, dtype=np.int32),
        "speed_mps": np.full(n, float(speed)),
        "distance_m": np.arange(n) * float(speed),
        "altitude_m": np.zeros(n),
        "heart_rate_bpm": np.full(n, float(bpm)),
    } | channels
    return {name: values for name, values in samples.items() if values is not None}


def facts(samples, sport="running", pauses=(), **kind):
    return activity.facts(streams.clean(samples, pauses, **kind), sport=sport)


def measure(found, sport="running", **kind):
    return activity.measure(found, ATHLETE, sport=sport, **kind)


def test_an_hour_at_threshold_is_a_load_of_100():
    found = measure(facts(run(bpm=170)), timer_s=3600, distance_m=12_600)
    assert found.rtss == pytest.approx(100, abs=0.01)
    assert found.hrtss == pytest.approx(100, abs=1e-9)
    assert (found.load, found.load_source) == (found.rtss, "pace")
    assert found.hr_zone_s == (0, 0, 0, 3600, 0)
    assert found.edwards == pytest.approx(240)
    assert found.lucia == pytest.approx(180)  # at the threshold the third zone begins


def test_trimp_of_a_flat_hour():
    # fitdocs 0.2.0: 108.095359 for 3,600 s at 150 bpm, 50..190, male.
    assert measure(facts(run())).trimp == pytest.approx(108.095359, abs=1e-5)


def test_a_hill_raises_gap_and_counts_as_gain():
    distance = np.arange(3600) * 3.0
    found = facts(run(speed=3.0, altitude_m=0.05 * distance))
    assert found.gap_mps == pytest.approx(3.0 * 1.19, rel=0.01)  # Strava 2017 at 5 %
    assert found.elevation_gain_m == pytest.approx(540, rel=0.01)
    assert found.elevation_loss_m == 0


def test_decoupling_is_positive_when_heart_rate_drifts():
    rate = np.concatenate([np.full(600, 140.0), np.full(1500, 150.0), np.full(1500, 156.0)])
    found = facts(run(heart_rate_bpm=rate))
    assert found.decoupling_pct == pytest.approx(100 * (1 - 150 / 156), abs=0.1)


def test_lost_heart_rate_is_scaled_up_or_left_out():
    rate = np.full(3600, 150.0)
    rate[1210:2300] = np.nan  # ten seconds are held: 1,080 of 3,600 are missing
    found = measure(facts(run(heart_rate_bpm=rate)))
    assert "scaled" in found.flags
    assert found.trimp == pytest.approx(108.095359, abs=0.001)
    rate[100:] = np.nan
    lost = measure(facts(run(heart_rate_bpm=rate)))
    assert lost.trimp is None
    assert lost.reasons["trimp"] == "low_coverage"


def test_load_falls_back_and_says_so():
    bare = facts(run(heart_rate_bpm=None, speed_mps=None, distance_m=None))
    assert measure(bare, rpe=7, timer_s=3600).load == pytest.approx(100)
    guessed = measure(bare, timer_s=3600)
    assert (guessed.load, guessed.load_source) == (50, "estimated_duration")
    assert "estimated_duration" in guessed.flags
    assert measure(bare, sport="swimming", timer_s=3600).load == 40


@pytest.mark.parametrize("kind", [{"sub_sport": "trail"}, {"ascent_m": 400.0}])
def test_on_trails_heart_rate_weighs(kind):
    found = measure(facts(run()), timer_s=3600, distance_m=12_600, **kind)
    assert found.load_source == "heart_rate"
    assert found.reasons["effective_vo2max"] == "trail"


def test_a_treadmill_is_weighed_by_heart_rate_and_sets_no_best():
    found = facts(run(altitude_m=None), treadmill=True)
    assert found.best_efforts == ()
    assert found.moving_s == 3600
    assert measure(found, sub_sport="treadmill").load_source == "heart_rate"


def test_a_ride_has_heart_rate_metrics_only():
    found = facts(run(speed=9), sport="cycling")
    assert found.reasons["gap_mps"] == "modality"
    assert measure(found, sport="cycling").load_source == "heart_rate"


def test_short_runs_keep_heart_rate_only():
    found = facts(run(minutes=4))
    assert found.reasons["ngp_mps"] == "too_short"
    assert measure(found).trimp is not None
    assert facts(run(minutes=19)).reasons["vo2max_speed_mps"] == "too_short"


def test_a_window_never_spans_a_pause():
    found = facts(run(minutes=40), pauses=((1200, 1230),))
    longest = np.flatnonzero(np.isfinite(found.mean_max_speed_mps))[-1]
    from runningcoach.metrics.efforts import DURATIONS_S

    assert DURATIONS_S[longest] <= 1200
    assert found.hr_best_30min_bpm is None


def test_effective_vo2max_only_of_efforts_that_show_it():
    steady = measure(facts(run(bpm=160)))
    assert steady.effective_vo2max == pytest.approx(51.4, abs=0.3)
    assert measure(facts(run(bpm=125))).reasons["effective_vo2max"] == "effort"


def test_contradicting_loads_are_flagged():
    assert "load_divergence" in measure(facts(run(bpm=110))).flags


def test_benchmarks_that_make_no_sense_are_refused():
    wrong = activity.Athlete(150.0, 160.0, 140.0, 3.5, "male")
    found = activity.measure(facts(run()), wrong, sport="running")
    assert found.reasons["trimp"] == "bad_benchmarks"
    low = activity.Athlete(190.0, 50.0, 45.0, None, "unknown")
    found = activity.measure(facts(run()), low, sport="running")
    assert found.trimp is not None
    assert found.reasons == found.reasons | {"hrtss": "bad_benchmarks", "rtss": "no_threshold"}
    assert "sex_assumed" in found.flags
