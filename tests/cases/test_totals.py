"""One time, one distance, one ascent: the source that the others confirm."""

import numpy as np
import pytest

from runningcoach.metrics.activity import measure_recording
from runningcoach.metrics.totals import Stated
from tests.cases.recorded import in_order, measured, northward, of_case, only, steady

# case, file: elapsed, timer, distance, its source; None where the README does not tell.
CASES = {
    ("gps_spike", "c20_spike.gpx"): (3600, 3600, 10_800, "positions"),
    ("gps_spike", "c20c_jitter.gpx"): (3600, 3600, 10_800, "positions"),
    ("stall_and_catch_up", "c70_stall_and_catch_up.gpx"): (2400, 2400, 10_080, "positions"),
    ("stale_session", "c02_stale_session.fit"): (2700, 2700, 8100, None),
    ("lap_totals", "c52_last_lap_empty.tcx"): (3600, 3600, 10_800, "records"),
    ("lap_totals", "c62_crazy_lap.tcx"): (2700, 2700, 8100, "records"),
    ("leg_counts_on", "c60b_leg_counts_on_no_lap_distance.tcx"): (2700, 2700, 8100, "records"),
    ("records_stop_early", "c47_records_stop_early.fit"): (5400, 5400, 15_000, "session"),
    ("late_first_point", "c24_late_first_point.tcx"): (3600, 3600, 10_800, "laps"),
    ("no_first_start", "c11b_no_first_start.fit"): (3600, 3300, 9900, "session"),
    ("smart_recording", "c03_smart_recording.fit"): (3600, 3600, 10_800, "session"),
    ("smart_recording", "c03m_smart_mild.fit"): (3600, 3600, 10_800, "session"),
    ("smart_recording", "c23b_smart.gpx"): (3600, 3600, 10_800, "positions"),
    ("hole_while_running", "c76_hole_while_running.fit"): (2400, 2400, 7200, "session"),
    ("longer_than_48_h", "c06_sixty_hours.fit"): (216_000, 216_000, 216_000, "session"),
    ("treadmill_calibrated", "c66_treadmill_calibrated_no_hr.fit"): (3600, 3600, 10_000, "session"),
    ("distance_in_km", "c61_distance_in_km.tcx"): (2700, 2700, 8100, "laps"),
    ("swim_strength_time", "c67_pool_swim.fit"): (2700, 2700, 2000, "session"),
    ("swim_strength_time", "c67b_strength.fit"): (3600, 3600, None, None),
}  # fmt: skip


@pytest.mark.parametrize(("case", "file"), CASES)
def test_a_case_has_its_totals_and_moves_all_the_time(cases, case, file):
    elapsed, timer, distance, source = CASES[case, file]
    found = of_case(cases / case / file)
    assert found.totals.elapsed_s == pytest.approx(elapsed, abs=1)
    assert found.totals.timer_s == pytest.approx(timer, abs=1)
    assert found.totals.distance_m == (distance and pytest.approx(distance, rel=0.005))
    assert source in (None, found.totals.distance_source)
    assert found.facts.moving_s == pytest.approx(timer, rel=0.002)
    assert in_order(found)


def again(samples, found, stated=None, **kind):
    """Decide again with the pauses that were decided, as a rebuild does."""
    arrays = {name: np.asarray(values, np.float64) for name, values in samples.items()}
    kind = {"sport": "running"} | kind
    return measure_recording(arrays, found.totals.pauses, stated or Stated(), **kind)


# Distance ------------------------------------------------------------------------------------


@pytest.mark.parametrize("away_m", [3_000.0, 9_000_000.0, 40.0])
@pytest.mark.parametrize("seconds", [1, 5, 40])
def test_positions_elsewhere_and_back_are_not_run(away_m, seconds):
    t = np.arange(1801)
    east = np.zeros(1801)
    east[900 : 900 + seconds] = away_m
    if away_m > 1e6:
        place = northward(3.0 * t)
        place["longitude_deg"] = np.where(east > 0, 20.0, place["longitude_deg"])
    else:
        place = northward(3.0 * t, east)
    found = measured({"t_s": t} | place)
    assert found.totals.distance_m == pytest.approx(5400, rel=0.005)
    assert found.facts.mean_max_speed_mps[0] < 3.3
    assert "distance_jump" in found.facts.flags


def test_a_first_fix_elsewhere_is_not_run():
    t = np.arange(1801)
    place = northward(3.0 * t)
    place["latitude_deg"][:3] = 10.0
    assert measured({"t_s": t} | place).totals.distance_m == pytest.approx(5400, rel=0.005)


