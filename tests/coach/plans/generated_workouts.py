"""Workouts of every kind for tests by hypothesis."""

from hypothesis import strategies as st

from runningcoach.model.workout import (
    BandTarget,
    CaloriesEnd,
    DistanceEnd,
    HeartRateEnd,
    HeartRateShareTarget,
    HeartRateTarget,
    HeartRateZoneTarget,
    LapButtonEnd,
    OpenTarget,
    PaceShareTarget,
    PaceTarget,
    PaceZoneTarget,
    PowerTarget,
    PowerZoneTarget,
    RampTarget,
    TimeEnd,
    Workout,
    WorkoutRepeat,
    WorkoutStep,
)

NOTES = st.none() | st.text(
    st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30
).filter(lambda note: note.strip() == note)
BASIC_ENDS = st.one_of(
    st.builds(TimeEnd, seconds=st.integers(1, 86_400)),
    st.builds(DistanceEnd, meters=st.integers(1, 300_000)),
    st.just(LapButtonEnd()),
)
HR_ENDS = st.builds(
    HeartRateEnd, kind=st.sampled_from(["hr_below", "hr_above"]), bpm=st.integers(30, 250)
)
ENDS = BASIC_ENDS | st.builds(CaloriesEnd, kcal=st.integers(1, 5_000)) | HR_ENDS


def ranges(build, first, second, low, high):
    bounds = st.tuples(st.integers(low, high), st.integers(low, high)).map(sorted)
    return bounds.map(lambda pair: build(**{first: pair[0], second: pair[1]}))


PACES = ranges(PaceTarget, "fast_s_per_km", "slow_s_per_km", 120, 900)
BPM = ranges(HeartRateTarget, "low", "high", 30, 250)
WATCH_TARGETS = st.one_of(
    st.just(OpenTarget()), PACES, BPM, st.builds(HeartRateZoneTarget, zone=st.integers(1, 5))
)
RESOLVED_TARGETS = st.one_of(
    WATCH_TARGETS,
    ranges(PowerTarget, "low", "high", 1, 2_000),
    st.builds(PowerZoneTarget, zone=st.integers(1, 7)),
    st.integers(1, 10).map(lambda zone: PaceZoneTarget(low=zone, high=zone)),
)
STEADY = st.one_of(
    WATCH_TARGETS,
    st.builds(BandTarget, name=st.sampled_from("EMTIR")),
    ranges(lambda **k: HeartRateShareTarget(of="max", **k), "low", "high", 1, 200),
    ranges(lambda **k: HeartRateShareTarget(of="lthr", **k), "low", "high", 1, 200),
    ranges(PaceShareTarget, "low", "high", 1, 200),
    ranges(PaceZoneTarget, "low", "high", 1, 10),
    ranges(PowerTarget, "low", "high", 1, 2_000),
    st.builds(PowerZoneTarget, zone=st.integers(1, 7)),
)
NAMED = STEADY.filter(lambda target: target.kind != "open")
TARGETS = STEADY | st.builds(
    lambda a, b: RampTarget.model_validate({"from": a, "to": b}), NAMED, NAMED
)
INTENSITIES = st.sampled_from(
    ["warmup", "cooldown", "interval", "recovery", "rest", "other", "main"]
)


def items(ends, targets, intensities=INTENSITIES):
    step = st.builds(WorkoutStep, intensity=intensities, end=ends, target=targets, note=NOTES)

    def repeats(children, most=99):
        return st.builds(
            WorkoutRepeat,
            times=st.integers(1, most),
            skip_last_recovery=st.booleans(),
            steps=st.lists(children, min_size=1, max_size=3).map(tuple),
        )

    return step | repeats(step) | repeats(step | repeats(step, most=6), most=9)


def workouts(ends=ENDS, targets=TARGETS, intensities=INTENSITIES):
    return st.builds(
        Workout,
        type=st.sampled_from(["easy", "vo2max", "other"]),
        title=st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20),
        purpose=st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
        is_treadmill=st.booleans(),
        steps=st.lists(items(ends, targets, intensities), min_size=1, max_size=4).map(tuple),
    )
