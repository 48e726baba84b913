"""FIT workout files: written, read back by us and by others, and refused where broken."""

import io

import fitdecode
import pytest
from fitparse import FitFile as OtherFile
from hypothesis import given, settings
from hypothesis import strategies as st

from runningcoach.base import i18n
from runningcoach.fit.workout_messages import (
    FitStepUnreadable,
    FitWorkoutUnreadable,
    FitWorkoutUnwritable,
)
from runningcoach.fit.workout_reader import read_workout
from runningcoach.fit.workout_writer import fit_losses, write_workout
from runningcoach.fit.write import write
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
from runningcoach.model.workout_steps import flatten
from tests.coach.plans.generated_workouts import (
    ENDS,
    INTENSITIES,
    RESOLVED_TARGETS,
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
@given(workouts(ENDS, RESOLVED_TARGETS, PLAIN).filter(lambda workout: not has_skip(workout.steps)))
def test_steps_survive_file_and_back(workout):
    assert read_workout(write_workout(workout, CREATED_S)).workout.steps == workout.steps


@settings(max_examples=100, deadline=None)
@given(
    workouts(ENDS, RESOLVED_TARGETS, PLAIN).filter(lambda w: len(flatten(w.steps)) in range(1, 500))
)
def test_steps_are_run_in_the_same_order_after_file_and_back(workout):
    back = read_workout(write_workout(workout, CREATED_S)).workout
    assert flatten(back.steps) == flatten(workout.steps)


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


@pytest.mark.parametrize(
    ("data", "reason"),
    [(b"", "not_fit"), (b"no fit", "not_fit"), (write([("file_id", {"type": 4})]), "no_steps")],
)
def test_file_without_workout_is_refused(data, reason):
    with pytest.raises(FitWorkoutUnreadable) as refusal:
        read_workout(data)
    assert refusal.value.blanks["reason"] == f"workouts.conversion_reasons.{reason}"


def test_file_that_was_cut_off_is_read_with_a_warning():
    whole = write_workout(INTERVALS, CREATED_S)
    with i18n.speaking("en"):
        assert read_workout(whole).warnings == []
        [warning] = read_workout(whole[:-40]).warnings[:1]
    assert warning.startswith("The file is damaged")


def test_stated_number_of_steps_is_not_trusted():
    step = {"message_index": 0, "duration_type": 0, "duration_value": 60_000, "target_type": 2}
    head = ("workout", {"sport": 1, "num_valid_steps": 4})
    converted = read_workout(write([("file_id", {"type": 5}), head, ("workout_step", step)]))
    assert len(converted.workout.steps) == len(converted.warnings) == 1


def written_and_read(*steps, title="Intervals"):
    workout = Workout(type="other", title=title, steps=steps)
    return read_workout(write_workout(workout, CREATED_S)).workout


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        (1, (FAST,)),
        (2, (FAST, JOG, FAST)),
        (5, (WorkoutRepeat(times=4, steps=(FAST, JOG)), FAST)),
    ],
)
def test_last_round_without_recovery_stands_behind_its_repeat(times, expected):
    repeat = WorkoutRepeat(times=times, skip_last_recovery=True, steps=(FAST, JOG))
    assert written_and_read(repeat).steps == expected


def test_recovery_that_is_not_last_is_never_skipped():
    repeat = WorkoutRepeat(times=3, skip_last_recovery=True, steps=(JOG, FAST))
    assert written_and_read(repeat).steps == (WorkoutRepeat(times=3, steps=(JOG, FAST)),)


@pytest.mark.parametrize(
    ("step", "begin"),
    [
        (WorkoutRepeat(times=2, skip_last_recovery=True, steps=(FAST, JOG)), "FIT cannot leave"),
        (FAST.model_copy(update={"intensity": "main"}), "FIT knows no main steps"),
        (FAST.model_copy(update={"note": "천" * 100}), "A note was shortened"),
        (WorkoutRepeat(times=2, steps=(FAST,) * 50), "More than about 50 steps"),
    ],
)
def test_what_a_file_holds_otherwise_is_told(step, begin):
    with i18n.speaking("en"):
        [warning] = fit_losses(Workout(type="other", title="", steps=(step,)))
    assert warning.startswith(begin)
    assert fit_losses(INTERVALS) == []


def test_long_korean_words_are_cut_between_letters():
    long_note = FAST.model_copy(update={"note": "천" * 200})
    back = written_and_read(long_note, title="길" * 100)
    assert back.title == "길" * 84  # three bytes each, of 254
    assert back.steps[0].note == "천" * 84


def test_purpose_survives_a_file():
    workout = INTERVALS.model_copy(update={"purpose": "역치를 올립니다."})
    assert read_workout(write_workout(workout, CREATED_S)).workout.purpose == "역치를 올립니다."
    assert len(fit_losses(workout.model_copy(update={"purpose": "긴 " * 200}))) == 1


@pytest.mark.parametrize(
    "workout",
    [
        Workout(type="other", title=""),
        Workout(
            type="tempo",
            title="",
            steps=(FAST.model_copy(update={"target": BandTarget(name="T")}),),
        ),
        Workout(
            type="other",
            title="",
            steps=(WorkoutRepeat(times=1, skip_last_recovery=True, steps=(JOG,)),),
        ),
    ],
)
def test_what_a_file_has_no_place_for_is_refused(workout):
    with pytest.raises(FitWorkoutUnwritable):
        write_workout(workout, CREATED_S)


@pytest.mark.parametrize("times", [0, 100, 70_000])
def test_impossible_number_of_rounds_is_named(times):
    step = {"message_index": 0, "duration_type": 0, "duration_value": 60_000, "target_type": 2}
    repeat = {"message_index": 1, "duration_type": 6, "duration_value": 0, "target_value": times}
    data = write(
        [("file_id", {"type": 5}), ("workout", {"sport": 1}), ("workout_step", step),
         ("workout_step", repeat)]
    )  # fmt: skip
    with pytest.raises(FitStepUnreadable) as refusal:
        read_workout(data)
    assert refusal.value.blanks["reason"] == "workouts.conversion_reasons.bad_times"
    assert refusal.value.blanks["step"] == 2


WHOLE = write_workout(INTERVALS, CREATED_S)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(14, len(WHOLE) - 3), st.integers(0, 255)), min_size=1, max_size=4
    )
)
def test_any_bytes_are_read_or_refused(changes):
    data = bytearray(WHOLE)
    for place, byte in changes:
        data[place] = byte
    try:
        steps = read_workout(bytes(data)).workout.steps
    except FitWorkoutUnreadable:
        steps = (FAST,)
    assert steps