@pytest.mark.parametrize(("stalled_s", "speed"), [(2, 4.2), (4, 3.0), (9, 2.5)])
def test_a_stall_and_its_catch_up_are_the_distance_run_at_the_speed_run(stalled_s, speed):
    t = np.arange(1801)
    held = (t // (stalled_s + 1)) * (stalled_s + 1) * speed
    found = measured({"t_s": t} | northward(held))
    assert found.totals.distance_m == pytest.approx(1800 * speed, rel=0.005)
    assert found.facts.mean_max_speed_mps[0] == pytest.approx(speed, rel=0.05)
    assert found.facts.moving_s == pytest.approx(1800, abs=10)


def test_wandering_positions_of_one_who_stands_are_no_way():
    rng = np.random.default_rng(5)
    t = np.arange(1801)
    place = northward(np.clip(t, 0, 600) * 3.0 + np.clip(t - 1200, 0, 600) * 3.0)
    for name in place:  # two metres of noise each second while standing for ten minutes
        place[name] += np.where((t > 600) & (t < 1200), rng.normal(0, 2 / 111_195, 1801), 0)
    found = measured({"t_s": t} | place)
    assert found.totals.distance_m == pytest.approx(3600, rel=0.03)
    assert found.facts.moving_s == pytest.approx(1200, abs=40)


def test_a_slow_climb_is_no_wandering():
    t = np.arange(3601)
    found = measured({"t_s": t} | northward(0.4 * t), sport="hiking")
    assert found.totals.distance_m == pytest.approx(1440, rel=0.005)


@pytest.mark.parametrize("factor", [0.001, 100.0, 1 / 1609.344])
def test_a_counter_in_another_unit_is_known_by_the_positions(factor):
    t = np.arange(2701)
    found = measured(
        steady(2700, 3.0, distance_m=3.0 * t * factor, speed_mps=None) | northward(3.0 * t)
    )
    assert found.totals.distance_m == pytest.approx(8100, rel=0.01)
    assert found.facts.moving_s == 2700
    assert "distance_unit" in found.facts.flags


@pytest.mark.parametrize("factor", [3.6, 2.236936])
def test_speed_in_another_unit_is_known_by_the_distance(cases, factor):
    found = measured(steady(2700, 2.8, speed_mps=np.full(2701, 2.8 * factor)))
    assert found.facts.ngp_mps == pytest.approx(2.8, rel=0.005)
    assert "speed_unit" in found.facts.flags
    for file in ("c64_speed_kmh_1hz.tcx", "c65_gpx_speed_kmh.gpx"):
        case = of_case(cases / "speed_in_kmh" / file)
        assert case.facts.ngp_mps == pytest.approx(2.8, rel=0.005)
        assert "speed_unit" in case.facts.flags


def test_a_counter_that_counts_on_from_an_earlier_leg_begins_anew():
    samples = steady(1800, distance_m=21_000 + 3.0 * np.arange(1801))
    assert measured(samples).totals.distance_m == pytest.approx(5400)
    assert measured(samples, distance_m=5400.0).totals.distance_source == "session"


def test_a_session_that_only_it_believes_gives_way_to_counter_and_positions():
    t = np.arange(1801)
    found = measured(steady(1800) | northward(3.0 * t), distance_m=9000.0, timer_s=1800.0)
    assert (found.totals.distance_m, found.totals.distance_source) == (5400.0, "records")


def test_a_wrong_counter_gives_way_to_session_and_positions():
    t = np.arange(1801)
    samples = steady(1800, distance_m=1.5 * t, speed_mps=None) | northward(3.0 * t)
    found = measured(samples, distance_m=5400.0, timer_s=1800.0)
    assert (found.totals.distance_m, found.totals.distance_source) == (5400.0, "session")


@pytest.mark.parametrize("treadmill", [True, False])
@pytest.mark.parametrize("saved_m", [10_000.0, 7_500.0])
def test_a_belt_or_foot_pod_is_calibrated_to_what_was_saved(treadmill, saved_m):
    samples = steady(3600, 8500 / 3600)
    found = measured(samples, treadmill=treadmill, distance_m=saved_m, timer_s=3600.0)
    assert found.totals.distance_m == saved_m
    assert found.facts.ngp_mps == pytest.approx(saved_m / 3600, rel=0.005)
    assert "calibrated_distance" in found.facts.flags


def test_the_calibrated_case_runs_at_its_saved_speed(cases):
    found = of_case(cases / "treadmill_calibrated" / "c66_treadmill_calibrated_no_hr.fit")
    assert found.facts.ngp_mps == pytest.approx(10_000 / 3600, rel=0.005)


# Time ----------------------------------------------------------------------------------------


def test_pauses_are_the_largest_gaps_until_the_stated_timer_is_reached():
    t = np.r_[0:600, 900:1500, 1520:2101]  # gaps of 301 and 21 s between records
    samples = only(steady(2100, distance_m=3.0 * np.minimum(np.arange(2101), 600)), t)
    found = measured(samples, timer_s=1800.0, elapsed_s=2100.0)
    assert found.totals.pauses == ((599, 899),)
    assert (found.totals.timer_s, found.totals.elapsed_s) == (1800, 2100)
    assert again(samples, found, Stated(timer_s=1800.0, elapsed_s=2100.0)).totals == found.totals


def test_a_hole_is_running_time_when_the_stated_timer_ran():
    samples = only(steady(2400), np.r_[0:900, 1200:2401])
    found = measured(samples, timer_s=2400.0, distance_m=7200.0)
    assert found.totals.pauses == ()
    assert found.facts.moving_s == 2400
    assert found.facts.mean_max_speed_mps[0] == pytest.approx(3.0)
    assert "interpolated" in found.facts.flags
    assert found.facts.interpolated_share == pytest.approx(300 / 2401, abs=0.001)


@pytest.mark.parametrize(("speed_in_gap", "is_pause"), [(3.0, False), (0.05, True)])
def test_without_a_timer_movement_tells_a_gap_from_a_pause(speed_in_gap, is_pause):
    t = np.r_[0:900, 1200:2101]
    north = np.cumsum(np.where((t > 899) & (t < 1201), 0, 3.0))
    north = north + np.where(t >= 1200, 300 * speed_in_gap, 0)
    found = measured({"t_s": t} | northward(north))
    assert bool(found.totals.pauses) is is_pause
    assert found.totals.timer_s == pytest.approx(2100 - 301 * is_pause, abs=1)
    assert found.facts.moving_s == pytest.approx(2100 - 301 * is_pause, abs=12)
    assert again({"t_s": t} | northward(north), found).totals == found.totals


def test_known_pauses_stay_and_what_moved_in_them_is_not_run():
    t = np.r_[0:900, 1200:2101]
    place = northward(3.0 * t)  # walked on while the timer stood still
    found = measured({"t_s": t} | place, ((899, 1200),))
    assert found.totals.timer_s == 2100 - 301
    assert found.totals.time_source == "events"
    assert found.totals.distance_m == pytest.approx(3.0 * (2100 - 301), abs=6)


def test_a_session_saved_too_early_gives_way_to_the_records():
    found = measured(steady(2700), timer_s=1800.0, elapsed_s=1800.0, distance_m=5400.0)
    assert (found.totals.timer_s, found.totals.time_source) == (2700, "records")
    assert (found.totals.distance_m, found.totals.distance_source) == (8100, "records")


def test_records_that_stop_early_leave_time_and_distance_to_the_session():
    found = measured(only(steady(5400, 2.5), np.arange(3000)), timer_s=5400.0, distance_m=13_500.0)
    assert found.facts.moving_s == found.totals.timer_s == 5400
    assert found.totals.distance_m == 13_500
    assert found.facts.gap_mps == pytest.approx(2.5, rel=0.005)


@pytest.mark.parametrize("sport", ["swimming", "training", "rowing", "running"])
def test_without_any_movement_recorded_the_timers_time_counts(sport):
    t = np.arange(1801)
    found = measured({"t_s": t, "heart_rate_bpm": 120.0 + 0 * t}, sport=sport, timer_s=1750.0)
    assert found.facts.moving_s == found.totals.timer_s == 1750


def test_a_profile_that_never_felt_a_movement_has_its_time_but_no_speed(cases):
    found = of_case(cases / "still_then_long" / "f1_gym_outdoor_profile.fit")
    assert found.facts.moving_s == 1800
    assert found.totals.distance_m == 0  # its counter stands at 0 throughout
    assert found.facts.mean_max_gap_mps is None
    assert found.facts.reasons["gap_mps"] == "no_speed"


def test_a_timer_beyond_the_clock_moves_the_clock():
    found = measured(steady(1800), timer_s=1800.6, elapsed_s=1800.2)
    assert found.totals.elapsed_s == found.totals.timer_s == 1800.6


# Ascent --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "ascent"), [("c45_gps_altitude_noise.fit", 39), ("c45m_gps_altitude_mild.fit", 12)]
)
def test_noisy_altitude_leaves_the_devices_ascent_and_pace_alone(cases, file, ascent):
    found = of_case(cases / "ascent_shown" / file)
    assert (found.totals.ascent_m, found.totals.ascent_source) == (ascent, "session")
    assert found.facts.ngp_mps == pytest.approx(3.0, rel=0.01)
    assert "alt_gps" in found.facts.flags


