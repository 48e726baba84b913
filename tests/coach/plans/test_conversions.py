"""Workouts through every form: converted or refused with a reason, and run the same afterwards."""

import json

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from runningcoach.base.errors import RunningCoachError
from runningcoach.coach.plans.conversions import (
    WorkoutFileUnknown,
    convert_workout,
    read_source,
    source_from_file,
)
from runningcoach.coach.plans.targets import WorkoutUnresolvable
from runningcoach.fit.workout_messages import FitWorkoutUnwritable
from runningcoach.model.plan_request import AthleteState
from runningcoach.model.workout import (
    ConvertedWorkout,
    DistanceEnd,
    TimeEnd,
    Workout,
    WorkoutRepeat,
    WorkoutStep,
)
from runningcoach.model.workout_steps import flatten
from runningcoach.sources.garmin.workout_json import GarminWorkoutUnreadable
from tests.coach.plans.generated_workouts import ENDS, RESOLVED_TARGETS, workouts
from tests.coach.plans.test_targets import KNOWN

UNKNOWN = AthleteState(today=KNOWN.today)
FORMS = st.sampled_from(["canonical", "text", "garmin", "fit"])


def plain(step):
    """Return a step as every form can hold it."""
    is_main = step.intensity == "main"
    return step.model_copy(update={"note": None} | ({"intensity": "interval"} if is_main else {}))


def through(workout, form, athlete=KNOWN):
    """Return a workout after it was written to the file of a form and read again."""
    converted = convert_workout(ConvertedWorkout(workout=workout), form, athlete)
    return read_source(source_from_file(converted.content())).workout


@settings(max_examples=200, deadline=None)
@given(workouts(ENDS, RESOLVED_TARGETS), FORMS, FORMS)
def test_workout_is_run_the_same_through_two_forms(workout, first, second):
    assume(list(flatten(workout.steps)))  # a file of no step is refused
    back = through(through(workout, first), second)
    assert [plain(step) for step in flatten(back.steps)] == [
        plain(step) for step in flatten(workout.steps)
    ]


@settings(max_examples=200, deadline=None)
@given(workouts(), FORMS, st.sampled_from([KNOWN, UNKNOWN]))
def test_any_workout_is_converted_or_refused(workout, form, athlete):
    expected = (WorkoutUnresolvable, FitWorkoutUnwritable)
    try:
        converted = convert_workout(ConvertedWorkout(workout=workout), form, athlete)
    except expected:
        assert form in ("garmin", "fit")
    else:
        assert converted.workout == workout


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ["workoutSegments", "workoutSteps", "sportType", "sportTypeId", "sportTypeKey",
             "stepType", "stepTypeId", "endCondition", "conditionTypeId", "endConditionValue",
             "targetType", "workoutTargetTypeKey", "workoutName", "type", "description"]
        ),
        inner,
        max_size=4,
    ),
    max_leaves=12,
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(JUNK)
def test_any_json_is_read_or_refused_as_a_body_of_garmin(body):
    with pytest.raises(GarminWorkoutUnreadable):
        read_source({"workoutSegments": [body]})


@settings(max_examples=300, deadline=None)
@given(
    st.binary(max_size=60)
    | st.text(max_size=60).map(str.encode)
    | JUNK.map(json.dumps).map(str.encode)
)
def test_any_file_is_read_or_refused(content):
    refusal = None
    try:
        read_source(source_from_file(content))
    except RunningCoachError as error:
        refusal = error
    assert refusal is None or refusal.remedy("ko")


@pytest.mark.parametrize("content", [b"\xff\xfe", b"{", b'{"type": "easy"}', b"{}"])
def test_other_file_is_refused(content):
    with pytest.raises(WorkoutFileUnknown):
        source_from_file(content)


def test_a_repeat_of_which_nothing_is_run_is_left_out_of_files_and_alone_refused():
    nothing = WorkoutRepeat(
        times=1,
        skip_last_recovery=True,
        steps=(WorkoutStep(intensity="recovery", end=TimeEnd(seconds=60)),),
    )
    run = WorkoutStep(intensity="interval", end=DistanceEnd(meters=1_000))
    both = Workout(type="other", title="x", steps=(WorkoutRepeat(times=2, steps=(nothing, run)),))
    assert [step.end for step in flatten(through(both, "fit").steps)] == [run.end, run.end]
    inner = Workout(type="other", title="x", steps=(WorkoutRepeat(times=2, steps=(nothing,)),))
    with pytest.raises(FitWorkoutUnwritable):
        through(inner, "fit")
