"""A plan in figures: distance, time and intensity of every session, day and week.

Kilometres are run kilometres: walks and cross training do not count, and the distance of a race
stands apart from the week it is in.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Final

from runningcoach.base.units import M_PER_KM
from runningcoach.coach.plans.estimates import (
    HARD_BANDS,
    is_walk,
    step_band,
    step_distance_m,
    step_duration_s,
)
from runningcoach.coach.plans.heart_rates import with_relative_heart_rates
from runningcoach.coach.plans.limits import HARD_LONG_RUN_M, QUALITY_LEAST_M, QUALITY_LEAST_S
from runningcoach.model.plan import Plan, PlanDay
from runningcoach.model.plan_request import AthleteState, TrainingPaces
from runningcoach.model.workout import OpenTarget, PaceBand, Workout, WorkoutStep, WorkoutType
from runningcoach.model.workout_steps import flatten

RACE_TYPES: Final[frozenset[WorkoutType]] = frozenset({"race"})
LONG_TYPES: Final[frozenset[WorkoutType]] = frozenset(
    {"long", "long_progression", "long_marathon_pace"}
)
EASY_TYPES: Final[frozenset[WorkoutType]] = frozenset({"easy", "recovery"})
NOT_RUN_TYPES: Final[frozenset[WorkoutType]] = frozenset({"cross_training"})
UNTARGETED_BANDS: Final[dict[WorkoutType, PaceBand]] = {
    "hills": "I", "fartlek": "I", "vo2max": "I", "time_trial": "I", "repetition": "R",
    "tempo": "T", "cruise": "T",
}  # fmt: skip
"""What a repetition without a target is run at, by what the session is for."""
RACE_INTENSITIES = ("interval", "main", "other")


@dataclass(frozen=True, slots=True)
class SessionMeasures:
    """A session's distances [m] and times [s]; a race's own distance is apart.

    `threshold_m` is at threshold pace, `interval_m` at interval pace or faster.
    """

    type: WorkoutType
    run_m: float = 0.0
    run_s: float = 0.0
    race_m: float = 0.0
    race_s: float = 0.0
    threshold_m: float = 0.0
    interval_m: float = 0.0
    hard_s: float = 0.0
    duration_s: float = 0.0

    @property
    def hard_m(self) -> float:
        """Distance at threshold pace and faster [m], races apart."""
        return self.threshold_m + self.interval_m

    @property
    def is_quality(self) -> bool:
        """Whether the session is a quality session: enough of it is at threshold or faster."""
        if self.type in EASY_TYPES:
            return self.hard_m >= QUALITY_LEAST_M
        if self.type in LONG_TYPES:
            return self.hard_m >= HARD_LONG_RUN_M
        return self.hard_m >= QUALITY_LEAST_M or self.hard_s >= QUALITY_LEAST_S


@dataclass(slots=True)
class DayMeasures:
    """A day of a plan in figures."""

    date: date
    week: int
    sessions: tuple[SessionMeasures, ...]
    run_km: float = field(init=False)
    race_km: float = field(init=False)
    longest_km: float = field(init=False)
    is_quality: bool = field(init=False)

    def __post_init__(self) -> None:
        self.run_km = sum(s.run_m for s in self.sessions) / M_PER_KM
        self.race_km = sum(s.race_m for s in self.sessions) / M_PER_KM
        self.longest_km = max((s.run_m for s in self.sessions), default=0.0) / M_PER_KM
        self.is_quality = any(s.is_quality for s in self.sessions)

    @property
    def is_race(self) -> bool:
        """Whether there is a race."""
        return self.race_km > 0

    @property
    def is_long(self) -> bool:
        """Whether there is a long run."""
        return any(s.type in LONG_TYPES for s in self.sessions)

    @property
    def total_km(self) -> float:
        """All kilometres run, races among them."""
        return self.run_km + self.race_km

    @property
    def hard_m(self) -> float:
        """Distance at threshold pace and faster [m], races apart."""
        return sum(s.hard_m for s in self.sessions)

    @property
    def hard_s(self) -> float:
        """Time at threshold pace and faster [s], races apart."""
        return sum(s.hard_s for s in self.sessions)

    @property
    def run_s(self) -> float:
        """Time of running [s], races apart."""
        return sum(s.run_s for s in self.sessions)


@dataclass(slots=True)
class WeekMeasures:
    """A week of a plan in figures; `number` counts from 1."""

    number: int
    start: date
    days: tuple[DayMeasures, ...]
    km: float = field(init=False)
    race_km: float = field(init=False)
    longest_km: float = field(init=False)
    hard_s: float = field(init=False)
    run_s: float = field(init=False)

    def __post_init__(self) -> None:
        self.km = sum(day.run_km for day in self.days)
        self.race_km = sum(day.race_km for day in self.days)
        self.longest_km = max((day.longest_km for day in self.days), default=0.0)
        self.hard_s = sum(day.hard_s for day in self.days)
        self.run_s = sum(day.run_s for day in self.days)

    @property
    def total_km(self) -> float:
        """All kilometres run, races among them."""
        return self.km + self.race_km

    @property
    def running_days(self) -> int:
        """Number of days with a run, races among them."""
        return sum(day.total_km > 0 for day in self.days)


def measure_plan(plan: Plan, athlete: AthleteState) -> tuple[WeekMeasures, ...]:
    """Return the weeks of a plan in figures, by the athlete's paces and heart rates."""
    return tuple(
        WeekMeasures(n, week.start, tuple(measure_day(day, n, athlete) for day in week.days))
        for n, week in enumerate(plan.weeks, start=1)
    )


