"""Which runs are possible on foot: both sides of every bound, with and without a history."""

from dataclasses import replace

import numpy as np
import pytest

from runningcoach.metrics import activity, eligibility, plausibility, streams
from runningcoach.metrics.efforts import DURATIONS_S
from runningcoach.metrics.plausibility import HEART_RATE, LEFT_OUT, RIDE, SPEED


def recorded(speed, bpm, minutes=40, treadmill=False, **channels):
    """Return the facts of a run; speed and heart rate are one value or one a second."""
    n = minutes * 60
    speed = np.broadcast_to(np.asarray(speed, float), n)
    samples = {"t_s": np.arange(n), "speed_mps": speed, "distance_m": np.cumsum(speed)}
    if bpm is not None:
        samples["heart_rate_bpm"] = np.broadcast_to(np.asarray(bpm, float), n)
    clean = streams.clean(samples | channels, treadmill=treadmill)
    return activity.facts(clean, sport="running")


def one(facts, day=100, **known):
    return plausibility.run(facts, day, vdot=eligibility.best_vdot(facts), **known)


def flags(facts, before=(), **known):
    """Return what is held of a run after the runs of earlier days."""
    runs = [one(f, day) for day, f in enumerate(before)]
    return plausibility.judge([*runs, one(facts, **known)])[-1].flags


def with_best(facts, speed, seconds):
    """Return facts of a run whose fastest stretches up to so many seconds had a speed."""
    curve = np.where(np.array(DURATIONS_S) <= seconds, speed, 2.8).astype(np.float32)
    return replace(facts, mean_max_speed_mps=curve, mean_max_gap_mps=curve)


USUAL = [recorded(2.8, 140) for _ in range(6)]  # VO2max about 40 at 74 % of 190 bpm
USUAL_WITHOUT_HR = [recorded(2.8, None) for _ in range(6)]


@pytest.mark.parametrize("before", [(), USUAL])
@pytest.mark.parametrize(
    ("speed", "bpm"),
    [
        (6.0, 120),  # a commute at 21.6 km/h: 148 ml/kg/min
        (6.9, 165),  # a fast ride, 25 km/h: 115
        (5.0, 110),  # 18 km/h on an electric bicycle: 129
    ],
)
def test_a_ride_recorded_as_run_is_a_ride_with_or_without_history(before, speed, bpm):
    assert RIDE in flags(recorded(speed, bpm), before)


def test_a_slow_ride_is_known_by_the_own_history():
    # 15 km/h at 120 bpm shows 93: beyond anybody. At 130 bpm 81: an elite's, not this runner's.
    assert flags(recorded(4.17, 120)) == (RIDE,)
    assert flags(recorded(4.17, 130)) == ()
    assert flags(recorded(4.17, 130), USUAL) == (RIDE,)


@pytest.mark.parametrize(
    ("pace_s_per_km", "bpm", "minutes"),
    [
        (300, 120, 60),  # an elite's jog
        (240, 128, 60),  # and easy run
        (180, 180, 30),  # and 10 km race
        (176, 172, 120),  # 2:04 over the marathon
        (420, 105, 45),  # a slow jog at a low heart rate
        (720, 95, 60),  # a walk
    ],
)
def test_elite_runners_and_walkers_are_possible(pace_s_per_km, bpm, minutes):
    assert flags(recorded(1000 / pace_s_per_km, bpm, minutes)) == ()


def test_elite_history_does_not_narrow_the_bound_below_elite_runs():
    elite = [recorded(1000 / 300, 120) for _ in range(6)]
    assert flags(recorded(1000 / 240, 126), elite) == ()
    assert flags(recorded(1000 / 180, 180, 30), elite) == ()


def test_a_personal_best_at_a_high_heart_rate_is_true():
    # 10 km in 40:00 after months of jogs at 2.8 m/s: heart rate 178 carries it (44).
    assert flags(recorded(10_000 / 2400, 178), USUAL) == ()
    # 5 km in 19:00, 6 % off the maximum.
    assert flags(recorded(5000 / 1140, 179, 19), USUAL) == ()
    # The same 10 km at the heart rate of a jog is not.
    assert flags(recorded(10_000 / 2400, 125), USUAL) == (RIDE,)


def test_intervals_and_strides_are_no_glitch():
    speed = np.tile(np.concatenate([np.full(300, 4.4), np.full(180, 2.2)]), 6)
    beat = np.tile(np.concatenate([np.linspace(140, 176, 300), np.linspace(176, 140, 180)]), 6)
    assert flags(recorded(speed, beat, 48), USUAL) == ()
    strides = np.full(2400, 2.8)
    strides[1800:1980] = np.tile([6.5] * 20 + [2.0] * 40, 3)
    beat = np.full(2400, 140.0)
    beat[1800:1980] = 172
    assert flags(recorded(strides, beat), USUAL) == ()


def test_five_minutes_that_heart_rate_cannot_carry_are_a_glitch():
    speed = np.full(2700, 2.8)
    speed[900:1200] = 6.0  # 360 m/min at 142 of 190 bpm: 113 ml/kg/min
    assert flags(recorded(speed, 142, 45), USUAL) == (SPEED,)