def test_noise_of_gps_altitude_hardly_changes_pace():
    rng = np.random.default_rng(11)
    noise = np.zeros(3601)
    for i in range(1, 3601):  # 4 m, wandering over half a minute
        noise[i] = 0.967 * noise[i - 1] + rng.normal(0, 1.0)
    found = measured(steady(altitude_m=30 + noise))
    assert found.facts.gap_mps == pytest.approx(3.0, rel=0.01)
    assert "noisy_altitude" in found.facts.flags


def test_an_impossible_ascent_gives_way_to_the_altitude():
    # From the middle up 50 m, down and up 100 m, and of the last way up the first 23 m.
    altitude = 100 + 50 * np.sin(np.arange(3601) / 300)
    found = measured(steady(altitude_m=altitude), ascent_m=54_000.0)
    assert found.totals.ascent_source == "altitude"
    assert found.totals.ascent_m == found.facts.elevation_gain_m == pytest.approx(173, rel=0.05)
    low = measured(steady(altitude_m=altitude), ascent_m=0.0)
    assert low.totals.ascent_source == "altitude"
    kept = measured(steady(altitude_m=altitude), ascent_m=180.0)
    assert (kept.totals.ascent_m, kept.totals.ascent_source) == (180.0, "session")


# ten waves of 10 m up and down over 10.8 km: the slope is a sine of 5.8 %, over which the mean of
# the curve's factors (1.023 at 5.8 %, 1.0 on the flat) is 1.028.
WAVES_GAP = 3.0 * 1.028


