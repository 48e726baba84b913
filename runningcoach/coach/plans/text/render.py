"""Write a workout as one line that reads back as the same workout."""

import json
from collections.abc import Sequence

from runningcoach.coach.plans.text.drafts import ItemDraft, RepeatDraft, StepDraft, finish_items
from runningcoach.coach.plans.text.errors import WorkoutTextError, text_error
from runningcoach.coach.plans.text.parse import LOOK_ALIKES, parse_workout
from runningcoach.model.workout import (
    BandTarget,
    CaloriesEnd,
    DistanceEnd,
    HeartRateEnd,
    HeartRateShareTarget,
    HeartRateTarget,
    HeartRateZoneTarget,
    LapButtonEnd,
    PaceShareTarget,
    PaceTarget,
    PaceZoneTarget,
    PowerTarget,
    PowerZoneTarget,
    RampTarget,
    StepEnd,
    StepTarget,
    TimeEnd,
    Workout,
    WorkoutItem,
    WorkoutRepeat,
    WorkoutStep,
)


def render_workout(workout: Workout) -> str:
    """Return a workout as one line with its head, such as `[easy] "Monday": 8km E`.

    Raises WorkoutTextError where the line would not read back as this workout.
    """
    text = f"{_head(workout)}: {render_steps(workout.steps)}".rstrip()
    try:
        same = parse_workout(text).workout
    except WorkoutTextError:
        same = None
    if same != workout:
        raise text_error("unholdable", workout.title, 1, 1)
    return text


def render_steps(steps: Sequence[WorkoutItem]) -> str:
    """Return steps on one line, such as `2km E + 5x(1km T, 60s) + 1km E`, for people to read."""
    drafts = [_draft(item) for item in steps]
    guessed = finish_items(drafts, "one_line")
    return " + ".join(_item(a, b) for a, b in zip(steps, guessed, strict=True))


def _draft(item: WorkoutItem) -> ItemDraft:
    """Return an item without the part that it plays, to see what a reader would take it for."""
    if isinstance(item, WorkoutStep):
        return StepDraft(item.end, item.target, item.note)
    return RepeatDraft(item.times, [_draft(step) for step in item.steps], item.skip_last_recovery)


def _item(item: WorkoutItem, guessed: WorkoutItem) -> str:
    if isinstance(item, WorkoutStep):
        is_clear = isinstance(guessed, WorkoutStep) and guessed.intensity == item.intensity
        return _step(item, is_clear=is_clear)
    assert isinstance(guessed, WorkoutRepeat)  # noqa: S101  it was made from this item
    steps = ", ".join(_item(a, b) for a, b in zip(item.steps, guessed.steps, strict=True))
    return f"{item.times}x({steps}){' skip last' if item.skip_last_recovery else ''}"


def _step(step: WorkoutStep, *, is_clear: bool) -> str:
    label = "" if is_clear else step.intensity
    note = "" if step.note is None else _quoted(step.note)
    return " ".join(filter(None, (label, _end(step.end), _target(step.target), note)))


def _end(end: StepEnd) -> str:
    match end:
        case TimeEnd(seconds=seconds):
            return _time(seconds)
        case DistanceEnd(meters=meters):
            return f"{meters}mtr" if meters < 10 else _distance(meters)
        case LapButtonEnd():
            return "lap"
        case CaloriesEnd(kcal=kcal):
            return f"{kcal}kcal"
        case HeartRateEnd(kind=kind, bpm=bpm, pct_of_max=share):
            limit = f"{share}% HR" if bpm is None else f"{bpm}bpm"
            return f"until {'<' if kind == 'hr_below' else '>'}{limit}"


def _time(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    if rest == 0:
        return f"{minutes}min"
    return f"{seconds}s" if seconds < 120 else f"{minutes}min{rest}s"


def _distance(meters: int) -> str:
    return f"{meters // 1000}km" if meters % 1000 == 0 else f"{meters}m"


def _target(target: StepTarget) -> str:  # noqa: C901  a line for each kind of target
    match target:
        case PaceTarget(slow_s_per_km=slow, fast_s_per_km=fast):
            return f"@{_clock(slow)}" + (f"-{_clock(fast)}" if fast != slow else "")
        case BandTarget(name=name):
            return name
        case HeartRateZoneTarget(zone=zone):
            return f"Z{zone}"
        case HeartRateTarget(low=low, high=high):
            return f"{_range(low, high)}bpm"
        case HeartRateShareTarget(of=of, low=low, high=high):
            return f"{_range(low, high)}% {'HR' if of == 'max' else 'LTHR'}"
        case PaceShareTarget(low=low, high=high):
            return f"{_range(low, high)}% Pace"
        case PaceZoneTarget(low=low, high=high):
            return f"Z{_range(low, high)} Pace"
        case PowerTarget(low=low, high=high):
            return f"{_range(low, high)}W"
        case PowerZoneTarget(zone=zone):
            return f"Z{zone} Power"
        case RampTarget(start=start, end=end):
            return f"ramp {_target(start)} -> {_target(end)}"
        case _:
            return ""


def _range(low: int, high: int) -> str:
    return f"{low}" if low == high else f"{low}-{high}"


def _clock(seconds: int) -> str:
    return f"{seconds // 60}:{seconds % 60:02d}"


def _head(workout: Workout) -> str:
    treadmill = ", treadmill" if workout.is_treadmill else ""
    purpose = f" {_quoted(workout.purpose)}" if workout.purpose else ""
    return f"[{workout.type}{treadmill}] {_quoted(workout.title)}{purpose}"


def _quoted(text: str) -> str:
    """Return text in quotation marks; signs that reading would replace are spelled out."""
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(
        f"\\u{ord(sign):04x}"
        if ord(sign) in LOOK_ALIKES or (not sign.isprintable() and ord(sign) < 0x10000)
        else sign
        for sign in quoted
    )
