"""What must hold for any recording: no exception, no infinity, no changed input, honest sums."""

import copy

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from runningcoach.metrics import activity, efforts, fitness, load, streams, zones

CHANNELS = (
    "speed_mps",
    "distance_m",
    "altitude_m",
    "heart_rate_bpm",
    "cadence_spm",
    "power_w",
    "temperature_c",
    "latitude_deg",
    "longitude_deg",
)
anything = st.floats(allow_nan=True, allow_infinity=True, width=64)
sensible = st.floats(-50, 300) | st.just(float("nan"))


@st.composite
def recordings(draw):
    """Draw samples with gaps, repeats, broken channels, and some channels missing."""
    n = draw(st.integers(0, 80))
    stride = draw(st.sampled_from([1, 1, 1, 4, 30]))
    steps = draw(hnp.arrays(np.int32, n, elements=st.integers(0, 3)))
    samples = {"t_s": (np.cumsum(steps) * stride).astype(np.int32)}
    for name in draw(st.sets(st.sampled_from(CHANNELS))):
        values = draw(st.sampled_from([sensible, sensible, anything]))
        samples[name] = draw(hnp.arrays(np.float64, n, elements=values))
    pauses = draw(st.lists(st.tuples(st.integers(-5, 300), st.integers(0, 400)), max_size=3))
    return samples, tuple(pauses)


def finite_or_nan(value):
    return not np.isinf(np.asarray(value, dtype=float)).any()


BEFORE = activity.PriorHistory(1.4, (4.5, 4.0), (-0.5, 0.4, 0.3), 48.0)


@settings(max_examples=150)
@given(recordings(), st.booleans(), st.booleans(), st.sampled_from(["running", "cycling"]))
def test_any_recording_gives_facts_and_measures(made, treadmill, barometric, sport):
    samples, pauses = made
    before = copy.deepcopy(samples)
    clean = streams.clean(samples, pauses, treadmill=treadmill, altitude_is_barometric=barometric)
    found = activity.facts(clean, sport=sport)
    athlete = activity.Athlete(190.0, 50.0, 170.0, 3.5, "female")
    measured = activity.measure(found, athlete, sport=sport, distance_m=0.0, before=BEFORE)
    for name in CHANNELS:
        if hasattr(clean, name):
            assert len(getattr(clean, name)) == len(clean)
            assert finite_or_nan(getattr(clean, name))
    for part in (found, measured):
        for name in type(part).__slots__:
            value = getattr(part, name)
            if value is not None and not isinstance(value, str | tuple | dict):
                assert finite_or_nan(value), name
                assert not (isinstance(value, float) and np.isnan(value)), name
    for name, channel in before.items():
        np.testing.assert_array_equal(samples[name], channel)


@settings(max_examples=60)
@given(recordings())
def test_every_missing_value_has_its_reason(made):
    found = activity.facts(streams.clean(*made), sport="running")
    for name in activity.Facts.__slots__:
        if name not in ("hr_coverage", "speed_coverage") and getattr(found, name) is None:
            assert found.reasons[name]
    known = activity.Athlete(190.0, 50.0, 170.0, 3.5, "male")
    told = {"device_training_effect": 3.0, "air_temperature_c": 20.0, "dew_point_c": 9.0}
    for athlete, kind in ((activity.Athlete(), {}), (known, {}), (known, told | {"rpe": 4.0})):
        measured = activity.measure(found, athlete, sport="running", **kind)
        for name in activity.Measures.__slots__:
            if getattr(measured, name) is None:
                assert measured.reasons[name]
            else:
                assert name not in measured.reasons


@settings(max_examples=60)
@given(recordings())
def test_time_in_zones_adds_up_to_the_covered_seconds(made):
    clean = streams.clean(*made)
    covered = int(np.isfinite(clean.heart_rate_bpm).sum())
    seconds = zones.hr_seconds(clean.heart_rate_bpm)
    assert seconds.sum() == covered
    assert zones.time_in_zones(zones.BPM, (95, 114.5, 171), seconds).sum() == covered
    assert clean.moving.sum() <= clean.active.sum() <= len(clean)


