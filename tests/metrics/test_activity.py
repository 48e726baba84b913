"""Facts and measures of whole activities, checked by hand-computed values."""

import numpy as np
import pytest

from runningcoach.metrics import activity, plausibility, streams

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


def test_three_models_of_gap_on_a_hill():
    distance = np.arange(3600) * 3.0
    found = facts(run(speed=3.0, altitude_m=0.10 * distance))
    # On 10 %: Strava 2017 1.480, Minetti 2002 1.658, its Runalyze form 1.658 ** 0.83 = 1.521.
    assert found.gap_mps == pytest.approx(3 * 1.480, rel=0.005)
    assert found.gap_minetti_mps == pytest.approx(3 * 1.658, rel=0.005)
    assert found.gap_runalyze_mps == pytest.approx(3 * 1.521, rel=0.005)
    flat = facts(run(altitude_m=None))
    assert flat.gap_minetti_mps == flat.gap_runalyze_mps == flat.gap_mps == 3.5


def test_temperature_altitude_and_their_absence():
    found = facts(run(temperature_c=np.full(3600, 21.0), altitude_m=np.full(3600, 120.0)))
    assert (found.average_temperature_c, found.average_altitude_m) == (21, 120)
    bare = facts(run(altitude_m=None))
    assert bare.reasons["average_temperature_c"] == "no_temperature"
    assert bare.reasons["average_altitude_m"] == "no_altitude"
    assert "hot" in facts(run(temperature_c=np.full(3600, 26.0))).flags


def test_ten_second_heart_rates_keep_pauses_as_unknown():
    found = facts(run(minutes=10), pauses=((100, 120),))
    assert len(found.hr_10s_bpm) == 60
    assert np.isnan(found.hr_10s_bpm[10:12]).all()
    assert set(found.hr_10s_bpm[~np.isnan(found.hr_10s_bpm)].tolist()) == {150.0}


def test_best_efforts_by_the_clock_of_moving_seconds():
    speed = np.full(3600, 4.0)
    speed[100:160] = 0.0  # a red light inside every 1,000 m from the start on
    speed[340:] = 2.0
    found = facts(run(minutes=60, speed_mps=speed, distance_m=np.cumsum(speed)))
    best = {effort.distance_m: effort for effort in found.best_efforts}
    # 280 s of running at 4 m/s are 1,120 m: 250 s of them, and a light of a minute in between.
    assert best[1000.0].elapsed_s == pytest.approx(310, abs=1)
    assert best[1000.0].moving_s == pytest.approx(250, abs=5)
    assert best[400.0].moving_s == best[400.0].elapsed_s == pytest.approx(100)


def test_fast_repeats_with_slow_jogs_keep_their_best():
    speed = np.tile(np.concatenate([np.full(80, 5.0), np.full(120, 2.0)]), 9)
    found = facts(run(minutes=30, speed_mps=speed, distance_m=np.cumsum(speed)))
    assert found.best_efforts[0].elapsed_s == pytest.approx(80, abs=0.5)


def test_a_long_run_says_how_it_held_and_what_was_left():
    n = 3 * 3600
    distance = np.arange(n) * 3.0
    rate = np.where(distance < 20_000, 150.0, 165.0)
    found = facts(run(minutes=180, speed=3.0, heart_rate_bpm=rate))
    assert found.durability_ratio == pytest.approx(1.1, rel=0.001)
    # A step of 10 % lifts a 5 km window by 2.5 % at 1.25 km: the first with 2 km is around 19.5.
    assert found.durability_onset_m == 19_500
    assert found.late_gap_mps.tolist() == [3.0] * 6
    short = facts(run())
    assert short.reasons["durability_ratio"] == short.reasons["late_gap_mps"] == "too_short"
    assert facts(run(minutes=180, speed=3.0)).reasons["durability_onset_m"] == "no_drift"


def test_the_runner_may_choose_pace_or_heart_rate():
    kind = {"timer_s": 3600, "distance_m": 12_600}
    trail = facts(run(bpm=160))
    assert measure(trail, sub_sport="trail", load_by="pace", **kind).load_source == "pace"
    assert measure(trail, load_by="heart_rate", **kind).load_source == "heart_rate"
    bare = facts(run(heart_rate_bpm=None))
    assert measure(bare, load_by="heart_rate", **kind).load_source == "pace"
    silent = facts(run(speed_mps=None, distance_m=None))
    assert measure(silent, load_by="pace", **kind).load_source == "heart_rate"
    ride = facts(run(speed=9), sport="cycling")
    assert measure(ride, sport="cycling", load_by="pace").load_source == "heart_rate"


