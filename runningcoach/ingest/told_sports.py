"""Which of two names for a sport says more, and what follows when a recording gets another."""

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from runningcoach.errors import RunningCoachError
from runningcoach.fit.names import SPORTS
from runningcoach.ingest import recorded
from runningcoach.ingest.elements import sport_of
from runningcoach.ingest.recorded import Recording

__all__ = ["VAGUE", "Sport", "UnknownSport", "better", "named", "sport_of", "with_sport"]


class UnknownSport(RunningCoachError):
    """A sport is asked for that has no such name."""

    code = "ingest.unknown_sport"
    status = 422


VAGUE = frozenset({"generic", "all", "training", "fitness_equipment"})
"""Sports under which watches and websites put what they have no better name for."""
CADENCE = "cadence_spm"


class Sport(NamedTuple):
    """A sport and its kind, by the names of FIT."""

    sport: str
    sub_sport: str | None = None

    @property
    def is_vague(self) -> bool:
        """Whether it says no more than that somebody was active."""
        return self.sport in VAGUE


def named(name: str) -> Sport:
    """Return the sport of a name as FIT has it. Raises UnknownSport for another name."""
    if name not in SPORTS.values():
        raise UnknownSport(name=name)
    return Sport(name)


def better(one: Sport, other: Sport | None) -> Sport:
    """Return the one of two sports that says more; the first where both say the same."""
    if other is None or other.sport == "generic":
        return one
    if one.sport == "generic" or (one.is_vague and not other.is_vague):
        return other
    return one


def with_sport(recording: Recording, told: Sport | None) -> Recording:
    """Return a recording under the sport that is told beside it, where its own says less."""
    own = Sport(recording.sport, recording.sub_sport)
    chosen = better(own, told)
    if chosen == own:
        return recording
    return replace(
        recording,
        sport=chosen.sport,
        sub_sport=chosen.sub_sport,
        is_treadmill=recorded.is_treadmill(*chosen) or recording.is_treadmill,
        samples=_in_steps(recording.samples, chosen.sport),
        summary=_average_in_steps(recording.summary, chosen.sport),
    )


def _in_steps(samples: recorded.Samples, sport: str) -> recorded.Samples:
    if CADENCE not in samples:
        return samples
    return samples | {CADENCE: recorded.steps_per_minute(samples[CADENCE], sport)}


def _average_in_steps(summary: dict[str, float], sport: str) -> dict[str, float]:
    average = summary.get("average_cadence_spm")
    if average is None:
        return summary
    (steps,) = recorded.steps_per_minute(np.array([average]), sport)
    return summary | {"average_cadence_spm": float(steps)}
