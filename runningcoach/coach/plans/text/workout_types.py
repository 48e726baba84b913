"""What a session is for, guessed from its steps where nobody says it."""

from collections.abc import Sequence

from runningcoach.coach.plans.text.vocabulary import words_for
from runningcoach.model.workout import (
    BandTarget,
    TimeEnd,
    WorkoutItem,
    WorkoutRepeat,
    WorkoutStep,
    WorkoutType,
)

LONG_RUN_S = 5_400
_REPEATED: dict[str, WorkoutType] = {"R": "repetition", "I": "vo2max", "T": "cruise"}
_STEADY: dict[str, WorkoutType] = {"T": "tempo", "M": "race_pace"}


def guess_type(steps: Sequence[WorkoutItem]) -> WorkoutType:
    """Return the likeliest type: by walks, then by the hardest band, then by length."""
    repeats = [item for item in steps if isinstance(item, WorkoutRepeat)]
    inside = [step for repeat in repeats for step in repeat.steps if isinstance(step, WorkoutStep)]
    outside = [item for item in steps if isinstance(item, WorkoutStep)]
    if any(_is_walk(step) for step in inside) and all(not _band(step) for step in inside):
        return "run_walk"
    for bands, table in ((_bands(inside), _REPEATED), (_bands(outside), _STEADY)):
        for band, workout_type in table.items():
            if band in bands:
                return workout_type
    if repeats or any(_band(step) not in ("", "E") for step in outside):
        return "other"
    return _easy_type(outside)


def _easy_type(steps: list[WorkoutStep]) -> WorkoutType:
    if any(step.target.kind not in ("open", "band") for step in steps):
        return "other"
    seconds = sum(step.end.seconds for step in steps if isinstance(step.end, TimeEnd))
    return "long" if seconds >= LONG_RUN_S else "easy"


def _is_walk(step: WorkoutStep) -> bool:
    return any(word in (step.note or "").casefold() for word in words_for("walk"))


def _band(step: WorkoutStep) -> str:
    return step.target.name if isinstance(step.target, BandTarget) else ""


def _bands(steps: list[WorkoutStep]) -> set[str]:
    return {_band(step) for step in steps}
