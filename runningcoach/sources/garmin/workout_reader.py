"""Workouts from Garmin's JSON: in every order and spelling that its service has shown."""

import re
from collections.abc import Mapping
from typing import Any, cast

from pydantic import ValidationError

from runningcoach.model.workout import (
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
    StepTarget,
    TimeEnd,
    WorkoutItem,
    WorkoutRepeat,
    WorkoutStep,
    WorkoutType,
)
from runningcoach.model.workout_conversion import (
    ConversionLog,
    conversion_reason,
    converted_workout,
    shortened_note,
)
from runningcoach.sources.garmin.workout_json import (
    END_KEYS,
    REPEAT,
    RUNNING,
    SPORT_KEYS,
    STEP_KEYS,
    STEP_TYPES,
    TARGET_KEYS,
    GarminStepUnreadable,
    GarminWorkoutUnreadable,
    unreadable,
)

_DEEPEST = 5
_MARKER = re.compile(r"\[rc:[^\]\s]+\]\s*$")
_UNKNOWN = -1


def workout_from_garmin(body: object, workout_type: WorkoutType = "other") -> ConvertedWorkout:
    """Return the workout of a body that Garmin's service holds, and what was lost or uncertain.

    Raises GarminWorkoutUnreadable for other sports and for any other shape.
    """
    log = ConversionLog()
    content = _mapping(body)
    segment = _only_segment(content)
    try:
        steps = _items(segment.get("workoutSteps"), log, depth=0)
        if not steps:
            raise unreadable("no_steps")
        title = str(content.get("workoutName") or "")
        return converted_workout(title, _purpose(content), workout_type, steps, log)
    except ValidationError:
        raise unreadable("bad_value") from None


def _purpose(content: Mapping[str, Any]) -> str:
    """Return the description without the mark that a push adds to it."""
    return _MARKER.sub("", str(content.get("description") or "")).strip()


def _mapping(value: object) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise unreadable("bad_shape")
    return cast("Mapping[str, Any]", value)


def _list(value: object) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise unreadable("bad_shape")
    return cast("list[Any]", value)


def _only_segment(content: Mapping[str, Any]) -> Mapping[str, Any]:
    segments = [_mapping(segment) for segment in _list(content.get("workoutSegments"))]
    sports = [
        _identifier(part.get("sportType"), "sportType", SPORT_KEYS) for part in (content, *segments)
    ]
    if len({sport for sport in sports if sport}) > 1:
        raise unreadable("several_sports")
    if any(sport not in (None, RUNNING) for sport in sports):
        raise unreadable("other_sport")
    if not segments:
        raise unreadable("no_steps")
    if len(segments) == 1:
        return segments[0]
    ordered = sorted(segments, key=lambda part: _number(part.get("segmentOrder")) or 0.0)
    return {"workoutSteps": [step for part in ordered for step in _list(part.get("workoutSteps"))]}


def _identifier(value: object, name: str, keys: Mapping[int, str]) -> int | None:
    """Return the number of a kind, from its id or else its key; None where there is neither.

    A key that is not known has the number `_UNKNOWN`.
    """
    if value is None:
        return None
    kind = _mapping(value)
    if (number := _number(kind.get(f"{name}Id"))) is not None:
        return int(number)
    key = kind.get(f"{name}Key")
    return next((n for n, known in keys.items() if known == key), _UNKNOWN) if key else None


def _number(value: object) -> float | None:
    """Return a number, also from text; None and empty text are no number."""
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise unreadable("bad_value")
    try:
        number = float(value)
    except (ValueError, OverflowError):
        raise unreadable("bad_value") from None
    if not -1e9 < number < 1e9:
        raise unreadable("bad_value")
    return number


def _whole(value: object) -> int:
    number = _number(value)
    if number is None:
        raise unreadable("bad_value")
    return int(number + 0.5)


def _items(value: object, log: ConversionLog, depth: int) -> tuple[WorkoutItem, ...]:
    if depth > _DEEPEST:
        raise unreadable("deep_repeat")
    bodies = [_mapping(body) for body in _list(value)]
    orders = [_number(body.get("stepOrder")) for body in bodies]
    if None not in orders and orders != sorted(cast("list[float]", orders)):
        log.warn("reordered")
        bodies.sort(key=lambda body: _number(body.get("stepOrder")) or 0.0)
    return tuple(_placed_item(body, log, depth, n) for n, body in enumerate(bodies, 1))