def test_nobody_is_faster_than_the_records_for_minutes():
    for bpm in (150, None):
        run = recorded(2.8, bpm, 57)
        assert flags(with_best(run, 10.0, 720), USUAL)[0] == SPEED  # twelve minutes in a car
        assert flags(with_best(run, 10.0, 720))[0] == SPEED
        assert flags(with_best(run, 2.8 * 3.6, 2700))[0] == SPEED  # kilometres an hour
    # 1,500 m in 3:26 is a record of men; a strap at 150 bpm all the while says that it was none.
    assert flags(with_best(recorded(2.8, None, 57), 7.28, 210)) == ()
    assert flags(with_best(recorded(2.8, 150, 57), 7.28, 210), USUAL) == (SPEED,)


def test_without_heart_rate_the_own_history_says_what_is_far_beyond():
    ride = recorded(6.0, None)
    assert flags(ride) == ()  # an elite without a strap could
    assert flags(ride, USUAL_WITHOUT_HR) == (SPEED,)
    assert flags(ride, USUAL) == (SPEED,)
    # VDOT 52 after jogs of 31: a first race does that.
    assert flags(recorded(10_000 / 2400, None), USUAL_WITHOUT_HR) == ()
    assert flags(ride, USUAL_WITHOUT_HR, is_race=True) == ()
    assert flags(recorded(7.2, None, 30)) == (SPEED,)  # VDOT 96: nobody


def test_steps_of_four_metres_are_turns_of_a_pedal():
    assert RIDE in flags(recorded(5.5, 170), cadence_spm=85.0)
    assert flags(recorded(5.5, 178), cadence_spm=184.0) == ()
    assert flags(recorded(2.9, 140), cadence_spm=84.0) == ()  # one leg counted
    assert flags(recorded(2.9, 140), cadence_spm=0.0) == ()


def test_a_low_heart_rate_at_a_known_pace_is_the_sensors_fault():
    known = [*USUAL, recorded(3.6, 168)]
    assert flags(recorded(2.8, 78), known) == (HEART_RATE,)
    assert flags(recorded(2.8, 66)) == (HEART_RATE,)  # too slow for a ride


def test_a_dry_strap_is_no_peak():
    dry = replace(recorded(2.8, 140, 50), hr_peak_30s_bpm=217.0)
    assert plausibility.has_odd_peak(dry)
    assert flags(dry) == flags(dry, USUAL) == (HEART_RATE,)
    assert not plausibility.has_odd_peak(replace(dry, hr_peak_30s_bpm=160.0))  # 1.14 of 140
    # Below 20 minutes the mean stands in, whose first minutes are low.
    short = replace(recorded(2.8, 140, 15), hr_peak_30s_bpm=195.0)
    assert plausibility.has_odd_peak(short)
    assert not plausibility.has_odd_peak(replace(short, hr_peak_30s_bpm=180.0))


def test_a_surge_or_a_race_makes_a_peak_true():
    beat, speed = np.full(3000, 140.0), np.full(3000, 2.8)
    beat[2400:2520], speed[2400:2520] = 182, 4.5
    assert not plausibility.has_odd_peak(recorded(speed, beat, 50))
    rise = np.linspace(160, 188, 2400)
    assert not plausibility.has_odd_peak(recorded(4.0, rise))


def test_downhill_counts_by_the_kinder_model():
    n = 3600
    distance = np.arange(n) * 4.2
    found = flags(recorded(4.2, 128, 60, altitude_m=1000 - 0.10 * distance), USUAL)
    # On -10 % Minetti's cost is 0.6 of the flat: 2.5 m/s on the flat at 128 bpm.
    assert found == ()


def test_a_treadmill_is_not_compared_with_the_road():
    # Its belt may say anything: only what nobody can is doubted.
    belt = [recorded(2.8, 140, treadmill=True) for _ in range(4)]
    assert flags(recorded(4.0, 135, treadmill=True), USUAL) == ()
    assert flags(recorded(6.5, 120, treadmill=True)) == (RIDE,)
    assert flags(recorded(4.17, 130), belt) == ()  # nor the road with it


def test_the_runners_word_is_the_last():
    ride = recorded(6.0, 120)
    assert flags(ride, USUAL, own_choice=True) == ()
    assert flags(recorded(2.8, 140), USUAL, own_choice=False) == (LEFT_OUT,)


def test_no_ride_counts_for_the_next_and_no_day_for_itself():
    ride = recorded(4.17, 130)
    runs = [one(f, day) for day, f in enumerate(USUAL)]
    rides = [one(ride, 100 + n) for n in range(10)]
    assert all(v.flags == (RIDE,) for v in plausibility.judge([*runs, *rides])[6:])
    same_day = [one(recorded(2.8, 140), 5) for _ in range(5)]
    assert plausibility.judge([*same_day, one(ride, 5)])[-1].flags == ()


def test_a_year_later_the_history_is_no_measure():
    ride = one(recorded(4.17, 130), day=400)
    runs = [one(f, day) for day, f in enumerate(USUAL)]
    assert plausibility.judge([*runs, ride])[-1].flags == ()


def test_the_own_vdot_is_the_best_of_half_a_year():
    fast = one(recorded(10_000 / 2400, 178), day=10)
    runs = [fast, one(USUAL[0], 20), one(USUAL[0], 190), one(USUAL[0], 191)]
    found = [v.own_vdot for v in plausibility.judge(runs)]
    assert found[0] is None
    assert found[1] == found[2] == fast.vdot
    assert found[3] == runs[1].vdot < fast.vdot
