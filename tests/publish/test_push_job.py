"""The job that sends workouts to Garmin's calendar."""

from datetime import date
from typing import Any

import pytest

from runningcoach import jobs
from runningcoach.base import i18n
from runningcoach.model.stored_plan import StoredWorkout
from runningcoach.model.user import User
from runningcoach.model.workout import (
    BandTarget,
    HeartRateEnd,
    OpenTarget,
    PaceShareTarget,
    StepEnd,
    StepTarget,
    TimeEnd,
    Workout,
    WorkoutStep,
)
from runningcoach.store import workouts

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


def test_push_is_due_only_while_something_of_the_plan_is_not_at_garmin(runner: Runner, user: User):
    runner.approve({1: [one_step(TimeEnd(seconds=600), BandTarget(name="T"))]})
    assert jobs.request_due_push(runner.conn, user) is not None
    jobs.push_workouts(runner.conn, runner.user_id, runner.endpoint)
    runner.conn.execute("DELETE FROM job_runs")
    assert jobs.request_due_push(runner.conn, user) is None


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


def one_step(end: StepEnd, target: StepTarget) -> Workout:
    step = WorkoutStep(intensity="main", end=end, target=target)
    return Workout(type="tempo", title="Tempo", steps=(step,))


@pytest.mark.parametrize(
    ("workout", "reason"),
    [
        (one_step(TimeEnd(seconds=600), PaceShareTarget(low=90, high=95)), "unresolved"),
        (one_step(HeartRateEnd(kind="hr_below", pct_of_max=60), OpenTarget()), "cannot_convert"),
    ],
)
def test_target_that_cannot_be_known_is_blocked_and_the_others_go(
    runner: Runner, workout: Workout, reason: str
):
    runner.approve({1: [workout], 2: [easy(30)]})
    report = jobs.push_workouts(runner.conn, runner.user_id, runner.endpoint)
    assert [(one.title, one.reason) for one in report.blocked] == [("Tempo", reason)]
    assert runner.calendar() == [(2, "Easy")]


def test_band_goes_as_a_zone_where_no_pace_is_known_and_the_report_tells(runner: Runner):
    runner.approve({1: [one_step(TimeEnd(seconds=600), BandTarget(name="T"))]})
    with i18n.speaking("en"):
        report = jobs.push_workouts(runner.conn, runner.user_id, runner.endpoint)
        assert "Tempo: Your training paces are not known yet" in str(report)
    assert first_step(runner)["zoneNumber"] == 4
    assert [stored.workout.steps[0].target for stored in stored_workouts(runner)] == [
        BandTarget(name="T")
    ]


def first_step(runner: Runner) -> dict[str, Any]:
    [segment] = runner.fake.workouts()[0]["workoutSegments"]
    return segment["workoutSteps"][0]


def stored_workouts(runner: Runner) -> list[StoredWorkout]:
    return workouts.list_between(runner.conn, runner.user_id, TODAY, date.max)