def _placed_item(
    body: Mapping[str, Any], log: ConversionLog, depth: int, number: int
) -> WorkoutItem:
    """Return a step or repeat; an error names the step by its number."""
    try:
        return _item(body, log, depth)
    except GarminStepUnreadable as inner:
        step = f"{number}.{inner.blanks['step']}"
        raise GarminStepUnreadable(step=step, reason=inner.blanks["reason"]) from None
    except GarminWorkoutUnreadable as error:
        raise GarminStepUnreadable(step=f"{number}", reason=error.blanks["reason"]) from None
    except ValidationError:
        reason = conversion_reason("bad_value")
        raise GarminStepUnreadable(step=f"{number}", reason=reason) from None


def _item(body: Mapping[str, Any], log: ConversionLog, depth: int) -> WorkoutItem:
    step_type = _identifier(body.get("stepType"), "stepType", STEP_KEYS)
    if step_type == REPEAT or body.get("type") == "RepeatGroupDTO":
        return WorkoutRepeat(
            times=_whole(body.get("numberOfIterations") or body.get("endConditionValue")),
            skip_last_recovery=bool(body.get("skipLastRestStep")),
            steps=_items(body.get("workoutSteps"), log, depth + 1),
        )
    if step_type not in STEP_TYPES:
        raise unreadable("unknown_step")
    note = shortened_note(str(body.get("description") or ""), log)
    second = _identifier(body.get("secondaryTargetType"), "workoutTargetType", TARGET_KEYS)
    if second not in (None, 1):
        log.warn("secondary_target")
    return WorkoutStep(
        intensity=STEP_TYPES[step_type],
        end=_end(body, log),
        target=_read_target(body, log),
        note=note,
    )


def _end(body: Mapping[str, Any], log: ConversionLog) -> StepEnd:
    number = _identifier(body.get("endCondition"), "conditionType", END_KEYS)
    _check_key(body.get("endCondition"), "conditionTypeKey", END_KEYS.get(number or 0), log)
    value = body.get("endConditionValue")
    match number:
        case 1:
            return LapButtonEnd()
        case 2:
            return TimeEnd(seconds=_whole(value))
        case 3:
            return DistanceEnd(meters=_whole(value))
        case 4:
            log.warn("calories_end")
            return CaloriesEnd(kcal=_whole(value))
        case 6:
            is_above = str(body.get("endConditionCompare")).casefold() in ("gt", "gte", ">")
            return HeartRateEnd(kind="hr_above" if is_above else "hr_below", bpm=_whole(value))
        case _:
            raise unreadable("unknown_end")


def _check_key(value: object, name: str, expected: str | None, log: ConversionLog) -> None:
    """Warn where the words beside an id name something else: the id decides at Garmin."""
    key = _mapping(value).get(name) if value is not None else None
    if key and expected and key != expected:
        log.warn("id_beats_key")


def _read_target(body: Mapping[str, Any], log: ConversionLog) -> StepTarget:
    number = _identifier(body.get("targetType"), "workoutTargetType", TARGET_KEYS) or 1
    key = TARGET_KEYS.get(number)
    _check_key(body.get("targetType"), "workoutTargetTypeKey", key, log)
    values = [_number(body.get(name)) for name in ("targetValueOne", "targetValueTwo")]
    known = [value for value in values if value]
    zone = None if _number(body.get("zoneNumber")) in (None, 0) else _whole(body["zoneNumber"])
    match number:
        case 1:
            return OpenTarget()
        case 2:
            log.warn("power_target")
            return PowerZoneTarget(zone=zone) if zone else _whole_range(PowerTarget, known)
        case 4:
            if zone:
                return HeartRateZoneTarget(zone=zone)
            return _whole_range(HeartRateTarget, known)
        case 5 | 6:
            return PaceZoneTarget(low=zone, high=zone) if zone else _pace(known)
        case _:
            log.warn("target_left_out")
            return OpenTarget()


def _whole_range[T: (PowerTarget, HeartRateTarget)](kind: type[T], values: list[float]) -> T:
    if not values:
        raise unreadable("bad_value")
    return kind(low=_whole(min(values)), high=_whole(max(values)))


def _pace(speeds: list[float]) -> PaceTarget:
    """Return the pace of two speeds [m/s] in any order."""
    if not speeds or min(speeds) <= 0:
        raise unreadable("bad_value")
    return PaceTarget(
        slow_s_per_km=_whole(1_000 / min(speeds)), fast_s_per_km=_whole(1_000 / max(speeds))
    )
