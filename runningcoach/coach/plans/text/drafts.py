"""Steps as they are read from text, before it is known what part each plays; and that."""

from dataclasses import dataclass, field
from typing import Literal

from runningcoach.model.workout import (
    BandTarget,
    DistanceEnd,
    HeartRateShareTarget,
    HeartRateTarget,
    HeartRateZoneTarget,
    OpenTarget,
    PaceShareTarget,
    PaceTarget,
    PaceZoneTarget,
    PowerTarget,
    PowerZoneTarget,
    RampTarget,
    StepEnd,
    StepIntensity,
    StepTarget,
    TimeEnd,
    WorkoutItem,
    WorkoutRepeat,
    WorkoutStep,
)

type TextForm = Literal["one_line", "intervals", "yaml"]
type IntensityHint = Literal["interval", "recovery"]

LONG_OPENING_S = 1_800
"""An opening longer than half an hour with nothing after the repeats is the run itself."""

_ASSUMED_S_PER_KM = 360
_BAND_SPEEDS = {"E": 0.80, "M": 0.93, "T": 1.0, "I": 1.08, "R": 1.15}
_OPEN_SPEED, _HARD_SPEED = 0.75, 1.05
_RECOVERY_GAP, _CLEAR_GAP = 0.10, 0.25
"""Shares of threshold speed: only their order counts, to tell work from recovery."""


@dataclass(slots=True)
class StepDraft:
    """A step read from text; `intensity` is None where the text does not name it."""

    end: StepEnd
    target: StepTarget = field(default_factory=OpenTarget)
    note: str | None = None
    intensity: StepIntensity | None = None
    hint: IntensityHint | None = None


@dataclass(slots=True)
class RepeatDraft:
    """A repeat read from text."""

    times: int
    steps: "list[StepDraft | RepeatDraft]" = field(default_factory=list)
    skip_last_recovery: bool = False


type ItemDraft = StepDraft | RepeatDraft


def finish_items(items: list[ItemDraft], form: TextForm) -> tuple[WorkoutItem, ...]:
    """Return the items as steps and repeats, with what part each step plays."""
    return tuple(
        _finished_repeat(item)
        if isinstance(item, RepeatDraft)
        else _finished_step(item, item.intensity or _top_intensity(items, index, form))
        for index, item in enumerate(items)
    )


def _finished_repeat(repeat: RepeatDraft) -> WorkoutRepeat:
    steps = tuple(
        _finished_repeat(item)
        if isinstance(item, RepeatDraft)
        else _finished_step(item, item.intensity or _round_intensity(repeat.steps, index))
        for index, item in enumerate(repeat.steps)
    )
    return WorkoutRepeat(
        times=repeat.times, skip_last_recovery=repeat.skip_last_recovery, steps=steps
    )


def _finished_step(draft: StepDraft, intensity: StepIntensity) -> WorkoutStep:
    return WorkoutStep(intensity=intensity, end=draft.end, target=draft.target, note=draft.note)


def _top_intensity(items: list[ItemDraft], index: int, form: TextForm) -> StepIntensity:
    """Return the part of a step outside repeats: by its place and its target."""
    item, last = items[index], len(items) - 1
    assert isinstance(item, StepDraft)  # noqa: S101  repeats have no intensity
    if last == 0:
        return "main"
    hardest = max(_item_speed(other) for i, other in enumerate(items) if i != index)
    is_easier = _speed(item) < hardest or _is_open(item)
    if item.hint != "interval" and is_easier:
        if index == 0 and not _is_long_opening(items):
            return "warmup"
        if index == last:
            return "cooldown"
    if 0 < index < last and _is_between_harder(items, index):
        return "recovery"
    return "main" if form == "intervals" or index == 0 else "interval"


def _is_long_opening(items: list[ItemDraft]) -> bool:
    """Return whether a long first step is the run itself, with strides perhaps after it."""
    first = items[0]
    closes_with_step = isinstance(items[-1], StepDraft)
    return (
        not closes_with_step
        and isinstance(first, StepDraft)
        and (_duration_s(first.end) > LONG_OPENING_S)
    )


def _is_between_harder(items: list[ItemDraft], index: int) -> bool:
    item = items[index]
    assert isinstance(item, StepDraft)  # noqa: S101  repeats have no intensity
    if item.hint == "recovery":
        return True
    neighbours = min(_item_speed(items[index - 1]), _item_speed(items[index + 1]))
    return _speed(item) <= neighbours - _RECOVERY_GAP


def _round_intensity(steps: list[ItemDraft], index: int) -> StepIntensity:
    """Return the part of a step in a repeat: work, or the recovery after it."""
    step = steps[index]
    assert isinstance(step, StepDraft)  # noqa: S101  repeats have no intensity
    if step.hint:
        return step.hint
    if len(steps) == 1:
        return "interval"
    hardest = max(_item_speed(other) for i, other in enumerate(steps) if i != index)
    if index == len(steps) - 1:
        is_recovery = _is_open(step) or _speed(step) <= hardest - _RECOVERY_GAP
    else:
        is_recovery = _speed(step) <= hardest - _CLEAR_GAP
    return "recovery" if is_recovery else "interval"


def _is_open(step: StepDraft) -> bool:
    return isinstance(step.target, OpenTarget)


def _duration_s(end: StepEnd) -> float:
    if isinstance(end, TimeEnd):
        return end.seconds
    return end.meters / 1_000 * _ASSUMED_S_PER_KM if isinstance(end, DistanceEnd) else 0.0


def _item_speed(item: ItemDraft) -> float:
    if isinstance(item, StepDraft):
        return _speed(item)
    return max(_HARD_SPEED, *(_item_speed(step) for step in item.steps))


def _speed(step: StepDraft) -> float:
    if step.hint == "interval" and _is_open(step):
        return _HARD_SPEED
    return _target_speed(step.target)


def _target_speed(target: StepTarget) -> float:
    """Return about which share of threshold speed a target stands for."""
    match target:
        case BandTarget(name=name):
            return _BAND_SPEEDS[name]
        case PaceTarget(slow_s_per_km=slow, fast_s_per_km=fast):
            return 540 / (slow + fast)
        case HeartRateZoneTarget(zone=zone) | PowerZoneTarget(zone=zone):
            return 0.6 + 0.1 * zone
        case PaceZoneTarget(low=low):
            return 0.6 + 0.1 * low
        case HeartRateTarget(low=low, high=high):
            return (low + high) / 340
        case PowerTarget(low=low, high=high):
            return (low + high) / 500
        case HeartRateShareTarget(low=low, high=high) | PaceShareTarget(low=low, high=high):
            return (low + high) / 200
        case RampTarget(start=start, end=end):
            return min(_target_speed(start), _target_speed(end))
        case _:
            return _OPEN_SPEED
