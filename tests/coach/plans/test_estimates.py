"""Distance, duration and hardness of workouts before they are run."""

import pytest

from runningcoach.coach.plans.estimates import (
    DEFAULT_EASY_S_PER_KM,
    estimate_workout,
    flatten,
    step_band,
    step_distance_m,
)
from runningcoach.model.plan_request import TrainingPaces
from runningcoach.model.workout import (
    BandTarget,
    DistanceEnd,
    HeartRateZoneTarget,
    PaceTarget,
    TimeEnd,
    Workout,
    WorkoutRepeat,
    WorkoutStep,
)

PACES = TrainingPaces(
    pace_index=50.0,
    source="race",
    easy=(350, 310),
    marathon=(275, 265),
    threshold=(260, 250),
    interval=(238, 232),
    repetition=(222, 216),
)
FAST = WorkoutStep(intensity="interval", end=DistanceEnd(meters=1000), target=BandTarget(name="I"))
JOG = WorkoutStep(intensity="recovery", end=TimeEnd(seconds=90))


def test_repeat_is_run_without_last_recovery_where_it_is_skipped():
    repeat = WorkoutRepeat(times=3, skip_last_recovery=True, steps=(FAST, JOG))
    assert flatten((repeat,)) == (FAST, JOG, FAST, JOG, FAST)


def test_repeat_keeps_last_recovery_where_nothing_else_is_said():
    assert flatten((WorkoutRepeat(times=2, steps=(FAST, JOG)),)) == (FAST, JOG, FAST, JOG)


def test_skipped_last_step_must_be_a_recovery():
    repeat = WorkoutRepeat(times=2, skip_last_recovery=True, steps=(JOG, FAST))
    assert flatten((repeat,)) == (JOG, FAST, JOG, FAST)


def test_step_by_time_goes_as_far_as_its_pace_says():
    target = PaceTarget(slow_s_per_km=305, fast_s_per_km=295)
    step = WorkoutStep(intensity="main", end=TimeEnd(seconds=1800), target=target)
    assert step_distance_m(step, PACES) == pytest.approx(6000)


def test_open_step_of_unknown_athlete_has_the_default_easy_pace():
    step = WorkoutStep(intensity="main", end=TimeEnd(seconds=10 * DEFAULT_EASY_S_PER_KM))
    assert step_distance_m(step, None) == pytest.approx(10_000)


def test_hard_time_is_that_of_threshold_and_faster_only():
    steps = tuple(
        WorkoutStep(intensity="main", end=TimeEnd(seconds=600), target=BandTarget(name=name))
        for name in ("E", "M", "T", "I", "R")
    )
    estimate = estimate_workout(Workout(type="other", title="all bands", steps=steps), PACES)
    assert estimate.hard_s == 1800
    assert estimate.duration_s == 3000
    assert estimate.hard_m == pytest.approx(600_000 / 255 + 600_000 / 235 + 600_000 / 219)


@pytest.mark.parametrize(
    ("pace", "band"), [(330, "E"), (420, "E"), (270, "M"), (255, "T"), (235, "I"), (200, "R")]
)
def test_pace_counts_to_the_nearest_band(pace, band):
    target = PaceTarget(slow_s_per_km=pace, fast_s_per_km=pace)
    step = WorkoutStep(intensity="main", end=TimeEnd(seconds=60), target=target)
    assert step_band(step, PACES) == band


def test_fourth_heart_rate_zone_is_hard_without_paces():
    target = HeartRateZoneTarget(zone=4)
    step = WorkoutStep(intensity="main", end=TimeEnd(seconds=1200), target=target)
    assert estimate_workout(Workout(type="tempo", title="", steps=(step,)), None).hard_s == 1200


def test_walk_is_slower_than_jog_and_jog_than_run():
    walk = JOG.model_copy(update={"note": "걷기"})
    run = JOG.model_copy(update={"intensity": "main"})
    assert step_distance_m(walk, PACES) < step_distance_m(JOG, PACES) < step_distance_m(run, PACES)
