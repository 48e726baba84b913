"""FIT workout files: the numbers of their fields, and what cannot be converted."""

from typing import Any

from runningcoach.base.errors import RunningCoachError
from runningcoach.model.workout_conversion import conversion_reason

type WorkoutRow = dict[str, Any]
"""A message of a workout file: its fields by name."""

WORKOUT_FILE, RUNNING = 5, 1
TIME, DISTANCE, HR_BELOW, HR_ABOVE, CALORIES, OPEN, REPEAT = 0, 1, 2, 3, 4, 5, 6
SPEED_TARGET, HR_TARGET, NO_TARGET, POWER_TARGET = 0, 1, 2, 4
BPM_OFFSET, WATTS_OFFSET = 100, 1_000
"""FIT adds these, so that smaller numbers can mean percent."""
LONGEST_TEXT_BYTES = 254
"""Of a text in UTF-8: the size of a field is one byte, and a zero ends the text."""


class FitWorkoutUnreadable(RunningCoachError):
    """A FIT workout file holds something that cannot be a running workout."""

    code = "workouts.fit_unreadable"
    status = 422


class FitStepUnreadable(FitWorkoutUnreadable):
    """A step cannot be read; `step` counts from 1, repeats among them."""

    code = "workouts.fit_step_unreadable"


class FitWorkoutUnwritable(RunningCoachError):
    """A workout holds something that a FIT workout file has no place for."""

    code = "workouts.fit_unwritable"
    status = 422


def unreadable(reason: str) -> FitWorkoutUnreadable:
    """Return the error for a reason of the catalogue."""
    return FitWorkoutUnreadable(reason=conversion_reason(reason))


def unwritable(reason: str) -> FitWorkoutUnwritable:
    """Return the error for a reason of the catalogue."""
    return FitWorkoutUnwritable(reason=conversion_reason(reason))
