"""The text form of workouts: what is read, what is refused, and that it reads back."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runningcoach.coach.plans.text.errors import WorkoutTextError
from runningcoach.coach.plans.text.parse import parse_workout
from runningcoach.coach.plans.text.render import render_workout
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
    PaceTarget,
    PaceZoneTarget,
    PowerZoneTarget,
    TimeEnd,
    Workout,
    WorkoutRepeat,
    WorkoutStep,
)
from tests.coach.plans.generated_workouts import workouts


@settings(max_examples=200, deadline=None)
@given(workouts())
def test_rendered_workout_reads_back_as_the_same(workout):
    assert parse_workout(render_workout(workout)).workout == workout


WORDS = st.sampled_from(
    [
        *("1km", "400m", "5x(", ")", "+", ",", "@4:35", "T", "Z2 HR", "95%", "ramp", "- ", "\n"),
        *('"', "'", "6x", "lap", "- interval: ", "config: {", "(", "키로", "3분", ":", "@", "90"),
        *("until <", "in 3:3"),
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=80), st.lists(WORDS, max_size=12).map(" ".join)))
def test_any_text_is_read_or_refused_with_a_place(text):
    refusal = None
    try:
        parse_workout(text)
    except WorkoutTextError as error:
        refusal = error
    assert refusal is None or (refusal.blanks["line"] >= 1 and refusal.what("ko"))


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("1mi E", DistanceEnd(meters=1609)),
        ("440yd R", DistanceEnd(meters=402)),
        ("1h30min E", TimeEnd(seconds=5400)),
        ("1시간 20분 E", TimeEnd(seconds=4800)),
        ("4분30초 T", TimeEnd(seconds=270)),
        ("1h30 E", TimeEnd(seconds=5400)),
        ("30min 12km/h", TimeEnd(seconds=1800)),
        ("5킬로 E", DistanceEnd(meters=5000)),
        ("800미터 I", DistanceEnd(meters=800)),
        ("1:30 R", TimeEnd(seconds=90)),
        ("lap", LapButtonEnd()),
        ("until >150bpm", HeartRateEnd(kind="hr_above", bpm=150)),
        ("50kcal", CaloriesEnd(kcal=50)),
    ],
)
def test_length_is_read_in_its_unit(text, end):
    (step,) = parse_workout(text).workout.steps
    assert step.end == end


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("easy run", "no_length"),
        ("5km @2:75", "bad_time"),
        ("5km @27:50", "bad_pace"),
        ("- 800m 3:20/km Pace", "minutes_or_metres"),
        ("6x\n- 400m 3:40/km Pace\n- 1m", "minutes_or_metres"),
        ("5m E", "too_short"),
        ("0x(1km T)", "bad_repeat"),
        ("5x(1km T", "brackets"),
        ("5x()", "empty_repeat"),
        ("1km 5min", "two_lengths"),
        ("20min @foo", "unknown_target"),
        ("6 x 1k @ 5k pace", "unknown_target"),
        ("- 10m 95%", "percent_of_what"),
        ("10min Z9 HR", "bad_target"),
        ("400km E", "too_long"),
        ("99x(30x(1km T, 60s jog))", "too_many_rounds"),
        ('[cruise] "Too much": 99x(30x(1km T, 60s jog))', "too_many_rounds"),
    ],
)
def test_nonsense_is_refused_with_its_reason(text, reason):
    with pytest.raises(WorkoutTextError) as refusal:
        parse_workout(text)
    assert refusal.value.blanks["reason"] == f"workouts.text_reasons.{reason}.what"


def test_place_of_mistake_is_counted_from_one():
    with pytest.raises(WorkoutTextError) as refusal:
        parse_workout("- 10m Z2 HR\n- 5km 1:10/km")
    assert (refusal.value.blanks["line"], refusal.value.blanks["column"]) == (2, 7)


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("30min 12km/h", PaceTarget(slow_s_per_km=300, fast_s_per_km=300)),
        ("10km 5분30초 페이스", PaceTarget(slow_s_per_km=330, fast_s_per_km=330)),
        ("10km 페이스 5:30-5:10", PaceTarget(slow_s_per_km=330, fast_s_per_km=310)),
        ("10km 4분30초/km", PaceTarget(slow_s_per_km=270, fast_s_per_km=270)),
        ("20min @threshold", BandTarget(name="T")),
        ("20min @역치", BandTarget(name="T")),
        ("2km marathon pace", BandTarget(name="M")),
        ("2km 마라톤 페이스", BandTarget(name="M")),
        ("2km I pace", BandTarget(name="I")),
        ("40분 존2", HeartRateZoneTarget(zone=2)),
        ("40분 심박 존 2", HeartRateZoneTarget(zone=2)),
        ("40min zone 2", HeartRateZoneTarget(zone=2)),
        ("40min Z2 heart rate", HeartRateZoneTarget(zone=2)),
        ("40분 Z4 페이스", PaceZoneTarget(low=4, high=4)),
        ("40분 존3 파워", PowerZoneTarget(zone=3)),
        ("40분 심박 140-150", HeartRateTarget(low=140, high=150)),
        ("40min HR 140-150", HeartRateTarget(low=140, high=150)),
    ],
)
def test_target_is_read_in_the_words_that_runners_use(text, target):
    (step,) = parse_workout(text).workout.steps
    assert (step.target, step.note) == (target, None)


@pytest.mark.parametrize(
    "header", ["6x", "Main set 6x", "6x Main set", "6x hills:", "본운동 6세트"]
)
def test_header_with_a_number_begins_a_repeat(header):
    converted = parse_workout(f"{header}\n- 3m 5:00-4:50 min/km\n- 2m 60-70% MHR\n\n- 10m Z1 HR")
    repeat, cool_down = converted.workout.steps
    assert (repeat.times, len(repeat.steps)) == (6, 2)
    assert repeat.steps[0].target == PaceTarget(slow_s_per_km=300, fast_s_per_km=290)
    assert repeat.steps[1].target == HeartRateShareTarget(of="max", low=60, high=70)
    assert cool_down.intensity == "cooldown"


def test_note_with_plus_and_brackets_stays_a_note():
    (step,) = parse_workout('1km T "빠르게 + (힘 빼고), 끝까지"').workout.steps
    assert step.note == "빠르게 + (힘 빼고), 끝까지"
    assert step.target == BandTarget(name="T")


def test_korean_one_line_has_parts_and_repeats():
    text = "몸풀기 2키로 + 5회(1키로 @4분35초, 1분 조깅) + 마무리 1키로"
    warm_up, repeat, cool_down = parse_workout(text).workout.steps
    assert (warm_up.intensity, cool_down.intensity) == ("warmup", "cooldown")
    assert repeat == WorkoutRepeat(
        times=5,
        steps=(
            WorkoutStep(
                intensity="interval",
                end=DistanceEnd(meters=1000),
                target=PaceTarget(slow_s_per_km=275, fast_s_per_km=275),
            ),
            WorkoutStep(intensity="recovery", end=TimeEnd(seconds=60), target=OpenTarget()),
        ),
    )


def test_workout_that_text_cannot_hold_is_refused():
    target = PaceTarget(slow_s_per_km=240, fast_s_per_km=260)  # the sides are exchanged
    step = WorkoutStep(intensity="main", end=TimeEnd(seconds=60), target=target)
    with pytest.raises(WorkoutTextError):
        render_workout(Workout(type="easy", title="", steps=(step,)))
