"""Workouts in Garmin's JSON: to it and back, in every order, and what is refused."""

import copy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runningcoach.model.workout import (
    BandTarget,
    DistanceEnd,
    HeartRateTarget,
    PaceTarget,
    TimeEnd,
    Workout,
    WorkoutRepeat,
    WorkoutStep,
)
from runningcoach.sources.garmin.workout_json import (
    GarminStepUnreadable,
    GarminWorkoutUnreadable,
    GarminWorkoutUnwritable,
)
from runningcoach.sources.garmin.workout_reader import workout_from_garmin
from runningcoach.sources.garmin.workout_writer import garmin_losses, workout_to_garmin
from tests.coach.plans.generated_workouts import ENDS, RESOLVED_TARGETS, workouts

FAST = WorkoutStep(
    intensity="interval",
    end=DistanceEnd(meters=1000),
    target=PaceTarget(slow_s_per_km=262, fast_s_per_km=252),
)
JOG = WorkoutStep(
    intensity="recovery", end=TimeEnd(seconds=60), target=HeartRateTarget(low=120, high=140)
)
INTERVALS = Workout(
    type="other", title="5 x 1 km", steps=(WorkoutRepeat(times=5, steps=(FAST, JOG)),)
)


@settings(max_examples=200, deadline=None)
@given(workouts(ENDS, RESOLVED_TARGETS))
def test_steps_survive_garmin_and_back(workout):
    assert workout_from_garmin(workout_to_garmin(workout)).workout.steps == workout.steps


def changed(path, value):
    body = copy.deepcopy(workout_to_garmin(INTERVALS))
    place = body
    for part in path[:-1]:
        place = place[part]
    place[path[-1]] = value
    return body


REPEAT = ("workoutSegments", 0, "workoutSteps", 0)


def test_both_orders_of_values_are_read():
    body = workout_to_garmin(INTERVALS)
    for step in body["workoutSegments"][0]["workoutSteps"][0]["workoutSteps"]:
        first, second = step["targetValueOne"], step["targetValueTwo"]
        step["targetValueOne"], step["targetValueTwo"] = second, first
    assert workout_from_garmin(body).workout.steps == INTERVALS.steps


def test_steps_in_any_order_are_put_right_with_a_warning():
    body = workout_to_garmin(INTERVALS)
    body["workoutSegments"][0]["workoutSteps"][0]["workoutSteps"].reverse()
    converted = workout_from_garmin(body)
    assert converted.workout.steps == INTERVALS.steps
    assert len(converted.warnings) == 1


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {},
        {"workoutSegments": "x"},
        changed((*REPEAT, "numberOfIterations"), 200),
        changed((*REPEAT, "workoutSteps"), []),
        changed((*REPEAT, "workoutSteps", 0, "targetValueOne"), "fast"),
        changed((*REPEAT, "workoutSteps", 0, "endConditionValue"), None),
        changed((*REPEAT, "workoutSteps", 0, "endCondition"), None),
        changed(("sportType", "sportTypeId"), 2),
    ],
)
def test_wrong_body_is_refused(body):
    with pytest.raises(GarminWorkoutUnreadable):
        workout_from_garmin(body)


@pytest.mark.parametrize(
    ("path", "value", "step"),
    [
        ((*REPEAT, "workoutSteps", 1, "endConditionValue"), None, "1.2"),
        ((*REPEAT, "workoutSteps", 0, "targetValueOne"), "fast", "1.1"),
        ((*REPEAT, "workoutSteps", 0, "endConditionValue"), 1e8, "1.1"),
        ((*REPEAT, "numberOfIterations"), 200, "1"),
    ],
)
def test_wrong_step_is_named_by_its_number(path, value, step):
    with pytest.raises(GarminStepUnreadable) as refusal:
        workout_from_garmin(changed(path, value))
    assert refusal.value.blanks["step"] == step
    assert f" {step} " in refusal.value.what("en")


JUNK = st.none() | st.text(max_size=5) | st.integers() | st.floats() | st.lists(st.none())
KEYS = [
    "numberOfIterations",
    "endCondition",
    "stepType",
    "targetType",
    "workoutSteps",
    "zoneNumber",
]


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(KEYS), JUNK, st.booleans())
def test_any_value_is_read_or_refused(key, junk, is_inner):
    path = (*REPEAT, "workoutSteps", 0, key) if is_inner else (*REPEAT, key)
    try:
        steps = workout_from_garmin(changed(path, junk)).workout.steps
    except GarminWorkoutUnreadable:
        steps = None
    assert steps is None or len(steps) == 1


@pytest.mark.parametrize(
    ("description", "purpose"),
    [
        ("Aerobic base.\n[rc:7/2027-01-12#a1b2c3d4]", "Aerobic base."),
        ("[rc:7/2027-01-12#a1b2c3d4]", ""),
        ("[hard] 5 x 1 km", "[hard] 5 x 1 km"),
        (None, ""),
        ("x" * 501, "x" * 500),
    ],
)
def test_description_is_the_purpose_without_our_mark(description, purpose):
    body = workout_to_garmin(INTERVALS) | {"description": description}
    converted = workout_from_garmin(body)
    assert converted.workout.purpose == purpose
    assert len(converted.warnings) == (len(description or "") > 500)


def without_ids(value):
    """Return a body with the keys of kinds alone."""
    if isinstance(value, list):
        return [without_ids(part) for part in value]
    if not isinstance(value, dict):
        return value
    return {key: without_ids(part) for key, part in value.items() if not key.endswith("TypeId")}


def test_kinds_are_read_by_their_keys_where_ids_are_missing():
    converted = workout_from_garmin(without_ids(workout_to_garmin(INTERVALS)))
    assert (converted.workout.steps, converted.warnings) == (INTERVALS.steps, [])


def test_unknown_key_without_an_id_is_told_or_refused():
    path = (*REPEAT, "workoutSteps", 0)
    target = {"workoutTargetTypeKey": "swim.stroke"}
    assert len(workout_from_garmin(changed((*path, "targetType"), target)).warnings) == 1
    for key, kind in (("stepType", "stepTypeKey"), ("endCondition", "conditionTypeKey")):
        with pytest.raises(GarminWorkoutUnreadable):
            workout_from_garmin(changed((*path, key), {kind: "unheard.of"}))


def test_band_must_be_resolved_before():
    step = FAST.model_copy(update={"target": BandTarget(name="T")})
    with pytest.raises(GarminWorkoutUnwritable):
        workout_to_garmin(Workout(type="tempo", title="T", steps=(step,)))


def test_more_steps_than_a_watch_takes_are_told():
    assert garmin_losses(INTERVALS) == []
    assert len(garmin_losses(INTERVALS.model_copy(update={"steps": (FAST,) * 51}))) == 1
