"""Workouts as Garmin Connect holds them: the numbers of its JSON, and what cannot be converted."""

from typing import Any

from runningcoach.base.errors import RunningCoachError
from runningcoach.model.workout import StepIntensity
from runningcoach.model.workout_conversion import conversion_reason

type WorkoutBody = dict[str, Any]

RUNNING = 1
SPORT_KEYS = {RUNNING: "running"}
STEP_TYPES: dict[int, StepIntensity] = {
    1: "warmup", 2: "cooldown", 3: "interval", 4: "recovery", 5: "rest", 7: "other", 8: "main",
}  # fmt: skip
REPEAT = 6
STEP_KEYS: dict[int, str] = {**STEP_TYPES, REPEAT: "repeat"}
END_KEYS = {
    1: "lap.button", 2: "time", 3: "distance", 4: "calories", 6: "heart.rate", 7: "iterations",
}  # fmt: skip
TARGET_KEYS = {
    1: "no.target", 2: "power.zone", 3: "cadence", 4: "heart.rate.zone", 5: "speed.zone",
    6: "pace.zone",
}  # fmt: skip


class GarminWorkoutUnreadable(RunningCoachError):
    """A workout of Garmin's has a shape or content that cannot be read."""

    code = "workouts.garmin_unreadable"
    status = 422


class GarminStepUnreadable(GarminWorkoutUnreadable):
    """A step cannot be read; `step` counts from 1 as they stand, within a repeat as 3.1."""

    code = "workouts.garmin_step_unreadable"


class GarminWorkoutUnwritable(RunningCoachError):
    """A workout holds something that Garmin's form has no place for."""

    code = "workouts.garmin_unwritable"
    status = 422


def unreadable(reason: str) -> GarminWorkoutUnreadable:
    """Return the error for a reason of the catalogue."""
    return GarminWorkoutUnreadable(reason=conversion_reason(reason))


def unwritable(reason: str) -> GarminWorkoutUnwritable:
    """Return the error for a reason of the catalogue."""
    return GarminWorkoutUnwritable(reason=conversion_reason(reason))