rates = hnp.arrays(np.float64, st.integers(1, 120), elements=st.integers(30, 230).map(float))
LIMITS = {"hrrest_bpm": 50.0, "hrmax_bpm": 190.0}


@given(rates, rates)
def test_trimp_is_a_sum_over_seconds(first, second):
    both = load.trimp(np.concatenate([first, second]), **LIMITS)
    assert np.isclose(both, load.trimp(first, **LIMITS) + load.trimp(second, **LIMITS))


@given(rates, st.integers(1, 20))
def test_trimp_never_falls_with_heart_rate_and_is_0_at_rest(bpm, more):
    assert load.trimp(bpm + more, **LIMITS) >= load.trimp(bpm, **LIMITS)
    assert load.trimp(np.minimum(bpm, 50.0), **LIMITS) == 0


@given(rates)
def test_loads_from_seconds_at_each_beat_equal_those_from_samples(bpm):
    seconds = zones.hr_seconds(bpm)
    exact = load.trimp(bpm, **LIMITS)
    assert np.isclose(load.trimp(zones.BPM, seconds=seconds, **LIMITS), exact)
    by_sample = zones.time_in_zones(bpm, [share * 190 for share in zones.HRMAX_ZONES])
    weighted = float(by_sample @ np.arange(6)) / 60
    assert np.isclose(zones.edwards(seconds, 190), weighted)


@given(rates, st.randoms())
def test_sums_do_not_depend_on_the_order_of_seconds(bpm, random):
    shuffled = bpm.tolist()
    random.shuffle(shuffled)
    assert np.isclose(load.trimp(bpm, **LIMITS), load.trimp(shuffled, **LIMITS))


def by_zones(bpm):
    """Return Edwards' and Lucia's load of samples."""
    seconds = zones.hr_seconds(bpm)
    return np.array([zones.edwards(seconds, 190.0), zones.lucia(seconds, 148.0, 170.0)])


@given(rates, st.integers(1, 20))
def test_loads_by_zones_never_fall_with_heart_rate(bpm, more):
    assert (by_zones(bpm + more) >= by_zones(bpm) - 1e-9).all()


@given(rates, rates)
def test_loads_by_zones_are_sums_over_seconds(first, second):
    both = by_zones(np.concatenate([first, second]))
    assert np.allclose(both, by_zones(first) + by_zones(second))


@given(rates)
def test_at_rest_edwards_is_0_and_lucia_counts_minutes(bpm):
    # Lucia's first zone begins at no heart rate: rest is worth one a minute there.
    edwards, lucia = by_zones(np.minimum(bpm, 94.0))
    assert edwards == 0
    assert np.isclose(lucia, len(bpm) / 60)


@given(rates, st.integers(1, 9))
def test_loads_grow_with_the_time_that_each_beat_stands_for(bpm, times):
    seconds = zones.hr_seconds(bpm)
    longer = zones.edwards(seconds * times, 190.0)
    assert np.isclose(longer, times * zones.edwards(seconds, 190.0))


@given(rates, st.floats(0.5, 1.5))
def test_load_by_heart_rate_knows_reserve_not_beats(bpm, scale):
    """Stretching every heart rate and limit alike changes no load by reserve."""
    wider = {name: value * scale for name, value in LIMITS.items()}
    assert np.isclose(load.trimp(bpm * scale, **wider), load.trimp(bpm, **LIMITS), atol=1e-9)


@given(st.floats(60, 30_000), st.floats(0.5, 8), st.floats(2, 6), st.floats(0.5, 2))
def test_load_by_pace_knows_the_ratio_to_threshold_only(seconds, ngp, threshold, scale):
    plain = load.rtss(seconds, ngp, threshold)
    assert np.isclose(load.rtss(seconds, ngp * scale, threshold * scale), plain)
    assert load.rtss(seconds, ngp * 1.01, threshold) >= plain >= 0


