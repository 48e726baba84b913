"""What the made-up runner means to do: typed as a workout, and nearly what he then does."""

from datetime import date, timedelta

import pytest

from runningcoach.coach.plans.text.parse import parse_workout
from runningcoach.demo import goals, intentions, week
from runningcoach.model.workout import WorkoutRepeat

SEED = 7
FIRST = date(2025, 3, 1)
DAYS = [FIRST + timedelta(days=n) for n in range(640)]


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2026, 11, 23), ""),
        (date(2026, 11, 24), '[easy] "이지 런 + 스트라이드": 7800m E + 6x(100m R, 110m jog)'),
        (date(2026, 11, 26), '[tempo] "템포 런 20분": 2000m E + 4700m T + 1500m E'),
        (date(2026, 11, 29), '[long] "롱런 20km": 20000m E'),
        (
            date(2026, 10, 20),
            '[vo2max] "인터벌 1km × 4": 2500m E + 4x(1000m I, 400m jog) + 1500m E',
        ),
    ],
)
def test_workout_text_of_a_day(day, text):
    assert intentions.workout_text(SEED, day, "ko") == text


def test_even_runs_are_planned_at_a_share():
    sunday, thursday = date(2026, 11, 29), date(2026, 11, 26)
    assert intentions.workout_text(SEED, sunday, "ko", 0.7) == '[long] "롱런 14km": 14000m E'
    assert intentions.workout_text(SEED, thursday, "ko", 0.7) == intentions.workout_text(
        SEED, thursday, "ko"
    )


def test_friday_s_run_is_planned_for_thursday_where_that_is_free():
    thursday, friday = date(2026, 11, 19), date(2026, 11, 20)
    assert week.session(SEED, thursday) is None
    assert week.session(SEED, friday) is not None
    assert intentions.workout_text(SEED, thursday, "en").endswith(": 8500m E")
    assert intentions.workout_text(SEED, friday, "en") == ""


@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_text_reads_as_a_workout_without_warnings(language):
    kinds = set()
    for day in DAYS:
        if text := intentions.workout_text(SEED, day, language):
            read = parse_workout(text)
            assert not read.warnings
            kinds.add(read.workout.type)
    assert {"easy", "recovery", "long", "tempo", "cruise", "vo2max", "race_pace"} <= kinds


def test_a_run_that_was_run_as_meant_has_the_steps_of_its_text():
    workout = parse_workout(intentions.workout_text(SEED, date(2026, 10, 6), "ko")).workout
    repeat = next(item for item in workout.steps if isinstance(item, WorkoutRepeat))
    run = week.session(SEED, date(2026, 10, 6))
    assert repeat.times == sum(step.effort == "interval" for step in run.steps) == 6


def test_intention_is_what_is_run_unless_it_is_left_out():
    as_meant = [
        (week.intention(SEED, day), run)
        for day in DAYS
        if (run := week.session(SEED, day)) and run.kind == "easy"
    ]
    same = [meant for meant, run in as_meant if meant and meant.distance_m == run.distance_m]
    assert len(as_meant) > 100
    assert len(same) > 0.9 * len(as_meant)
    left_out = [day for day in DAYS if week.intention(SEED, day) and not week.session(SEED, day)]
    assert 20 < len(left_out) < 150


@pytest.mark.parametrize(
    ("day", "goal"),
    [
        (date(2026, 11, 1), date(2026, 11, 1)),
        (date(2026, 11, 2), date(2027, 3, 21)),
        (date(2025, 6, 1), date(2025, 11, 2)),
    ],
)
def test_next_goal_is_the_race_of_today_or_a_later_one(day, goal):
    assert goals.next_goal(SEED, day).day == goal


def test_training_begins_in_the_second_week_after_a_goal():
    assert goals.first_training_monday(SEED, date(2026, 11, 30)) == date(2026, 11, 9)


def test_tune_ups_are_races_of_ten_kilometres_or_more_two_weeks_before_the_goal():
    goal = goals.next_goal(SEED, date(2026, 11, 30))
    assert [race.name for race in goals.tune_ups(SEED, date(2026, 11, 9), goal)] == ["half_winter"]
