"""FIT workout files: write what a watch takes over a cable."""

from runningcoach.fit.workout_messages import (
    BPM_OFFSET,
    CALORIES,
    DISTANCE,
    HR_ABOVE,
    HR_BELOW,
    HR_TARGET,
    LONGEST_TEXT_BYTES,
    NO_TARGET,
    OPEN,
    POWER_TARGET,
    REPEAT,
    RUNNING,
    SPEED_TARGET,
    TIME,
    WATTS_OFFSET,
    WORKOUT_FILE,
    WorkoutRow,
    unwritable,
)
from runningcoach.fit.write import write
from runningcoach.model.workout import (
    CaloriesEnd,
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
    WorkoutStep,
)
from runningcoach.model.workout_conversion import ConversionLog, warn_of_many_steps
from runningcoach.model.workout_steps import (
    flatten,
    has_skipped_recovery,
    without_skipped_recoveries,
)

_DEVELOPMENT = 255
_INTENSITY_NUMBERS: dict[StepIntensity, int] = {
    "main": 0, "interval": 0, "rest": 1, "warmup": 2, "cooldown": 3, "recovery": 4, "other": 6,
}  # fmt: skip


def fit_losses(workout: Workout) -> list[str]:
    """Return warnings of what a FIT file holds otherwise: it is run the same."""
    log, steps = ConversionLog(), flatten(workout.steps)
    items = without_skipped_recoveries(workout.steps)
    warn_of_many_steps(items, log)
    if has_skipped_recovery(workout.steps):
        log.warn("skip_unrolled")
    if any(step.intensity == "main" for step in steps):
        log.warn("main_as_interval")
    if _cut(workout.title) != workout.title:
        log.warn("title_cut_bytes")
    if any(step.note and _cut(step.note) != step.note for step in steps):
        log.warn("note_cut_bytes")
    if _cut(workout.purpose) != workout.purpose:
        log.warn("purpose_cut_bytes")
    return log.sentences()


def _cut(text: str) -> str:
    """Return the beginning of a text that has room in a field of FIT."""
    return text.encode()[:LONGEST_TEXT_BYTES].decode(errors="ignore")


def write_workout(workout: Workout, created_s: float) -> bytes:
    """Return a FIT workout file; `created_s` is when [unix seconds].

    What FIT can hold otherwise only (`fit_losses`) is written so; what it has no place for is
    refused with FitWorkoutUnwritable.
    """
    rows: list[WorkoutRow] = []
    for item in without_skipped_recoveries(workout.steps):
        _append(rows, item)
    if not rows:
        raise unwritable("no_steps")
    name = _cut(workout.title or workout.type)
    purpose = {"wkt_description": _cut(workout.purpose)} if workout.purpose else {}
    head = {"sport": RUNNING, "num_valid_steps": len(rows), "wkt_name": name, **purpose}
    return write(
        [
            ("file_id", {"type": WORKOUT_FILE, "manufacturer": _DEVELOPMENT, "product": 0,
                         "serial_number": 1, "time_created": created_s}),
            ("workout", head),
            *(("workout_step", row) for row in rows),
        ]
    )  # fmt: skip


def _append(rows: list[WorkoutRow], item: WorkoutItem) -> None:
    if isinstance(item, WorkoutStep):
        rows.append(_step_row(item, len(rows)))
        return
    first = len(rows)
    for step in item.steps:
        _append(rows, step)
    repeat = {"duration_type": REPEAT, "duration_value": first, "target_value": item.times}
    rows.append({"message_index": len(rows), **repeat})


def _step_row(step: WorkoutStep, index: int) -> WorkoutRow:
    note = {} if step.note is None else {"wkt_step_name": _cut(step.note)}
    intensity = {"intensity": _INTENSITY_NUMBERS[step.intensity]}
    return {
        "message_index": index,
        **_end_row(step.end),
        **_target_row(step.target),
        **intensity,
        **note,
    }


def _end_row(end: StepEnd) -> WorkoutRow:
    match end:
        case TimeEnd(seconds=seconds):
            kind, value = TIME, seconds * 1_000
        case DistanceEnd(meters=meters):
            kind, value = DISTANCE, meters * 100
        case LapButtonEnd():
            kind, value = OPEN, None
        case CaloriesEnd(kcal=kcal):
            kind, value = CALORIES, kcal
        case HeartRateEnd(kind=name, bpm=bpm, pct_of_max=share):
            kind = HR_BELOW if name == "hr_below" else HR_ABOVE
            value = share if bpm is None else bpm + BPM_OFFSET
    return {"duration_type": kind} | ({} if value is None else {"duration_value": value})


def _target_row(target: StepTarget) -> WorkoutRow:
    match target:
        case OpenTarget():
            return {"target_type": NO_TARGET}
        case PaceTarget(slow_s_per_km=slow, fast_s_per_km=fast):
            return _custom(SPEED_TARGET, 1_000_000 / slow, 1_000_000 / fast)
        case HeartRateTarget(low=low, high=high):
            return _custom(HR_TARGET, low + BPM_OFFSET, high + BPM_OFFSET)
        case HeartRateShareTarget(of="max", low=low, high=high) if high < BPM_OFFSET:
            return _custom(HR_TARGET, low, high)
        case HeartRateZoneTarget(zone=zone):
            return {"target_type": HR_TARGET, "target_value": zone}
        case PaceZoneTarget(low=low, high=high) if low == high:
            return {"target_type": SPEED_TARGET, "target_value": low}
        case PowerTarget(low=low, high=high):
            return _custom(POWER_TARGET, low + WATTS_OFFSET, high + WATTS_OFFSET)
        case PowerZoneTarget(zone=zone):
            return {"target_type": POWER_TARGET, "target_value": zone}
        case _:
            raise unwritable("unresolved_target")


def _custom(kind: int, low: float, high: float) -> WorkoutRow:
    return {
        "target_type": kind,
        "target_value": 0,
        "custom_target_value_low": low,
        "custom_target_value_high": high,
    }
