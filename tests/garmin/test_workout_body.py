"""The body of an uploaded workout, as Garmin's live service takes it: ids, orders, values."""

import pytest

from runningcoach.model.workout import (
    BandTarget,
    DistanceEnd,
    HeartRateTarget,
    HeartRateZoneTarget,
    LapButtonEnd,
    PaceTarget,
    PowerTarget,
    TimeEnd,
    Workout,
    WorkoutRepeat,
    WorkoutStep,
)
from runningcoach.sources.garmin.workout_body import WorkoutNotConvertible, workout_body


def body_of(*steps):
    body = workout_body(Workout(type="vo2max", title="5 x 1 km", steps=steps), "words [rc:1]")
    [segment] = body["workoutSegments"]
    return body, segment["workoutSteps"]


def test_name_and_description():
    body, _ = body_of(WorkoutStep(intensity="main", end=TimeEnd(seconds=60)))
    assert (body["workoutName"], body["description"]) == ("5 x 1 km", "words [rc:1]")
    assert body["sportType"]["sportTypeId"] == 1


def test_repeat_counts_orders_through():
    work = WorkoutStep(
        intensity="interval", end=DistanceEnd(meters=1000),
        target=PaceTarget(slow_s_per_km=250, fast_s_per_km=200),
    )  # fmt: skip
    rest = WorkoutStep(intensity="recovery", end=TimeEnd(seconds=90))
    warm = WorkoutStep(intensity="warmup", end=LapButtonEnd())
    repeat = WorkoutRepeat(times=5, skip_last_recovery=True, steps=(work, rest))
    _, [first, group] = body_of(warm, repeat)
    run, jog = group["workoutSteps"]
    assert [one["stepOrder"] for one in (first, group, run, jog)] == [1, 2, 3, 4]
    assert [one["stepType"]["stepTypeId"] for one in (first, group, run, jog)] == [1, 6, 3, 4]
    assert (group["numberOfIterations"], group["endCondition"]["conditionTypeId"]) == (5, 7)
    assert group["skipLastRestStep"] is True
    assert (run["endCondition"]["conditionTypeId"], run["endConditionValue"]) == (3, 1000.0)
    assert run["targetType"]["workoutTargetTypeId"] == 6
    assert (run["targetValueOne"], run["targetValueTwo"]) == (5.0, 4.0)
    assert first["endCondition"]["conditionTypeId"] == 1


@pytest.mark.parametrize(("target", "expected"), [
    (HeartRateZoneTarget(zone=3), (4, 3, None, None)),
    (HeartRateTarget(kind="hr_bpm", low=140, high=150), (4, None, 140.0, 150.0)),
    (PowerTarget(low=250, high=270), (2, None, 250.0, 270.0)),
])  # fmt: skip
def test_targets(target, expected):
    _, [step] = body_of(WorkoutStep(intensity="main", end=TimeEnd(seconds=60), target=target))
    names = ("zoneNumber", "targetValueOne", "targetValueTwo")
    number = step["targetType"]["workoutTargetTypeId"]
    assert (number, *(step.get(name) for name in names)) == expected


def test_band_that_is_not_resolved_is_refused():
    with pytest.raises(WorkoutNotConvertible) as refused:
        body_of(WorkoutStep(intensity="main", end=TimeEnd(seconds=60), target=BandTarget(name="T")))
    assert refused.value.what("ko") != refused.value.what("en")
