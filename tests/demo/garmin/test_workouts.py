"""Workouts by the real library: up, on a day, to another day, off the calendar, gone."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from garminconnect import Garmin, GarminConnectConnectionError, GarminConnectNotFoundError
from garminconnect.workout import (
    RunningWorkout,
    WorkoutSegment,
    create_cooldown_step,
    create_interval_step,
    create_recovery_step,
    create_repeat_group,
    create_warmup_step,
)

from runningcoach.simulators.garmin import SimulatorClient

RUNNING = {"sportTypeId": 1, "sportTypeKey": "running"}


def intervals() -> RunningWorkout:
    rounds = [create_interval_step(240.0, 1), create_recovery_step(120.0, 2)]
    steps = [
        create_warmup_step(900.0, 1),
        create_repeat_group(5, rounds, 2),
        create_cooldown_step(600.0, 3),
    ]
    segment = WorkoutSegment(segmentOrder=1, sportType=RUNNING, workoutSteps=steps)
    return RunningWorkout(
        workoutName="5 x 4 min", estimatedDurationInSecs=3300, workoutSegments=[segment],
        description="[rc:1]",
    )  # fmt: skip


def planned(garmin: Garmin, month: int) -> list[dict[str, Any]]:
    items = garmin.get_scheduled_workouts(2026, month)["calendarItems"]
    return [item for item in items if item["itemType"] == "workout"]


def test_workout_goes_all_its_way(fake: SimulatorClient, garmin: Garmin) -> None:
    number = garmin.upload_running_workout(intervals())["workoutId"]
    assert [one["workoutId"] for one in garmin.get_workouts()] == [number]
    entry = garmin.schedule_workout(number, "2026-11-30")["workoutScheduleId"]
    [item] = planned(garmin, 11)
    assert (item["id"], item["workoutId"], item["date"]) == (entry, number, "2026-11-30")
    garmin.reschedule_workout(entry, "2026-12-01")
    assert planned(garmin, 11) == []
    assert planned(garmin, 12)[0]["id"] == entry
    [shown] = garmin.get_scheduled_workouts_by_period("2026-12-01", "2026-12-31")
    assert shown["workout"]["workoutName"] == "5 x 4 min"
    garmin.unschedule_workout(entry)
    assert planned(garmin, 12) == []
    garmin.delete_workout(number)
    with pytest.raises(GarminConnectNotFoundError):
        garmin.get_workout_by_id(number)
    assert fake.workouts() == []


def test_nothing_is_done_once_only(fake: SimulatorClient, garmin: Garmin) -> None:
    numbers = [garmin.upload_running_workout(intervals())["workoutId"] for _ in range(2)]
    assert numbers[0] != numbers[1]
    for _ in range(2):
        garmin.schedule_workout(numbers[0], "2026-11-30")
    assert len(fake.schedules()) == 2


def test_change_keeps_number_and_days(fake: SimulatorClient, garmin: Garmin) -> None:
    kept = garmin.upload_running_workout(intervals())
    garmin.schedule_workout(kept["workoutId"], "2026-11-30")
    garmin.update_workout(kept["workoutId"], kept | {"workoutName": "6 x 4 min"})
    [changed] = fake.workouts()
    assert (changed["workoutId"], changed["workoutName"]) == (kept["workoutId"], "6 x 4 min")
    assert fake.schedules()[0]["workoutId"] == kept["workoutId"]


def test_deleting_takes_the_days_along(fake: SimulatorClient, garmin: Garmin) -> None:
    number = garmin.upload_running_workout(intervals())["workoutId"]
    garmin.schedule_workout(number, "2026-11-30")
    garmin.delete_workout(number)
    assert fake.schedules() == []


def test_run_of_a_planned_day_carries_its_workout(fake: SimulatorClient, garmin: Garmin) -> None:
    number = garmin.upload_running_workout(intervals())["workoutId"]
    run = garmin.get_activities(0, 1)[0]
    assert "workoutId" not in run
    garmin.schedule_workout(number, run["startTimeLocal"][:10])
    first, second = garmin.get_activities(0, 2)
    assert first["workoutId"] == number
    assert "workoutId" not in second
    summary = garmin.get_activity(str(first["activityId"]))
    assert summary["metadataDTO"]["associatedWorkoutId"] == number


def test_number_decides_and_word_is_ignored(fake: SimulatorClient, garmin: Garmin) -> None:
    sent = intervals().to_dict()
    step = sent["workoutSegments"][0]["workoutSteps"][0]
    step["targetType"] = {"workoutTargetTypeId": 2, "workoutTargetTypeKey": "heart.rate.zone"}
    garmin.upload_workout(sent)
    kept = fake.workouts()[0]["workoutSegments"][0]["workoutSteps"][0]
    assert kept["targetType"]["workoutTargetTypeKey"] == "power.zone"


@pytest.mark.parametrize("body", [
    {}, {"workoutName": "x"},
    {"workoutName": "x", "workoutSegments": [{"sportType": {"sportTypeId": 99}}]},
])  # fmt: skip
def test_what_makes_no_workout_is_refused(garmin: Garmin, body: dict[str, Any]) -> None:
    with pytest.raises(GarminConnectConnectionError):
        garmin.upload_workout(body)


def test_schedule_wants_a_workout_that_exists(garmin: Garmin) -> None:
    with pytest.raises(GarminConnectNotFoundError):
        garmin.schedule_workout(1, "2026-11-30")


# What the live server made of what was sent to it: our expansion is compared key by key.
OF_THE_SERVER = ("workoutId", "ownerId", "createdDate", "updatedDate", "author", "stepId",
                 "avgTrainingSpeed", "estimateType", "estimatedDistanceUnit")  # fmt: skip


@pytest.mark.parametrize("name", ["01", "02", "04", "05"])
def test_is_expanded_as_by_the_live_server(garmin: Garmin, garmin_corpus: Path, name: str) -> None:
    folder = garmin_corpus / "workout-service__workout__POST"
    sent = json.loads((folder / f"{name}.request.json").read_text(encoding="utf-8"))
    live = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    assert bare(garmin.upload_workout(sent)) == bare(live)


def bare(value: Any) -> Any:
    if isinstance(value, list):
        return [bare(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {key: bare(item) for key, item in value.items() if key not in OF_THE_SERVER}


def body(name: str = "Easy") -> dict[str, Any]:
    steps = [create_interval_step(1800.0, 1).model_dump(exclude_none=True)]
    segment = {"segmentOrder": 1, "sportType": RUNNING, "workoutSteps": steps}
    return {"workoutName": name, "sportType": RUNNING, "workoutSegments": [segment]}


@pytest.mark.parametrize("spoil", ["lost", "gateway"])
def test_answer_is_lost_after_the_work_is_done(
    fake: SimulatorClient, garmin: Garmin, spoil
) -> None:
    fake.fault("/workout-service/workout$", method="POST", spoil=spoil)
    with pytest.raises((GarminConnectConnectionError, OSError)):
        garmin.upload_workout(body())
    assert len(fake.workouts()) == 1


def test_answer_is_held_back_after_the_work_is_done(fake: SimulatorClient, garmin: Garmin) -> None:
    fake.fault("/workout-service/workout$", method="POST", answer_delay_s=0.3)
    garmin.upload_workout(body())
    assert fake.log()[-1].took_s >= 0.3
    assert len(fake.workouts()) == 1


def test_workouts_are_changed_by_hand(fake: SimulatorClient, garmin: Garmin) -> None:
    number = fake.add_workout(body(), date(2026, 11, 30))
    [entry] = fake.schedules()
    fake.reschedule(entry["scheduleId"], date(2026, 12, 2))
    assert [item["date"] for item in planned(garmin, 12)] == ["2026-12-02"]
    fake.unschedule(entry["scheduleId"])
    assert planned(garmin, 12) == []
    fake.delete_workout(number)
    assert garmin.get_workouts() == []
