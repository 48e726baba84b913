"""Choose the more precise of two sports, and change the sport of a recording."""

from dataclasses import replace
from typing import NamedTuple

from runningcoach.base.errors import RunningCoachError
from runningcoach.fit.names import SPORTS
from runningcoach.ingest.files import cadence, recordings
from runningcoach.ingest.files.bounds import ValueChecks
from runningcoach.ingest.files.recordings import Recording
from runningcoach.ingest.files.sports import sport_of

__all__ = [
    "VAGUE",
    "Sport",
    "UnknownSport",
    "better_sport",
    "sport_by_name",
    "sport_of",
    "with_sport",
]


class UnknownSport(RunningCoachError):
    """There is no sport of this name."""

    code = "ingest.unknown_sport"
    status = 422


VAGUE = frozenset({"generic", "all", "training", "fitness_equipment"})
"""Sports under which watches and websites put what they have no better name for."""
CADENCE, AVERAGE = "cadence_spm", "average_cadence_spm"


class Sport(NamedTuple):
    """A sport and its kind, by the names of FIT."""

    sport: str
    sub_sport: str | None = None

    @property
    def is_vague(self) -> bool:
        """Whether it is no particular sport."""
        return self.sport in VAGUE


def sport_by_name(name: str) -> Sport:
    """Return the sport of a name as FIT has it. Raises UnknownSport for another name."""
    if name not in SPORTS.values():
        raise UnknownSport(name=name)
    return Sport(name)


def better_sport(one: Sport, other: Sport | None) -> Sport:
    """Return the more precise of two sports; the first where both are equally precise."""
    if other is None or other.sport == "generic":
        return one
    if one.sport == "generic" or (one.is_vague and not other.is_vague):
        return other
    return one


def with_sport(recording: Recording, stated: Sport | None) -> Recording:
    """Return a recording with a stated sport, where its own is less precise."""
    own = Sport(recording.sport, recording.sub_sport)
    sport = better_sport(own, stated)
    if sport == own:
        return recording
    in_steps = _in_steps(recording, sport.sport)
    return replace(
        in_steps,
        sport=sport.sport,
        sub_sport=sport.sub_sport,
        is_treadmill=recordings.is_treadmill(*sport) or recording.is_treadmill,
    )


def _in_steps(recording: Recording, sport: str) -> Recording:
    """Return a recording with its cadence in steps of both feet, for a sport on foot."""
    if CADENCE not in recording.samples:
        return recording
    counted = recording.samples[CADENCE]
    factor = cadence.steps_factor_of(recording.samples, sport)
    checks = ValueChecks()  # what is impossible as steps is missing
    stated = recording.summary.get(AVERAGE)
    average = checks.value(AVERAGE, stated and stated * factor)
    summary = {name: value for name, value in recording.summary.items() if name != AVERAGE}
    return replace(
        recording,
        samples=recording.samples | {CADENCE: checks.column(CADENCE, counted * factor)},
        summary=summary if average is None else summary | {AVERAGE: average},
    )
