"""FIT workout files: read what others wrote, write what a watch takes by USB."""

from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import ValidationError

from runningcoach.base import i18n
from runningcoach.base.errors import Phrase, RunningCoachError
from runningcoach.fit.decode import decode
from runningcoach.fit.write import write
from runningcoach.model.workout import (
    LONGEST_NOTE,
    LONGEST_TITLE,
    CaloriesEnd,
    ConvertedWorkout,
    DistanceEnd,
    HeartRateEnd,
    HeartRateShareTarget,
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

_WORKOUT_FILE, _DEVELOPMENT, _RUNNING, _ALL_SPORTS = 5, 255, 1, (0, 1, 254)
_TIME, _DISTANCE, _HR_BELOW, _HR_ABOVE, _CALORIES, _OPEN, _REPEAT = 0, 1, 2, 3, 4, 5, 6
_SPEED_TARGET, _HR_TARGET, _NO_TARGET, _POWER_TARGET = 0, 1, 2, 4
_BPM_OFFSET, _WATTS_OFFSET = 100, 1_000
"""FIT adds these, so that smaller numbers can mean percent."""

_INTENSITIES: dict[int, StepIntensity] = {
    0: "interval", 1: "rest", 2: "warmup", 3: "cooldown", 4: "recovery", 5: "interval", 6: "other",
}  # fmt: skip
_INTENSITY_NUMBERS: dict[StepIntensity, int] = {
    "main": 0, "interval": 0, "rest": 1, "warmup": 2, "cooldown": 3, "recovery": 4, "other": 6,
}  # fmt: skip

type _Row = dict[str, Any]


class FitWorkoutUnreadable(RunningCoachError):
    """A FIT workout file holds something that cannot be a running workout."""

    code = "workouts.fit_unreadable"
    status = 422


class FitWorkoutUnwritable(RunningCoachError):
    """A workout holds something that a FIT workout file has no place for."""

    code = "workouts.fit_unwritable"
    status = 422


def _unreadable(reason: str) -> FitWorkoutUnreadable:
    return FitWorkoutUnreadable(reason=Phrase(f"workouts.fit_reasons.{reason}"))


def _unwritable(reason: str) -> FitWorkoutUnwritable:
    return FitWorkoutUnwritable(reason=Phrase(f"workouts.fit_reasons.{reason}"))


# ---- reading ---------------------------------------------------------------------------------


def read_workout(
    source: bytes | str | PathLike[str], workout_type: WorkoutType = "other"
) -> ConvertedWorkout:
    """Return the workout of a FIT file, given as bytes or as a path.

    Raises FitWorkoutUnreadable for other files and other sports.
    """
    data = source if isinstance(source, bytes) else Path(source).read_bytes()
    messages = decode(data).messages
    heads, rows = (_rows(messages.get(kind, {})) for kind in ("workout", "workout_step"))
    if not rows:
        raise _unreadable("no_steps")
    head = heads[0] if heads else {}
    if head.get("sport", _RUNNING) not in _ALL_SPORTS:
        raise _unreadable("other_sport")
    warnings: list[str] = []
    if head.get("num_valid_steps", len(rows)) != len(rows):
        warnings.append("wrong_count")
    title = str(head.get("wkt_name") or "")[:LONGEST_TITLE]
    try:
        steps = _nested(_in_order(rows, warnings), warnings)
        workout = Workout(type=workout_type, title=title, steps=steps)
    except ValidationError:
        raise _unreadable("bad_value") from None
    sentences = [i18n.t(f"workouts.fit_warnings.{key}") for key in dict.fromkeys(warnings)]
    return ConvertedWorkout(workout=workout, warnings=sentences)


def _rows(columns: Mapping[str, Any]) -> list[_Row]:
    """Return messages as dicts of what they hold; missing values are left out."""
    count = len(next(iter(columns.values()), ()))
    return [
        {name: column[row] for name, column in columns.items() if _is_known(column[row])}
        for row in range(count)
    ]


def _is_known(value: Any) -> bool:
    if value is None or value == "":
        return False
    return not isinstance(value, float) or bool(np.isfinite(value))


def _in_order(rows: list[_Row], warnings: list[str]) -> list[_Row]:
    """Return the steps by their index, which must count from 0 without gaps."""
    indices = [int(row.get("message_index", place)) for place, row in enumerate(rows)]
    if sorted(indices) != list(range(len(rows))):
        raise _unreadable("bad_index")
    if indices != sorted(indices):
        warnings.append("reordered")
    return [row for _, row in sorted(zip(indices, rows, strict=True), key=lambda pair: pair[0])]


def _nested(rows: list[_Row], warnings: list[str]) -> tuple[WorkoutItem, ...]:
    """Return steps with their repeats: a repeat points back to the step that it begins with."""
    items: list[tuple[int, WorkoutItem]] = []
    for index, row in enumerate(rows):
        kind = int(row.get("duration_type", _OPEN))
        if kind == _REPEAT:
            items = _with_repeat(items, row, index)
        elif _REPEAT < kind < 14:  # repeat until time, distance, calories, heart rate or power
            raise _unreadable("repeat_until")
        else:
            items.append((index, _step(row, kind, warnings)))
    return tuple(item for _, item in items)


def _with_repeat(
    items: list[tuple[int, WorkoutItem]], row: _Row, index: int
) -> list[tuple[int, WorkoutItem]]:
    first = int(row.get("duration_value", -1))
    starts = [start for start, _ in items]
    if first not in starts or first >= index:
        raise _unreadable("bad_reference")
    place = starts.index(first)
    steps = tuple(item for _, item in items[place:])
    repeat = WorkoutRepeat(times=int(row.get("target_value", 0)), steps=steps)
    return [*items[:place], (first, repeat)]


def _step(row: _Row, kind: int, warnings: list[str]) -> WorkoutStep:
    notes = [str(row[name]) for name in ("wkt_step_name", "notes") if row.get(name)]
    note = " ".join(dict.fromkeys(notes)) or None
    if note and len(note) > LONGEST_NOTE:
        warnings.append("note_cut")
        note = note[:LONGEST_NOTE]
    return WorkoutStep(
        intensity=_INTENSITIES.get(int(row.get("intensity", 0)), "other"),
        end=_end(row, kind, warnings),
        target=_target(row, warnings),
        note=note,
    )


def _end(row: _Row, kind: int, warnings: list[str]) -> StepEnd:
    value = float(row.get("duration_value", 0.0))
    match kind:
        case 0:
            return TimeEnd(seconds=_whole(value / 1_000))
        case 1:
            return DistanceEnd(meters=_whole(value / 100))
        case 2 | 3:
            warnings.append("hr_end")
            return _heart_rate_end(kind, int(value))
        case 4:
            warnings.append("calories_end")
            return CaloriesEnd(kcal=int(value))
        case 5:
            return LapButtonEnd()
        case _:
            raise _unreadable("unknown_end")


def _heart_rate_end(kind: int, value: int) -> HeartRateEnd:
    is_bpm = value >= _BPM_OFFSET
    return HeartRateEnd(
        kind="hr_below" if kind == _HR_BELOW else "hr_above",
        bpm=value - _BPM_OFFSET if is_bpm else None,
        pct_of_max=None if is_bpm else value,
    )


def _target(row: _Row, warnings: list[str]) -> StepTarget:
    zone = int(row.get("target_value", 0))
    bounds = (row.get("custom_target_value_low", 0.0), row.get("custom_target_value_high", 0.0))
    known = [float(value) for value in bounds if value]
    match int(row.get("target_type", _NO_TARGET)):
        case 0:
            return PaceZoneTarget(low=zone, high=zone) if zone else _pace(known)
        case 1:
            return HeartRateZoneTarget(zone=zone) if zone else _heart_rate(known)
        case 2:
            return OpenTarget()
        case 4:
            warnings.append("power_target")
            return PowerZoneTarget(zone=zone) if zone else _power(known)
        case _:
            warnings.append("target_left_out")
            return OpenTarget()


def _whole(value: float) -> int:
    return int(value + 0.5)


def _pace(speeds_mm_s: list[float]) -> StepTarget:
    if not speeds_mm_s:
        return OpenTarget()
    paces = [_whole(1_000_000 / speed) for speed in speeds_mm_s]
    return PaceTarget(slow_s_per_km=max(paces), fast_s_per_km=min(paces))


def _heart_rate(values: list[float]) -> StepTarget:
    if not values:
        return OpenTarget()
    low, high = int(min(values)), int(max(values))
    if (low < _BPM_OFFSET) != (high < _BPM_OFFSET):
        raise _unreadable("bad_value")
    if high < _BPM_OFFSET:
        return HeartRateShareTarget(of="max", low=low, high=high)
    return HeartRateTarget(low=low - _BPM_OFFSET, high=high - _BPM_OFFSET)


def _power(values: list[float]) -> StepTarget:
    if not values or min(values) < _WATTS_OFFSET:
        raise _unreadable("power_share")
    return PowerTarget(low=int(min(values)) - _WATTS_OFFSET, high=int(max(values)) - _WATTS_OFFSET)


# ---- writing ---------------------------------------------------------------------------------


def write_workout(workout: Workout, created_s: float) -> bytes:
    """Return a FIT workout file; `created_s` is when [unix seconds].

    FIT knows no "main": such steps become intervals. What it has no place for is refused.
    """
    rows: list[_Row] = []
    for item in workout.steps:
        _append(rows, item)
    head = {"sport": _RUNNING, "num_valid_steps": len(rows), "wkt_name": workout.title or "Workout"}
    return write(
        [
            ("file_id", {"type": _WORKOUT_FILE, "manufacturer": _DEVELOPMENT, "product": 0,
                         "serial_number": 1, "time_created": created_s}),
            ("workout", head),
            *(("workout_step", row) for row in rows),
        ]
    )  # fmt: skip


def _append(rows: list[_Row], item: WorkoutItem) -> None:
    if isinstance(item, WorkoutStep):
        rows.append(_step_row(item, len(rows)))
        return
    if item.skip_last_recovery:
        raise _unwritable("skip_last")
    first = len(rows)
    for step in item.steps:
        _append(rows, step)
    repeat = {"duration_type": _REPEAT, "duration_value": first, "target_value": item.times}
    rows.append({"message_index": len(rows), **repeat})


def _step_row(step: WorkoutStep, index: int) -> _Row:
    note = {} if step.note is None else {"wkt_step_name": step.note}
    intensity = {"intensity": _INTENSITY_NUMBERS[step.intensity]}
    return {
        "message_index": index,
        **_end_row(step.end),
        **_target_row(step.target),
        **intensity,
        **note,
    }


def _end_row(end: StepEnd) -> _Row:
    match end:
        case TimeEnd(seconds=seconds):
            kind, value = _TIME, seconds * 1_000
        case DistanceEnd(meters=meters):
            kind, value = _DISTANCE, meters * 100
        case LapButtonEnd():
            kind, value = _OPEN, None
        case CaloriesEnd(kcal=kcal):
            kind, value = _CALORIES, kcal
        case HeartRateEnd(kind=name, bpm=bpm, pct_of_max=share):
            kind = _HR_BELOW if name == "hr_below" else _HR_ABOVE
            value = share if bpm is None else bpm + _BPM_OFFSET
    return {"duration_type": kind} | ({} if value is None else {"duration_value": value})


def _target_row(target: StepTarget) -> _Row:
    match target:
        case OpenTarget():
            return {"target_type": _NO_TARGET}
        case PaceTarget(slow_s_per_km=slow, fast_s_per_km=fast):
            return _custom(_SPEED_TARGET, 1_000_000 / slow, 1_000_000 / fast)
        case HeartRateTarget(low=low, high=high):
            return _custom(_HR_TARGET, low + _BPM_OFFSET, high + _BPM_OFFSET)
        case HeartRateShareTarget(of="max", low=low, high=high) if high < _BPM_OFFSET:
            return _custom(_HR_TARGET, low, high)
        case HeartRateZoneTarget(zone=zone):
            return {"target_type": _HR_TARGET, "target_value": zone}
        case PowerTarget(low=low, high=high):
            return _custom(_POWER_TARGET, low + _WATTS_OFFSET, high + _WATTS_OFFSET)
        case PowerZoneTarget(zone=zone):
            return {"target_type": _POWER_TARGET, "target_value": zone}
        case _:
            raise _unwritable("unresolved_target")


def _custom(kind: int, low: float, high: float) -> _Row:
    return {
        "target_type": kind,
        "target_value": 0,
        "custom_target_value_low": low,
        "custom_target_value_high": high,
    }
