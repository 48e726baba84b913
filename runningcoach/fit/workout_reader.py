"""FIT workout files: read what others wrote."""

from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from runningcoach.fit.decode import decode
from runningcoach.fit.workout_messages import (
    BPM_OFFSET,
    HR_BELOW,
    NO_TARGET,
    OPEN,
    REPEAT,
    RUNNING,
    WATTS_OFFSET,
    FitStepUnreadable,
    FitWorkoutUnreadable,
    WorkoutRow,
    unreadable,
)
from runningcoach.model.workout import (
    MOST_ROUNDS,
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

_ALL_SPORTS = (0, RUNNING, 254)
"""Generic, running, all."""
_INTENSITIES: dict[int, StepIntensity] = {
    0: "interval", 1: "rest", 2: "warmup", 3: "cooldown", 4: "recovery", 5: "interval", 6: "other",
}  # fmt: skip


def read_workout(
    source: bytes | str | PathLike[str], workout_type: WorkoutType = "other"
) -> ConvertedWorkout:
    """Return the workout of a FIT file, given as bytes or as a path.

    Raises FitWorkoutUnreadable for other files and other sports.
    """
    data = source if isinstance(source, bytes) else Path(source).read_bytes()
    file = decode(data)
    if file.status == "unreadable":
        raise unreadable("not_fit")
    messages = file.messages
    heads, rows = (_rows(messages.get(kind, {})) for kind in ("workout", "workout_step"))
    if not rows:
        raise unreadable("no_steps")
    head = heads[0] if heads else {}
    if head.get("sport", RUNNING) not in _ALL_SPORTS:
        raise unreadable("other_sport")
    log = ConversionLog()
    if file.status == "salvaged":
        log.warn("damaged")
    if head.get("num_valid_steps", len(rows)) != len(rows):
        log.warn("wrong_count")
    try:
        steps = _nested(_in_order(rows, log), log)
        title, purpose = (str(head.get(name) or "") for name in ("wkt_name", "wkt_description"))
        return converted_workout(title, purpose, workout_type, steps, log)
    except (ValueError, OverflowError):
        raise unreadable("bad_value") from None


def _rows(columns: Mapping[str, Any]) -> list[WorkoutRow]:
    """Return messages as dicts of what they hold; missing values are left out."""
    count = len(next(iter(columns.values()), ()))
    return [
        {name: column[row] for name, column in columns.items() if _is_known(column[row])}
        for row in range(count)
    ]


def _is_known(value: Any) -> bool:
    """Return whether a field holds a text or a number; no field of a workout holds several."""
    if isinstance(value, float):
        return bool(np.isfinite(value))
    return isinstance(value, str) and bool(value)


def _in_order(rows: list[WorkoutRow], log: ConversionLog) -> list[WorkoutRow]:
    """Return the steps by their index, which must count from 0 without gaps."""
    indices = [int(row.get("message_index", place)) for place, row in enumerate(rows)]
    if sorted(indices) != list(range(len(rows))):
        raise unreadable("bad_index")
    if indices != sorted(indices):
        log.warn("reordered")
    return [row for _, row in sorted(zip(indices, rows, strict=True), key=lambda pair: pair[0])]


def _nested(rows: list[WorkoutRow], log: ConversionLog) -> tuple[WorkoutItem, ...]:
    """Return steps with their repeats: a repeat points back to the step that it begins with."""
    items: list[tuple[int, WorkoutItem]] = []
    for index, row in enumerate(rows):
        try:
            items = _with_row(items, row, index, log)
        except FitWorkoutUnreadable as error:
            raise FitStepUnreadable(step=index + 1, reason=error.blanks["reason"]) from None
        except (ValueError, OverflowError):  # a text for a number, or one that no step has
            reason = conversion_reason("bad_value")
            raise FitStepUnreadable(step=index + 1, reason=reason) from None
    return tuple(item for _, item in items)


def _with_row(
    items: list[tuple[int, WorkoutItem]], row: WorkoutRow, index: int, log: ConversionLog
) -> list[tuple[int, WorkoutItem]]:
    kind = int(row.get("duration_type", OPEN))
    if kind == REPEAT:
        return _with_repeat(items, row, index)
    if REPEAT < kind < 14:  # repeat until time, distance, calories, heart rate or power
        raise unreadable("repeat_until")
    return [*items, (index, _step(row, kind, log))]


def _with_repeat(
    items: list[tuple[int, WorkoutItem]], row: WorkoutRow, index: int
) -> list[tuple[int, WorkoutItem]]:
    first = int(row.get("duration_value", -1))
    starts = [start for start, _ in items]
    if first not in starts or first >= index:
        raise unreadable("bad_reference")
    place = starts.index(first)
    steps = tuple(item for _, item in items[place:])
    times = int(row.get("target_value", 0))
    if not 1 <= times <= MOST_ROUNDS:
        raise unreadable("bad_times")
    repeat = WorkoutRepeat(times=times, steps=steps)
    return [*items[:place], (first, repeat)]


def _step(row: WorkoutRow, kind: int, log: ConversionLog) -> WorkoutStep:
    notes = [str(row[name]) for name in ("wkt_step_name", "notes") if row.get(name)]
    note = shortened_note(" ".join(dict.fromkeys(notes)), log)
    return WorkoutStep(
        intensity=_INTENSITIES.get(int(row.get("intensity", 0)), "other"),
        end=_end(row, kind, log),
        target=_target(row, log),
        note=note,
    )


def _end(row: WorkoutRow, kind: int, log: ConversionLog) -> StepEnd:
    value = float(row.get("duration_value", 0.0))
    match kind:
        case 0:
            return TimeEnd(seconds=_whole(value / 1_000))
        case 1:
            return DistanceEnd(meters=_whole(value / 100))
        case 2 | 3:
            log.warn("hr_end")
            return _heart_rate_end(kind, int(value))
        case 4:
            log.warn("calories_end")
            return CaloriesEnd(kcal=int(value))
        case 5:
            return LapButtonEnd()
        case _:
            raise unreadable("unknown_end")


def _heart_rate_end(kind: int, value: int) -> HeartRateEnd:
    is_bpm = value >= BPM_OFFSET
    return HeartRateEnd(
        kind="hr_below" if kind == HR_BELOW else "hr_above",
        bpm=value - BPM_OFFSET if is_bpm else None,
        pct_of_max=None if is_bpm else value,
    )


def _target(row: WorkoutRow, log: ConversionLog) -> StepTarget:
    zone = int(row.get("target_value", 0))
    bounds = (row.get("custom_target_value_low", 0.0), row.get("custom_target_value_high", 0.0))
    known = [float(value) for value in bounds if value]
    match int(row.get("target_type", NO_TARGET)):
        case 0:
            return PaceZoneTarget(low=zone, high=zone) if zone else _pace(known)
        case 1:
            return HeartRateZoneTarget(zone=zone) if zone else _heart_rate(known)
        case 2:
            return OpenTarget()
        case 4:
            log.warn("power_target")
            return PowerZoneTarget(zone=zone) if zone else _power(known)
        case _:
            log.warn("target_left_out")
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
    if (low < BPM_OFFSET) != (high < BPM_OFFSET):
        raise unreadable("bad_value")
    if high < BPM_OFFSET:
        return HeartRateShareTarget(of="max", low=low, high=high)
    return HeartRateTarget(low=low - BPM_OFFSET, high=high - BPM_OFFSET)


def _power(values: list[float]) -> StepTarget:
    if not values or min(values) < WATTS_OFFSET:
        raise unreadable("power_share")
    return PowerTarget(low=int(min(values)) - WATTS_OFFSET, high=int(max(values)) - WATTS_OFFSET)