@pytest.mark.parametrize("file", ["c04_altitude_zero.fit", "c04b_altitude_minus500.fit"])
def test_dropouts_of_altitude_are_no_hills(cases, file):
    found = of_case(cases / "altitude_dropouts" / file)
    assert found.totals.ascent_m == 200
    assert found.facts.elevation_gain_m == pytest.approx(200, rel=0.1)
    assert found.facts.gap_mps == pytest.approx(WAVES_GAP, rel=0.005)


def test_altitude_that_is_missing_at_first_is_no_climb(cases):
    found = of_case(cases / "altitude_dropouts" / "c54_ele_zero_first.gpx")
    assert found.totals.ascent_m == 0
    assert found.facts.gap_mps == pytest.approx(3.0, rel=0.005)


@pytest.mark.parametrize("value", [0.0, -500.0, 8000.0])
@pytest.mark.parametrize("where", [slice(0, 90), slice(700, 730), slice(3500, 3601)])
def test_a_stretch_at_another_height_is_left_out(value, where):
    altitude = np.full(3601, 120.0)
    altitude[where] = value
    found = measured(steady(altitude_m=altitude))
    assert found.totals.ascent_m == 0
    assert found.facts.gap_mps == pytest.approx(3.0, rel=0.001)
    assert found.facts.average_altitude_m == pytest.approx(120, abs=0.5)


# Averages ------------------------------------------------------------------------------------


def test_averages_that_the_file_does_not_state_are_those_of_the_samples(import_case):
    row = import_case("averages_missing", "c18_walk_spm.tcx").activity
    assert row["average_cadence_spm"] in (112, 224)  # as the reader takes the steps
    assert row["average_hr_bpm"] == 100
    assert row["average_speed_mps"] == pytest.approx(1.3)
    assert (row["distance_source"], row["time_source"]) == ("laps", "laps")
    assert row["elapsed_s"] >= row["timer_s"] >= row["moving_s"]


def test_averages_leave_out_pauses_and_steps_while_standing():
    cadence = np.r_[np.full(901, 170.0), np.zeros(300), np.full(900, 180.0)]
    speed = np.where(cadence > 0, 3.0, 0.0)
    samples = steady(2100, cadence_spm=cadence, power_w=cadence * 1.5, speed_mps=speed,
                     distance_m=np.cumsum(speed))  # fmt: skip
    found = measured(samples, ((901, 1201),)).averages
    assert found["average_cadence_spm"] == pytest.approx(175, abs=0.1)
    assert found["average_power_w"] == pytest.approx(262.5, abs=0.3)
    assert found["average_speed_mps"] == pytest.approx(3.0, rel=0.005)


def test_lap_distances_in_kilometres_do_not_count_beside_a_counter_in_metres():
    found = measured(steady(2400), laps_timer_s=2400.0, laps_distance_m=7.2)
    assert (found.totals.distance_m, found.totals.distance_source) == (7200.0, "records")
