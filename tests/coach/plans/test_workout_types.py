"""The type of a workout that nobody names, by what a coach would call it."""

import pytest

from runningcoach.coach.plans.text.parse import parse_workout


@pytest.mark.parametrize(
    ("text", "workout_type"),
    [
        ("8km E", "easy"),
        ("40min Z2", "easy"),
        ("8km", "easy"),
        ("30min Z1", "recovery"),
        ("회복주 5km", "recovery"),
        ("템포런 20분", "tempo"),
        ("18km E", "long"),
        ("100min Z2", "long"),
        ("롱런 12km E", "long"),
        ("5km E + 10km M + 6km T", "long_progression"),
        ("빌드업 20km E", "long_progression"),
        ("14km E + 10km M", "long_marathon_pace"),
        ("10km E + 12km M + 2km E", "long_marathon_pace"),
        ("2km E + 8km M + 1km E", "race_pace"),
        ("10min Z1 + 30min Z3 + 10min Z1", "steady"),
        ("2km E + 20min T + 1km E", "tempo"),
        ("10min Z1 + 20min Z4 + 5min Z1", "tempo"),
        ("2km E + 5x(1km T, 60s jog) + 1km E", "cruise"),
        ("3x(8min Z4, 2min Z1)", "cruise"),
        ("2km E + 5x(1km @4:35, 60s jog) + 1km E", "cruise"),
        ("3x(2km @4:30, 3min walk)", "cruise"),
        ("2km E + 5x(1km I, 3min jog) + 1km E", "vo2max"),
        ("6x(3min @4:00, 2min jog)", "vo2max"),
        ("5x(4min Z5, 3min Z1)", "vo2max"),
        ("2km E + 10x(400m R, 400m jog)", "repetition"),
        ("lap + 8x(400m @3:45, 400m jog) + lap", "repetition"),
        ("2km E + 3x(4x(200m R, 200m jog), 3min walk) + 1km E", "repetition"),
        ("3x(3km M, 1km E)", "race_pace"),
        ("- 40m Z2 HR\n\n6x\n- strides 20s\n- walk 40s intensity=rest", "easy"),
        ("100min E + 6x(20s fast, 60s walk)", "long"),
        ("8km E + 4x(100m R, 100m walk)", "easy"),
        ("2km E + 10x(100m R, 100m jog) + 1km E", "repetition"),
        ("Hills 10x\n- uphill strong 45s\n- jog down 90s press lap\n\n- 10m", "hills"),
        ('15min E + 8x(45s "언덕을 힘차게", 90s walk)', "hills"),
        ("10min E + 8x(1min fast, 1min jog) + 10min E", "fartlek"),
        ('파틀렉 5km', "fartlek"),
        ("5min + 8x(60s run, 90s walk) + 5min", "run_walk"),
        ("10x(1분 달리기, 2분 걷기)", "run_walk"),
        ("time trial 5km", "time_trial"),
        ("10km race", "race"),
        ("10km race pace", "easy"),
        ("chill 8km E", "easy"),
        ("belong 8km E", "easy"),
        ("10km @4:30", "other"),
        ("40min 140-150bpm", "other"),
        ("20min I", "other"),
    ],
)  # fmt: skip
def test_type_is_what_a_coach_would_call_it(text, workout_type):
    assert parse_workout(text).workout.type == workout_type


def test_stated_type_wins():
    assert parse_workout("8km E", workout_type="long").workout.type == "long"
    assert parse_workout('[race] "Hill race": 10km').workout.type == "race"