def test_zones_and_thresholds_in_force():
    edges = (100.0, 120.0, 140.0, 151.0, 170.0)
    own = activity.Athlete(
        190.0, 50.0, 170.0, 3.5, "male", zone_edges_bpm=edges, vt1_bpm=140.0, vt2_bpm=150.0
    )
    found = activity.measure(facts(run()), own, sport="running")
    assert found.hr_zone_s == (0, 0, 3600, 0, 0)  # zone 3 by the edges, 4 by shares of HRmax
    assert found.lucia == pytest.approx(180)  # 150 bpm is at the second threshold
    assert found.edwards == measure(facts(run())).edwards == pytest.approx(60 * 3)
    wrong = activity.Athlete(190.0, 50.0, 170.0, zone_edges_bpm=(100.0, 90.0, 140.0, 151.0, 170.0))
    assert activity.measure(facts(run()), wrong, sport="running").reasons["hr_zone_s"] == (
        "bad_benchmarks"
    )
    crossed = activity.Athlete(190.0, 50.0, 170.0, vt1_bpm=160.0, vt2_bpm=150.0)
    assert activity.measure(facts(run()), crossed, sport="running").reasons["lucia"] == (
        "bad_benchmarks"
    )


def test_intensity_is_ngp_over_threshold_and_capped_like_the_load():
    found = measure(facts(run(speed=2.8)))
    assert found.intensity == pytest.approx(0.8, abs=1e-3)
    assert found.rtss == pytest.approx(64, abs=0.1)
    fast = measure(facts(run(speed=5.6)))
    assert (fast.intensity, fast.rtss) == (1.35, pytest.approx(182.25, abs=0.1))


def test_session_rpe_is_exertion_times_minutes():
    assert measure(facts(run()), rpe=6, timer_s=3000).session_rpe == 300
    assert measure(facts(run())).reasons["session_rpe"] == "no_rpe"


def test_a_race_has_the_vdot_of_its_best_stretch():
    # 5 km in 19:57 is VDOT 50 (Daniels' Running Formula).
    speed = 5000 / 1197
    raced = facts(run(minutes=20, speed=speed, bpm=178))
    told = measure(raced, is_race=True, distance_m=1199 * speed)
    assert told.vdot == pytest.approx(50, abs=0.1)
    seen = measure(raced, distance_m=1199 * speed)  # 178 of 190 over nearly all of it
    assert seen.vdot == told.vdot
    easy = facts(run(minutes=20, speed=speed, bpm=150))
    assert measure(easy, distance_m=1199 * speed).reasons["vdot"] == "no_race"
    assert measure(facts(run(), treadmill=True), is_race=True).reasons["vdot"] == "treadmill"
    assert measure(facts(run(), sport="cycling"), sport="cycling").reasons["vdot"] == "modality"


def test_efficiency_and_late_speed_against_the_days_before():
    before = activity.PriorHistory(usual_efficiency=1.5, fresh_gap_mps=(5.0, 4.0))
    found = measure(facts(run(minutes=120, speed=3.5, bpm=150)), before=before)
    assert found.efficiency_index == pytest.approx(100 * (60 * 3.5 / 150) / 1.5)
    assert found.late_best_pct[:4] == pytest.approx((70, 87.5, 70, 87.5))
    assert found.late_best_pct[4:] == (None, None)
    alone = measure(facts(run(minutes=120)))
    assert alone.reasons["efficiency_index"] == alone.reasons["late_best_pct"] == "no_history"


def test_training_effect_is_the_devices_then_calibrated_then_estimated():
    found = facts(run(bpm=150))
    device = measure(found, device_training_effect=3.4)
    assert (device.training_effect, device.training_effect_source) == (3.4, "device")
    assert device.reasons["training_effect_error"] == "device_value"
    guess = measure(found, before=activity.PriorHistory(vo2max=50.0))
    # An hour at 71.4 % of reserve, above 60 %: nothing is lost, 60 x 10 e^(-7.2 x 0.2857).
    assert guess.epoc_ml_kg == pytest.approx(600 * np.exp(-7.2 * 40 / 140), rel=0.01)
    assert guess.training_effect == pytest.approx(5 * (guess.epoc_ml_kg / 200) ** 0.4)
    assert (guess.training_effect_source, guess.training_effect_error) == ("estimate", 0.7)
    line = measure(found, before=activity.PriorHistory(effect_line=(-0.5, 0.35, 0.21)))
    assert line.training_effect == pytest.approx(np.exp(-0.5) * guess.epoc_ml_kg**0.35)
    assert (line.training_effect_source, line.training_effect_error) == ("calibrated", 0.21)
    silent = measure(facts(run(heart_rate_bpm=None)))
    assert silent.reasons["training_effect"] == silent.reasons["epoc_ml_kg"] == "no_hr"


