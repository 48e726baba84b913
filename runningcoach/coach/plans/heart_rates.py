"""Heart rates of a workout as shares of the athlete's, so that it is known how hard they are."""

from functools import lru_cache
from typing import Literal

from runningcoach.model.plan_request import AthleteState
from runningcoach.model.workout import (
    HeartRateShareTarget,
    HeartRateTarget,
    RampTarget,
    StepTarget,
    Workout,
    WorkoutItem,
    WorkoutRepeat,
    WorkoutStep,
)

HIGHEST_PERCENT = 200


def with_relative_heart_rates(workout: Workout, athlete: AthleteState) -> Workout:
    """Return a workout whose beats are percentages of threshold, else of maximum heart rate.

    Where neither is known, or a range has its ends reversed, it stays as it is.
    """
    if not _has_beats(workout.steps):
        return workout
    if athlete.lthr_bpm is not None:
        return _relative(workout, "lthr", athlete.lthr_bpm)  # pyright: ignore[reportArgumentType]
    if athlete.hrmax_bpm is not None:
        return _relative(workout, "max", athlete.hrmax_bpm)  # pyright: ignore[reportArgumentType]
    return workout


@lru_cache(maxsize=16_384)
def _relative(workout: Workout, of: Literal["lthr", "max"], whole_bpm: int) -> Workout:
    steps = tuple(_item(item, of, whole_bpm) for item in workout.steps)
    return workout.model_copy(update={"steps": steps})


def _has_beats(items: tuple[WorkoutItem, ...]) -> bool:
    return any(
        _has_beats(item.steps)
        if isinstance(item, WorkoutRepeat)
        else isinstance(item.target, HeartRateTarget | RampTarget)
        for item in items
    )


def _item(item: WorkoutItem, of: Literal["lthr", "max"], whole_bpm: int) -> WorkoutItem:
    if isinstance(item, WorkoutStep):
        return item.model_copy(update={"target": _target(item.target, of, whole_bpm)})
    steps = tuple(_item(inner, of, whole_bpm) for inner in item.steps)
    return item.model_copy(update={"steps": steps})


def _target(target: StepTarget, of: Literal["lthr", "max"], whole_bpm: int) -> StepTarget:
    if isinstance(target, RampTarget):
        ends = {
            "start": _target(target.start, of, whole_bpm),
            "end": _target(target.end, of, whole_bpm),
        }
        return target.model_copy(update=ends)
    if not isinstance(target, HeartRateTarget) or target.low > target.high:
        return target
    low, high = (
        min(max(round(100 * bpm / whole_bpm), 1), HIGHEST_PERCENT)
        for bpm in (target.low, target.high)
    )
    return HeartRateShareTarget(of=of, low=low, high=high)
