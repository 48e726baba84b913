"""Counts of a comparison of planned workouts with what was run."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AdherenceReport:
    """What a comparison of some days came to."""

    workouts: int = 0
    run: int = 0
    missed: int = 0
    unplanned: int = 0
    changed: int = 0