def measure_day(day: PlanDay, week: int, athlete: AthleteState) -> DayMeasures:
    """Return a day in figures; `week` is the number of its week."""
    workouts = (with_relative_heart_rates(workout, athlete) for workout in day.workouts)
    sessions = tuple(measure_workout(workout, athlete.paces) for workout in workouts)
    return DayMeasures(day.date, week, sessions)


def measure_workout(workout: Workout, paces: TrainingPaces | None) -> SessionMeasures:
    """Return a session in figures."""
    return _measure_workout(workout, paces)  # pyright: ignore[reportArgumentType] frozen


@lru_cache(maxsize=32_768)
def _measure_workout(workout: Workout, paces: TrainingPaces | None) -> SessionMeasures:
    sums: dict[str, float] = {}
    for step in flatten(workout.steps):
        meters, seconds = step_distance_m(step, paces), step_duration_s(step, paces)
        sums["duration_s"] = sums.get("duration_s", 0.0) + seconds
        for name in _names(workout.type, step, paces):
            sums[name] = sums.get(name, 0.0) + (meters if name.endswith("_m") else seconds)
    return SessionMeasures(workout.type, **sums)


def _names(
    workout_type: WorkoutType, step: WorkoutStep, paces: TrainingPaces | None
) -> Iterator[str]:
    """Yield the sums that a step counts in."""
    if not _is_run(workout_type, step):
        return
    if workout_type in RACE_TYPES and step.intensity in RACE_INTENSITIES:
        yield from ("race_m", "race_s")
        return
    yield from ("run_m", "run_s")
    band = _band(workout_type, step, paces)
    if workout_type in EASY_TYPES and step.intensity == "main":
        if band in HARD_BANDS:
            yield "hard_s"  # a wrong target, which a rule finds: it makes no quality session
    elif band in HARD_BANDS:
        yield from ("hard_s", "threshold_m" if band == "T" else "interval_m")


def _is_run(workout_type: WorkoutType, step: WorkoutStep) -> bool:
    """Return whether a step is run: in a run-walk session only its repetitions are."""
    if workout_type in NOT_RUN_TYPES or is_walk(step):
        return False
    return workout_type != "run_walk" or step.intensity in RACE_INTENSITIES


def _band(workout_type: WorkoutType, step: WorkoutStep, paces: TrainingPaces | None) -> PaceBand:
    if step.intensity == "interval" and isinstance(step.target, OpenTarget):
        return UNTARGETED_BANDS.get(workout_type, "E")
    return step_band(step, paces)
