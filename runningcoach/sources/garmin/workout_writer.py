"""Workouts to Garmin's JSON: what its service takes, lossless where it can be read back."""

from runningcoach.model.workout import (
    CaloriesEnd,
    DistanceEnd,
    HeartRateEnd,
    HeartRateTarget,
    HeartRateZoneTarget,
    LapButtonEnd,
    OpenTarget,
    PaceTarget,
    PaceZoneTarget,
    PowerTarget,
    PowerZoneTarget,
    StepEnd,
    StepTarget,
    TimeEnd,
    Workout,
    WorkoutItem,
    WorkoutStep,
)
from runningcoach.model.workout_conversion import ConversionLog, warn_of_many_steps
from runningcoach.sources.garmin.workout_json import (
    END_KEYS,
    REPEAT,
    RUNNING,
    STEP_TYPES,
    TARGET_KEYS,
    WorkoutBody,
    unwritable,
)

STEP_TYPE_IDS = {name: number for number, name in STEP_TYPES.items()}


def garmin_losses(workout: Workout) -> list[str]:
    """Return warnings of what Garmin may not hold of a workout that can be written."""
    log = ConversionLog()
    warn_of_many_steps(workout.steps, log)
    return log.sentences()


def workout_to_garmin(workout: Workout, description: str = "") -> WorkoutBody:
    """Return the body that Garmin's workout service takes.

    Bands, percentages and ramps must be resolved before; they are refused.
    """
    sport = {"sportTypeId": RUNNING, "sportTypeKey": "running"}
    order = _StepCounter()
    steps = [_item_body(item, order) for item in workout.steps]
    return {
        "workoutName": workout.title or workout.type,
        "description": description,
        "sportType": sport,
        "workoutSegments": [{"segmentOrder": 1, "sportType": sport, "workoutSteps": steps}],
    }


class _StepCounter:
    """Counts steps through all nested repeats, as Garmin does."""

    def __init__(self) -> None:
        self.number = 0

    def next(self) -> int:
        self.number += 1
        return self.number


def _item_body(item: WorkoutItem, order: _StepCounter) -> WorkoutBody:
    number = order.next()
    if isinstance(item, WorkoutStep):
        return _step_body(item, number)
    return {
        "type": "RepeatGroupDTO",
        "stepOrder": number,
        "stepType": {"stepTypeId": REPEAT, "stepTypeKey": "repeat"},
        "numberOfIterations": item.times,
        "endCondition": {"conditionTypeId": 7, "conditionTypeKey": "iterations"},
        "endConditionValue": float(item.times),
        "smartRepeat": False,
        "skipLastRestStep": item.skip_last_recovery,
        "workoutSteps": [_item_body(step, order) for step in item.steps],
    }


def _step_body(step: WorkoutStep, number: int) -> WorkoutBody:
    return {
        "type": "ExecutableStepDTO",
        "stepOrder": number,
        "stepType": {
            "stepTypeId": STEP_TYPE_IDS[step.intensity],
            "stepTypeKey": step.intensity,
        },
        "description": step.note,
        **_end_body(step.end),
        **_target_body(step.target),
    }


def _end_body(end: StepEnd) -> WorkoutBody:
    match end:
        case TimeEnd(seconds=seconds):
            return _condition(2, float(seconds))
        case DistanceEnd(meters=meters):
            return _condition(3, float(meters))
        case LapButtonEnd():
            return _condition(1, None)
        case CaloriesEnd(kcal=kcal):
            return _condition(4, float(kcal))
        case HeartRateEnd(kind=kind, bpm=bpm):
            if bpm is None:
                raise unwritable("hr_end_share")
            compare = {"endConditionCompare": "lt" if kind == "hr_below" else "gt"}
            return _condition(6, float(bpm)) | compare


def _condition(number: int, value: float | None) -> WorkoutBody:
    condition = {"conditionTypeId": number, "conditionTypeKey": END_KEYS[number]}
    return {"endCondition": condition, "endConditionValue": value}


def _target_body(target: StepTarget) -> WorkoutBody:
    match target:
        case OpenTarget():
            return _target(1)
        case PaceTarget(slow_s_per_km=slow, fast_s_per_km=fast):
            return _target(6, 1_000 / fast, 1_000 / slow)  # Garmin's own have the faster first
        case HeartRateTarget(low=low, high=high):
            return _target(4, float(low), float(high))
        case HeartRateZoneTarget(zone=zone):
            return _target(4, zone=zone)
        case PowerTarget(low=low, high=high):
            return _target(2, float(low), float(high))
        case PowerZoneTarget(zone=zone):
            return _target(2, zone=zone)
        case PaceZoneTarget(low=low, high=high) if low == high:
            return _target(6, zone=low)
        case _:
            raise unwritable("unresolved_target")


def _target(
    number: int, first: float | None = None, second: float | None = None, zone: int | None = None
) -> WorkoutBody:
    return {
        "targetType": {
            "workoutTargetTypeId": number,
            "workoutTargetTypeKey": TARGET_KEYS[number],
        },
        "targetValueOne": first,
        "targetValueTwo": second,
        "zoneNumber": zone,
    }
