"""The JSON of a structured run as Garmin takes it for an upload.

The ids decide, Garmin ignores the keys. A heart-rate zone is a `zoneNumber` alone; other ranges are
two values, of speed [m/s] the faster first, as in workouts that Garmin's own editor makes.
"""

from collections.abc import Iterator
from itertools import count
from typing import Any

from runningcoach.base.errors import RunningCoachError
from runningcoach.model.workout import StepEnd, StepTarget, Workout, WorkoutItem, WorkoutRepeat

type Json = dict[str, Any]

RUNNING = {"sportTypeId": 1, "sportTypeKey": "running"}
INTENSITIES = {
    "warmup": 1, "cooldown": 2, "interval": 3, "recovery": 4, "rest": 5, "other": 7, "main": 8,
}  # fmt: skip
REPEAT, ITERATIONS = 6, 7
NO_TARGET, POWER, HEART_RATE, PACE = 1, 2, 4, 6


class WorkoutNotConvertible(RunningCoachError):
    """A step of the workout ends or aims in a way that Garmin does not have."""

    code = "publish.cannot_convert"
    status = 422


def workout_body(workout: Workout, description: str) -> Json:
    """Return the body of an upload; raises WorkoutNotConvertible.

    Bands and percentages must be resolved before: Garmin knows paces, beats and watts.
    """
    orders = count(1)
    steps = [_item(item, orders) for item in workout.steps]
    segment = {"segmentOrder": 1, "sportType": RUNNING, "workoutSteps": steps}
    return {
        "workoutName": workout.title,
        "description": description,
        "sportType": RUNNING,
        "workoutSegments": [segment],
    }


def _item(item: WorkoutItem, orders: Iterator[int]) -> Json:
    if isinstance(item, WorkoutRepeat):
        return _repeat(item, orders)
    return {
        "type": "ExecutableStepDTO",
        "stepOrder": next(orders),
        "stepType": {"stepTypeId": INTENSITIES[item.intensity], "stepTypeKey": item.intensity},
        "description": item.note,
        **_end(item.end),
        **_target(item.target),
    }


def _repeat(repeat: WorkoutRepeat, orders: Iterator[int]) -> Json:
    return {
        "type": "RepeatGroupDTO",
        "stepOrder": next(orders),
        "stepType": {"stepTypeId": REPEAT, "stepTypeKey": "repeat"},
        "numberOfIterations": repeat.times,
        "endCondition": {"conditionTypeId": ITERATIONS, "conditionTypeKey": "iterations"},
        "endConditionValue": float(repeat.times),
        "smartRepeat": False,
        "skipLastRestStep": repeat.skip_last_recovery,
        "workoutSteps": [_item(item, orders) for item in repeat.steps],
    }


def _end(end: StepEnd) -> Json:
    match end.kind:
        case "lap_button":
            return _condition(1, "lap.button", None)
        case "time":
            return _condition(2, "time", end.seconds)
        case "distance":
            return _condition(3, "distance", end.meters)
        case "calories":
            return _condition(4, "calories", end.kcal)
        case _:
            raise WorkoutNotConvertible


def _condition(number: int, key: str, value: int | None) -> Json:
    return {
        "endCondition": {"conditionTypeId": number, "conditionTypeKey": key},
        "endConditionValue": None if value is None else float(value),
    }


def _target(target: StepTarget) -> Json:
    match target.kind:
        case "open":
            return _typed(NO_TARGET, "no.target")
        case "pace":
            fast, slow = 1000 / target.fast_s_per_km, 1000 / target.slow_s_per_km
            return _typed(PACE, "pace.zone", fast, slow)
        case "hr_bpm":
            return _typed(HEART_RATE, "heart.rate.zone", target.low, target.high)
        case "hr_zone":
            return _typed(HEART_RATE, "heart.rate.zone") | {"zoneNumber": target.zone}
        case "power":
            return _typed(POWER, "power.zone", target.low, target.high)
        case "power_zone":
            return _typed(POWER, "power.zone") | {"zoneNumber": target.zone}
        case _:
            raise WorkoutNotConvertible


def _typed(number: int, key: str, first: float | None = None, second: float | None = None) -> Json:
    typed: Json = {"targetType": {"workoutTargetTypeId": number, "workoutTargetTypeKey": key}}
    if first is None or second is None:
        return typed
    return typed | {"targetValueOne": float(first), "targetValueTwo": float(second)}
