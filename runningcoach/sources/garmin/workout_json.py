"""Workouts as Garmin Connect holds them: to its JSON and back, and our mark in it."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, cast

from pydantic import ValidationError

from runningcoach.base import i18n
from runningcoach.base.errors import Phrase, RunningCoachError
from runningcoach.model.workout import (
    LONGEST_NOTE,
    LONGEST_TITLE,
    CaloriesEnd,
    ConvertedWorkout,
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
    StepIntensity,
    StepTarget,
    TimeEnd,
    Workout,
    WorkoutItem,
    WorkoutRepeat,
    WorkoutStep,
    WorkoutType,
)

type WorkoutBody = dict[str, Any]

MOST_STEPS = 50
"""More than about 50 steps are refused or cut by Garmin's service, as others report."""

_DEEPEST = 5
_RUNNING = 1
_STEP_TYPES: dict[int, StepIntensity] = {
    1: "warmup", 2: "cooldown", 3: "interval", 4: "recovery", 5: "rest", 7: "other", 8: "main",
}  # fmt: skip
_STEP_TYPE_IDS = {name: number for number, name in _STEP_TYPES.items()}
_REPEAT = 6
_END_KEYS = {
    1: "lap.button",
    2: "time",
    3: "distance",
    4: "calories",
    6: "heart.rate",
    7: "iterations",
}
_TARGET_KEYS = {1: "no.target", 2: "power.zone", 3: "cadence", 4: "heart.rate.zone",
                5: "speed.zone", 6: "pace.zone"}  # fmt: skip
_MARKER = re.compile(r"rc:([\w.-]+)/(\d{4}-\d{2}-\d{2})#([0-9a-f]{8})(?![0-9a-f])")


class GarminWorkoutUnreadable(RunningCoachError):
    """A workout of Garmin's has a shape or content that cannot be read."""

    code = "workouts.garmin_unreadable"
    status = 422


class GarminWorkoutUnwritable(RunningCoachError):
    """A workout holds something that Garmin's form has no place for."""

    code = "workouts.garmin_unwritable"
    status = 422


def _unreadable(reason: str) -> GarminWorkoutUnreadable:
    return GarminWorkoutUnreadable(reason=Phrase(f"workouts.garmin_reasons.{reason}"))


def _unwritable(reason: str) -> GarminWorkoutUnwritable:
    return GarminWorkoutUnwritable(reason=Phrase(f"workouts.garmin_reasons.{reason}"))


# ---- our mark --------------------------------------------------------------------------------


def format_marker(plan: str | int, day: str, sha256: str) -> str:
    """Return the mark that a workout of ours carries: `rc:<plan>/<date>#<hash>`."""
    return f"rc:{plan}/{day}#{sha256[:8]}"


def find_marker(description: str | None) -> str | None:
    """Return our mark in a description, None where there is none."""
    match = _MARKER.search(description or "")
    return match[0] if match else None


# ---- to Garmin -------------------------------------------------------------------------------


def workout_to_garmin(workout: Workout, description: str = "") -> WorkoutBody:
    """Return the body that Garmin's workout service takes.

    Bands, percentages and ramps must be resolved before; they are refused.
    """
    sport = {"sportTypeId": _RUNNING, "sportTypeKey": "running"}
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
        "stepType": {"stepTypeId": _REPEAT, "stepTypeKey": "repeat"},
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
            "stepTypeId": _STEP_TYPE_IDS[step.intensity],
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
                raise _unwritable("hr_end_share")
            compare = {"endConditionCompare": "lt" if kind == "hr_below" else "gt"}
            return _condition(6, float(bpm)) | compare


def _condition(number: int, value: float | None) -> WorkoutBody:
    condition = {"conditionTypeId": number, "conditionTypeKey": _END_KEYS[number]}
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
            raise _unwritable("unresolved_target")


def _target(
    number: int, first: float | None = None, second: float | None = None, zone: int | None = None
) -> WorkoutBody:
    return {
        "targetType": {
            "workoutTargetTypeId": number,
            "workoutTargetTypeKey": _TARGET_KEYS[number],
        },
        "targetValueOne": first,
        "targetValueTwo": second,
        "zoneNumber": zone,
    }


# ---- from Garmin -----------------------------------------------------------------------------


def workout_from_garmin(body: object, workout_type: WorkoutType = "other") -> ConvertedWorkout:
    """Return the workout of a body that Garmin's service holds, and what was lost or uncertain.

    Raises GarminWorkoutUnreadable for other sports and for any other shape.
    """
    warnings: list[str] = []
    content = _mapping(body)
    segment = _only_segment(content)
    title = str(content.get("workoutName") or "")
    if len(title) > LONGEST_TITLE:
        warnings.append("title_cut")
    try:
        steps = _items(segment.get("workoutSteps"), warnings, depth=0)
        workout = Workout(type=workout_type, title=title[:LONGEST_TITLE], steps=steps)
    except ValidationError:
        raise _unreadable("bad_value") from None
    if not steps:
        raise _unreadable("no_steps")
    if _count(steps) > MOST_STEPS:
        warnings.append("many_steps")
    sentences = [i18n.t(f"workouts.garmin_warnings.{key}") for key in dict.fromkeys(warnings)]
    return ConvertedWorkout(workout=workout, warnings=sentences)


def _count(items: Sequence[WorkoutItem]) -> int:
    return sum(1 + (_count(i.steps) if isinstance(i, WorkoutRepeat) else 0) for i in items)


def _mapping(value: object) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise _unreadable("bad_shape")
    return cast("Mapping[str, Any]", value)


def _list(value: object) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise _unreadable("bad_shape")
    return cast("list[Any]", value)


