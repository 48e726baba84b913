"""Targets by the runner's own numbers on their way to the watch, also when these change."""

import pytest

from runningcoach.base.errors import RunningCoachError
from runningcoach.model.canonical import record_sha256
from runningcoach.model.workout import (
    BandTarget,
    ConvertedWorkout,
    PaceTarget,
    TimeEnd,
    Workout,
    WorkoutStep,
)
from runningcoach.publish.push_report import PushReport
from runningcoach.publish.workouts import sync_workouts
from runningcoach.sources.common.pacing import at_once
from runningcoach.store import workouts

from .conftest import TODAY, Runner, easy

TEMPO_STEP = WorkoutStep(intensity="main", end=TimeEnd(seconds=1200), target=BandTarget(name="T"))
TEMPO = Workout(type="tempo", title="Tempo", steps=(TEMPO_STEP,))
PLAN = {1: [TEMPO], 2: [easy(30)]}


class PacesUnknown(RunningCoachError):
    """The athlete's paces are not known."""

    code = "workouts.unresolvable"


def at_pace(slow_s_per_km, fast_s_per_km):
    """Resolve bands to one range of pace."""
    target = PaceTarget(slow_s_per_km=slow_s_per_km, fast_s_per_km=fast_s_per_km)

    def resolve(workout):
        if workout.type != "tempo" or not isinstance(workout.steps[0].target, BandTarget):
            return ConvertedWorkout(workout=workout)
        steps = tuple(step.model_copy(update={"target": target}) for step in workout.steps)
        changed = workout.model_copy(update={"steps": steps})
        return ConvertedWorkout(workout=changed, warnings=["by threshold pace"])

    return resolve


def unknown(workout):
    """Refuse bands."""
    if workout.type == "tempo":
        raise PacesUnknown
    return ConvertedWorkout(workout=workout)


def push(runner: Runner, resolve) -> PushReport:
    return sync_workouts(
        runner.conn, runner.user_id, runner.endpoint, resolve=resolve, pace=at_once()
    )


def speeds(runner: Runner) -> list[float]:
    """Return the two speeds [m/s] of the tempo run at Garmin."""
    [tempo] = [one for one in runner.fake.workouts() if one["workoutName"] == "Tempo"]
    step = tempo["workoutSegments"][0]["workoutSteps"][0]
    return [step["targetValueOne"], step["targetValueTwo"]]


def test_resolved_workout_goes_and_the_approved_one_stays(runner: Runner):
    runner.approve(PLAN)
    report = push(runner, at_pace(250, 240))
    assert speeds(runner) == pytest.approx([1000 / 240, 1000 / 250])
    [stored] = workouts.list_between(runner.conn, runner.user_id, TODAY, runner.rows()[0].date)
    assert (stored.workout, stored.sha256) == (TEMPO, record_sha256(TEMPO))
    assert [(one.title, one.changes) for one in report.adjusted] == [
        ("Tempo", ("by threshold pace",))
    ]


def test_same_paces_send_nothing_again(runner: Runner):
    runner.approve(PLAN)
    push(runner, at_pace(250, 240))
    runner.fake.clear_log()
    report = push(runner, at_pace(250, 240))
    assert {call.method for call in runner.fake.log()} == {"GET"}
    assert (report.uploaded, report.updated, report.scheduled) == (0, 0, 0)


def test_other_paces_replace_the_workout_in_place(runner: Runner):
    runner.approve(PLAN)
    push(runner, at_pace(250, 240))
    before = runner.fake.schedules()
    runner.fake.clear_log()
    report = push(runner, at_pace(245, 235))
    assert (report.updated, report.uploaded) == (1, 0)
    assert speeds(runner) == pytest.approx([1000 / 235, 1000 / 245])
    assert runner.fake.schedules() == before
    assert runner.requests("POST") == []


def test_paces_no_longer_known_take_the_workout_off(runner: Runner):
    runner.approve(PLAN)
    push(runner, at_pace(250, 240))
    report = push(runner, unknown)
    assert [(one.title, one.reason) for one in report.blocked] == [("Tempo", "unresolved")]
    assert runner.calendar() == [(2, "Easy")]
    assert push(runner, at_pace(250, 240)).blocked == []
    assert runner.calendar() == [(1, "Tempo"), (2, "Easy")]


def test_workout_kept_off_by_the_runner_does_not_come_back_with_other_paces(runner: Runner):
    runner.approve({1: [TEMPO]})
    for _ in range(2):
        push(runner, at_pace(250, 240))
        runner.fake.delete_workout(runner.rows()[0].garmin_workout_id)
    push(runner, at_pace(250, 240))
    assert runner.calendar() == []
    report = push(runner, at_pace(245, 235))
    assert [one.reason for one in report.blocked] == ["changed_at_garmin"]
    assert runner.calendar() == []