def test_hours_of_racing_are_beyond_the_model_of_epoc_and_no_fault_of_the_runner():
    long = measure(facts(run(minutes=240, bpm=165)))  # 10 e^(-7.2 25/140) a minute: 663
    assert long.epoc_ml_kg is None
    assert long.reasons["epoc_ml_kg"] == long.reasons["training_effect"] == "beyond_range"


def test_thin_air_is_noted_and_keeps_the_run_out_of_the_vo2max_trend():
    high = measure(facts(run(bpm=160, altitude_m=np.full(3600, 2000.0))))
    # -1.12 x 2^2 - 1.90 x 2 + 99.9
    assert high.altitude_vo2max_pct == pytest.approx(91.62)
    assert "high_altitude" in high.flags
    assert high.reasons["effective_vo2max"] == "high_altitude"
    low = measure(facts(run(bpm=160, altitude_m=np.full(3600, 500.0))))
    assert low.reasons["altitude_vo2max_pct"] == "low_altitude"
    assert low.effective_vo2max is not None


def test_heat_is_noted_by_air_and_dew_point():
    weather = {"air_temperature_c": 25.0, "dew_point_c": 18.0}  # 77 F + 64.4 F = 141.4
    hot = measure(facts(run()), **weather)
    assert hot.heat_slowdown_pct == (3.0, 4.5)
    plain = measure(facts(run()))
    assert plain.reasons["heat_slowdown_pct"] == "no_weather"
    assert (hot.load, hot.trimp, hot.rtss) == (plain.load, plain.trimp, plain.rtss)
    extreme = measure(facts(run()), air_temperature_c=38.0, dew_point_c=27.0)
    assert extreme.reasons["heat_slowdown_pct"] == "too_hot"
    ride = measure(facts(run(), sport="cycling"), sport="cycling", **weather)
    assert ride.reasons["heat_slowdown_pct"] == "modality"


def test_a_tempo_run_is_no_race():
    # 10 km in 45:00 at 89 % of 190: a race of that time is run at 94 %, its mean at 89.6 and more.
    speed = 10_000 / 2700
    tempo = facts(run(minutes=46, speed=speed, bpm=169))
    assert measure(tempo, distance_m=2759 * speed).reasons["vdot"] == "no_race"
    hard = facts(run(minutes=46, speed=speed, bpm=176))
    assert measure(hard, distance_m=2759 * speed).vdot is not None
    # VDOT 45 there; 6 % faster before is VDOT 48.4, and 95 % of that is 46.
    known = activity.PriorHistory(verdict=plausibility.RunPlausibility(own_vdot=48.4))
    slower = measure(hard, distance_m=2759 * speed, before=known)
    assert slower.reasons["vdot"] == "no_race"
    assert measure(hard, distance_m=2759 * speed, before=known, is_race=True).vdot is not None


def test_a_marathon_is_raced_at_a_lower_heart_rate():
    n, speed = 200 * 60, 42_195 / 11_900
    raced = facts(run(minutes=200, speed=speed, bpm=163))  # 86 % of 190
    assert measure(raced, distance_m=(n - 1) * speed).vdot is not None
    easy = facts(run(minutes=200, speed=speed, bpm=150))
    assert measure(easy, distance_m=(n - 1) * speed).reasons["vdot"] == "no_race"


def test_a_run_with_stops_is_no_race():
    speed = np.full(1800, 4.2)
    speed[800:900] = 0.0  # a red light
    stopped = facts(run(minutes=30, speed_mps=speed, distance_m=np.cumsum(speed), bpm=180))
    assert measure(stopped, distance_m=float(speed.sum())).reasons["vdot"] == "no_race"


def test_a_suspect_run_is_weighed_by_heart_rate_and_shows_nothing():
    ride = facts(run(minutes=40, speed=6.0, bpm=120))
    doubt = activity.PriorHistory(
        1.5, (4.0, 3.5), verdict=plausibility.RunPlausibility(("suspect_ride",))
    )
    found = measure(ride, before=doubt, timer_s=2400, distance_m=14_400)
    assert "suspect_ride" in found.flags
    assert (found.load, found.load_source) == (found.hrtss, "heart_rate")
    for name in ("rtss", "intensity", "effective_vo2max", "efficiency_index"):
        assert getattr(found, name) is None
    assert found.reasons["rtss"] == found.reasons["efficiency_index"] == "implausible"
    silent = facts(run(minutes=40, speed=6.0, heart_rate_bpm=None))
    guessed = measure(silent, before=doubt, timer_s=2400)
    assert guessed.load_source == "estimated_duration"
    assert guessed.load == pytest.approx(100 / 3)  # 40 minutes at 50 an hour


def test_no_body_has_a_vo2max_of_two_hundred():
    found = measure(facts(run(bpm=150, speed=10.0)))
    assert found.effective_vo2max is None
    assert found.reasons["effective_vo2max"] == "implausible"