@settings(max_examples=25)
@given(st.integers(0, 2**32 - 1), st.sampled_from([2, 3, 5]))
def test_a_run_recorded_more_sparsely_says_nearly_the_same(seed, every):
    """Smart recording loses details of seconds, not the run: what it may move is stated."""
    samples = hilly_run(seed)
    sparse = {name: channel[::every] for name, channel in samples.items()}
    dense, thin = (activity.facts(streams.clean(s), sport="running") for s in (samples, sparse))
    athlete = activity.Athlete(190.0, 50.0, 170.0, 3.5, "male")
    mine, theirs = (activity.measure(f, athlete, sport="running") for f in (dense, thin))
    for name, within in {"trimp": 0.01, "hrtss": 0.01, "rtss": 0.02, "epoc_ml_kg": 0.02}.items():
        assert np.isclose(getattr(mine, name), getattr(theirs, name), rtol=within), name
    for name in ("gap_mps", "ngp_mps", "efficiency_factor", "gap_minetti_mps"):
        assert np.isclose(getattr(dense, name), getattr(thin, name), rtol=0.01), name
    assert np.isclose(dense.elevation_gain_m, thin.elevation_gain_m, rtol=0.05, atol=2)
    for one, other in zip(dense.best_efforts, thin.best_efforts, strict=True):
        assert np.isclose(one.elapsed_s, other.elapsed_s, rtol=0.02)


def hilly_run(seed):
    """Return half an hour over hills, with a heart rate that follows slowly."""
    rng = np.random.default_rng(seed)
    t = np.arange(1801)
    speed = 3.2 + 0.4 * np.sin(t / rng.uniform(60, 200)) + rng.normal(0, 0.03, len(t))
    distance = np.cumsum(speed) - speed[0]
    return {
        "t_s": t,
        "speed_mps": speed,
        "distance_m": distance,
        "altitude_m": 60 + 12 * np.sin(distance / rng.uniform(200, 400)),
        "heart_rate_bpm": np.rint(150 - 50 * np.exp(-t / 60) + 8 * np.sin(t / 150)),
    }


clocks = hnp.arrays(np.bool_, st.integers(2, 900))


@given(clocks)
def test_moving_time_of_an_effort_is_never_longer_than_its_elapsed_time(moving):
    distance = np.cumsum(np.where(moving, 4.0, 0.2))
    found = efforts.best_efforts(distance)
    for effort in efforts.with_moving(found, distance, moving):
        assert 0 < effort.moving_s <= effort.elapsed_s


speeds = hnp.arrays(
    np.float64, st.integers(0, 300), elements=st.floats(0, 12) | st.just(float("nan"))
)


@given(speeds)
def test_the_mean_max_curve_never_rises(speed):
    curve = efforts.mean_max_curve(speed)
    known = curve[np.isfinite(curve)]
    assert (np.diff(known) <= 0).all()
    assert np.isfinite(curve[: len(known)]).all()


@given(speeds, st.integers(1, 60))
def test_mean_max_is_the_best_of_all_windows_without_a_hole(speed, duration):
    starts = range(len(speed) - duration + 1)
    windows = [speed[i : i + duration].mean() for i in starts]
    whole = [mean for mean in windows if np.isfinite(mean)]
    got = efforts.mean_max(speed, duration)
    assert np.isclose(got, max(whole)) if whole else np.isnan(got)


tenths = st.integers(0, 3000).map(lambda tenth: tenth / 10)
daily = hnp.arrays(np.float64, st.integers(8, 90), elements=tenths)


@given(daily, st.floats(0, 300))
def test_no_day_depends_on_a_later_one(loads, later):
    more = np.append(loads, later)
    for series in (fitness.ctl, fitness.atl, lambda x: fitness.weekly_monotony(x)[0]):
        np.testing.assert_array_equal(series(more)[: len(loads)], series(loads))


@given(daily)
def test_weekly_monotony_agrees_with_the_week_alone(loads):
    mono, strain = fitness.weekly_monotony(loads)
    week = loads[-7:]
    assert np.isclose(mono[-1], fitness.monotony(week), rtol=1e-6)
    assert np.isclose(strain[-1], fitness.strain(week), rtol=1e-6)


@given(daily)
def test_form_is_yesterdays_fitness_less_yesterdays_fatigue(loads):
    ctl, atl = fitness.ctl(loads), fitness.atl(loads)
    form = fitness.tsb(ctl, atl)
    assert np.isnan(form[0])
    np.testing.assert_array_equal(form[1:], (ctl - atl)[:-1])