def _only_segment(content: Mapping[str, Any]) -> Mapping[str, Any]:
    segments = [_mapping(segment) for segment in _list(content.get("workoutSegments"))]
    sports = [_identifier(part.get("sportType"), "sportTypeId") for part in (content, *segments)]
    if len({sport for sport in sports if sport}) > 1:
        raise _unreadable("several_sports")
    if any(sport not in (None, _RUNNING) for sport in sports):
        raise _unreadable("other_sport")
    if not segments:
        raise _unreadable("no_steps")
    if len(segments) == 1:
        return segments[0]
    ordered = sorted(segments, key=lambda part: _number(part.get("segmentOrder")) or 0.0)
    return {"workoutSteps": [step for part in ordered for step in _list(part.get("workoutSteps"))]}


def _identifier(value: object, key: str) -> int | None:
    if value is None:
        return None
    number = _number(_mapping(value).get(key))
    return None if number is None else int(number)


def _number(value: object) -> float | None:
    """Return a number, also from text; None and empty text are no number."""
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise _unreadable("bad_value")
    try:
        number = float(value)
    except (ValueError, OverflowError):
        raise _unreadable("bad_value") from None
    if not -1e9 < number < 1e9:
        raise _unreadable("bad_value")
    return number


def _whole(value: object) -> int:
    number = _number(value)
    if number is None:
        raise _unreadable("bad_value")
    return int(number + 0.5)


def _items(value: object, warnings: list[str], depth: int) -> tuple[WorkoutItem, ...]:
    if depth > _DEEPEST:
        raise _unreadable("deep_repeat")
    bodies = [_mapping(body) for body in _list(value)]
    orders = [_number(body.get("stepOrder")) for body in bodies]
    if None not in orders and orders != sorted(cast("list[float]", orders)):
        warnings.append("reordered")
        bodies.sort(key=lambda body: _number(body.get("stepOrder")) or 0.0)
    return tuple(_item(body, warnings, depth) for body in bodies)


def _item(body: Mapping[str, Any], warnings: list[str], depth: int) -> WorkoutItem:
    step_type = _identifier(body.get("stepType"), "stepTypeId")
    if step_type == _REPEAT or body.get("type") == "RepeatGroupDTO":
        return WorkoutRepeat(
            times=_whole(body.get("numberOfIterations") or body.get("endConditionValue")),
            skip_last_recovery=bool(body.get("skipLastRestStep")),
            steps=_items(body.get("workoutSteps"), warnings, depth + 1),
        )
    if step_type not in _STEP_TYPES:
        raise _unreadable("unknown_step")
    note = str(body.get("description") or "") or None
    if note and len(note) > LONGEST_NOTE:
        warnings.append("note_cut")
        note = note[:LONGEST_NOTE]
    if _identifier(body.get("secondaryTargetType"), "workoutTargetTypeId") not in (None, 1):
        warnings.append("secondary_target")
    return WorkoutStep(
        intensity=_STEP_TYPES[step_type],
        end=_end(body, warnings),
        target=_read_target(body, warnings),
        note=note,
    )


def _end(body: Mapping[str, Any], warnings: list[str]) -> StepEnd:
    number = _identifier(body.get("endCondition"), "conditionTypeId")
    _check_key(body.get("endCondition"), "conditionTypeKey", _END_KEYS.get(number or 0), warnings)
    value = body.get("endConditionValue")
    match number:
        case 1:
            return LapButtonEnd()
        case 2:
            return TimeEnd(seconds=_whole(value))
        case 3:
            return DistanceEnd(meters=_whole(value))
        case 4:
            warnings.append("calories_end")
            return CaloriesEnd(kcal=_whole(value))
        case 6:
            is_above = str(body.get("endConditionCompare")).casefold() in ("gt", "gte", ">")
            return HeartRateEnd(kind="hr_above" if is_above else "hr_below", bpm=_whole(value))
        case _:
            raise _unreadable("unknown_end")


def _check_key(value: object, name: str, expected: str | None, warnings: list[str]) -> None:
    """Warn where the words beside an id name something else: the id decides at Garmin."""
    key = _mapping(value).get(name) if value is not None else None
    if key and expected and key != expected:
        warnings.append("id_beats_key")


def _read_target(body: Mapping[str, Any], warnings: list[str]) -> StepTarget:
    number = _identifier(body.get("targetType"), "workoutTargetTypeId") or 1
    key = _TARGET_KEYS.get(number)
    _check_key(body.get("targetType"), "workoutTargetTypeKey", key, warnings)
    values = [_number(body.get(name)) for name in ("targetValueOne", "targetValueTwo")]
    known = [value for value in values if value]
    zone = None if _number(body.get("zoneNumber")) in (None, 0) else _whole(body["zoneNumber"])
    match number:
        case 1:
            return OpenTarget()
        case 2:
            warnings.append("power_target")
            return PowerZoneTarget(zone=zone) if zone else _whole_range(PowerTarget, known)
        case 4:
            if zone:
                return HeartRateZoneTarget(zone=zone)
            return _whole_range(HeartRateTarget, known)
        case 5 | 6:
            return PaceZoneTarget(low=zone, high=zone) if zone else _pace(known)
        case _:
            warnings.append("target_left_out")
            return OpenTarget()


def _whole_range[T: (PowerTarget, HeartRateTarget)](kind: type[T], values: list[float]) -> T:
    if not values:
        raise _unreadable("bad_value")
    return kind(low=_whole(min(values)), high=_whole(max(values)))


def _pace(speeds: list[float]) -> PaceTarget:
    """Return the pace of two speeds [m/s] in any order."""
    if not speeds or min(speeds) <= 0:
        raise _unreadable("bad_value")
    return PaceTarget(
        slow_s_per_km=_whole(1_000 / min(speeds)), fast_s_per_km=_whole(1_000 / max(speeds))
    )
