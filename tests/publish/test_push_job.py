"""The job that sends workouts to Garmin's calendar."""

import pytest

from runningcoach import jobs
from runningcoach.base import i18n
from runningcoach.model.workout import BandTarget, TimeEnd, Workout, WorkoutStep

from .conftest import TODAY, Runner, easy, garmin_body

PLAN = {1: [easy(40)], 20: [easy(50)]}


def test_job_pushes_as_many_days_as_are_set(runner: Runner):
    runner.approve(PLAN)
    report = jobs.push_workouts(runner.conn, runner.user_id, runner.endpoint, days=21)
    assert report.is_whole
    assert runner.calendar() == [(1, "Easy"), (20, "Easy")]


@pytest.mark.parametrize("language", ["ko", "en"])
def test_job_switched_off_asks_nothing(runner: Runner, language: str):
    runner.approve(PLAN)
    report = jobs.push_workouts(runner.conn, runner.user_id, runner.endpoint, is_on=False)
    assert runner.fake.log() == []
    with i18n.speaking(language):
        assert "publish." not in str(report)


def test_job_without_a_plan_leaves_what_others_planned(runner: Runner):
    runner.fake.add_workout(garmin_body("Mine", "", [600]), TODAY)
    jobs.push_workouts(runner.conn, runner.user_id, runner.endpoint)
    assert runner.calendar() == [(0, "Mine")]
    assert runner.fake.log() == []


def test_job_sends_the_steps_of_a_workout(runner: Runner):
    runner.approve(PLAN)
    jobs.push_workouts(runner.conn, runner.user_id, runner.endpoint)
    [segment] = runner.fake.workouts()[0]["workoutSegments"]
    [step] = segment["workoutSteps"]
    assert (step["endCondition"]["conditionTypeKey"], step["endConditionValue"]) == ("time", 2400.0)


def test_target_that_garmin_does_not_know_is_blocked(runner: Runner):
    band = WorkoutStep(intensity="main", end=TimeEnd(seconds=600), target=BandTarget(name="T"))
    runner.approve({1: [Workout(type="tempo", title="Tempo", steps=(band,))], 2: [easy(30)]})
    report = jobs.push_workouts(runner.conn, runner.user_id, runner.endpoint)
    assert [(one.title, one.reason) for one in report.blocked] == [("Tempo", "cannot_convert")]
    assert runner.calendar() == [(2, "Easy")]
