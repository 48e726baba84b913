"""FIT workout files: written, read back by us and by others, and refused where broken."""

import io

import fitdecode
import pytest
from fitparse import FitFile as OtherFile
from hypothesis import given, settings

from runningcoach.fit.workouts import (
    FitWorkoutUnreadable,
    FitWorkoutUnwritable,
    read_workout,
    write_workout,
)
from runningcoach.fit.write import write
from runningcoach.model.workout import (
    DistanceEnd,
    HeartRateTarget,
    PaceTarget,
    TimeEnd,
    Workout,
    WorkoutRepeat,
    WorkoutStep,
)
from tests.coach.plans.generated_workouts import (
    ENDS,
    INTENSITIES,
    WATCH_TARGETS,
    workouts,
)

pytestmark = pytest.mark.filterwarnings("ignore:datetime.datetime.utcfromtimestamp")
CREATED_S = 1_790_000_000.0
FAST = WorkoutStep(
    intensity="interval",
    end=DistanceEnd(meters=1000),
    target=PaceTarget(slow_s_per_km=262, fast_s_per_km=252),
    note="역치",
)
JOG = WorkoutStep(
    intensity="recovery", end=TimeEnd(seconds=60), target=HeartRateTarget(low=120, high=140)
)
INTERVALS = Workout(
    type="other", title="5 x 1 km", steps=(WorkoutRepeat(times=5, steps=(FAST, JOG)),)
)
PLAIN = INTENSITIES.filter(lambda name: name != "main")


def has_skip(items):
    repeats = [item for item in items if isinstance(item, WorkoutRepeat)]
    return any(repeat.skip_last_recovery or has_skip(repeat.steps) for repeat in repeats)


@settings(max_examples=100, deadline=None)
@given(workouts(ENDS, WATCH_TARGETS, PLAIN).filter(lambda workout: not has_skip(workout.steps)))
def test_steps_survive_file_and_back(workout):
    assert read_workout(write_workout(workout, CREATED_S)).workout.steps == workout.steps


def test_other_decoders_read_what_was_written():
    data = write_workout(INTERVALS, CREATED_S)
    steps = list(OtherFile(io.BytesIO(data)).get_messages("workout_step"))
    assert [step.get_value("duration_type") for step in steps] == [
        "distance", "time", "repeat_until_steps_cmplt",
    ]  # fmt: skip
    assert steps[0].get_value("wkt_step_name") == "역치"
    with fitdecode.FitReader(io.BytesIO(data), check_crc=fitdecode.CrcCheck.RAISE) as frames:
        names = [f.name for f in frames if isinstance(f, fitdecode.FitDataMessage)]
    assert names == ["file_id", "workout", *["workout_step"] * 3]


@pytest.mark.parametrize(
    "repeat",
    [
        {"duration_type": 6, "duration_value": 5, "target_value": 3},
        {"duration_type": 6, "duration_value": 1, "target_value": 3},
        {"duration_type": 6, "duration_value": 0, "target_value": 0},
        {"duration_type": 12, "duration_value": 0, "target_value": 80},
    ],
)
def test_broken_repeat_is_refused(repeat):
    step = {"message_index": 0, "duration_type": 0, "duration_value": 60_000, "target_type": 2}
    rows = [("workout_step", step), ("workout_step", {"message_index": 1, **repeat})]
    with pytest.raises(FitWorkoutUnreadable):
        read_workout(write([("file_id", {"type": 5}), ("workout", {"sport": 1}), *rows]))


@pytest.mark.parametrize("data", [b"", b"no fit", write([("file_id", {"type": 4})])])
def test_file_without_workout_is_refused(data):
    with pytest.raises(FitWorkoutUnreadable):
        read_workout(data)


def test_stated_number_of_steps_is_not_trusted():
    step = {"message_index": 0, "duration_type": 0, "duration_value": 60_000, "target_type": 2}
    head = ("workout", {"sport": 1, "num_valid_steps": 4})
    converted = read_workout(write([("file_id", {"type": 5}), head, ("workout_step", step)]))
    assert len(converted.workout.steps) == len(converted.warnings) == 1


def test_skipped_recovery_has_no_place_in_a_file():
    repeat = WorkoutRepeat(times=2, skip_last_recovery=True, steps=(FAST, JOG))
    with pytest.raises(FitWorkoutUnwritable):
        write_workout(Workout(type="other", title="", steps=(repeat,)), CREATED_S)
