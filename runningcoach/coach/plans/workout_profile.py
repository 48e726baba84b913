"""The shape of a workout: how long and how hard each part is, for a drawing."""

from typing import NamedTuple

from runningcoach.base.units import percent
from runningcoach.coach.plans.estimates import flatten, step_band, step_duration_s
from runningcoach.derive.comparisons import shares_of_sum
from runningcoach.model.plan_request import TrainingPaces
from runningcoach.model.workout import OpenTarget, PaceBand, Workout, WorkoutStep

HEIGHTS_PCT: dict[PaceBand, int] = {"E": 38, "M": 58, "T": 76, "I": 90, "R": 100}
RECOVERY_PCT = 22
OPEN_WORK_BAND: PaceBand = "I"
"""Hills and fartlek have no target; their work is hard all the same."""
RESTS = frozenset({"recovery", "rest"})


class ProfileBar(NamedTuple):
    """One part of a workout: its share of the time [%], its height [%], its band."""

    width_pct: float
    height_pct: int
    band: PaceBand


def workout_profile(workout: Workout, paces: TrainingPaces | None) -> list[ProfileBar]:
    """Return the parts of a workout in the order in which they are run, repeats rolled out."""
    steps = flatten(workout.steps)
    shares = shares_of_sum([step_duration_s(step, paces) for step in steps])
    return [
        _bar(step, share, step_band(step, paces)) for step, share in zip(steps, shares, strict=True)
    ]


def _bar(step: WorkoutStep, share: float, band: PaceBand) -> ProfileBar:
    if step.intensity in RESTS:
        return ProfileBar(round(percent(share), 2), RECOVERY_PCT, "E")
    if step.intensity == "interval" and isinstance(step.target, OpenTarget):
        band = OPEN_WORK_BAND
    return ProfileBar(round(percent(share), 2), HEIGHTS_PCT[band], band)
