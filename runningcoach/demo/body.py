"""The body from day to day: its form, made by its own training.

Form is an impulse response: every session adds to fitness that fades in six weeks, to habit
that fades in a year and a half, and to fatigue that fades in a week.
"""

import math
from dataclasses import dataclass
from datetime import date
from functools import cache

from runningcoach.base.periods import days
from runningcoach.demo import physiology, season, week
from runningcoach.demo.chance import dice
from runningcoach.demo.season import CAREER_START
from runningcoach.demo.workouts import PlannedSession, Step

_FITNESS_DAYS, _HABIT_DAYS, _FATIGUE_DAYS = 42, 520, 7
_UNTRAINED_VO2MAX = 38.4
BIRTH_DATE = date(1988, 4, 12)


@dataclass(frozen=True, slots=True)
class TrainingDay:
    """One day of training: what was done, and the state in the morning before it."""

    day: date
    session: PlannedSession | None
    load: float
    fitness: float
    fatigue: float
    vo2max: float


@cache
def training(seed: int, last: date) -> tuple[TrainingDay, ...]:
    """Return every day from the first run to `last`, in order."""
    fitness = fatigue = habit = 0.0
    history_days: list[TrainingDay] = []
    for day in days(CAREER_START, last):
        vo2max = _form(seed, day, fitness, fatigue, habit)
        session = week.session(seed, day)
        load = _load(session, vo2max) if session else 0.0
        history_days.append(TrainingDay(day, session, load, fitness, fatigue, vo2max))
        fitness += (load - fitness) * (1 - math.exp(-1 / _FITNESS_DAYS))
        habit += (load - habit) * (1 - math.exp(-1 / _HABIT_DAYS))
        fatigue += (load - fatigue) * (1 - math.exp(-1 / _FATIGUE_DAYS))
    return tuple(history_days)


def _form(seed: int, day: date, fitness: float, fatigue: float, habit: float) -> float:
    """Return the VO2max [ml/kg/min] that the runner can show on `day`."""
    built = _UNTRAINED_VO2MAX + 0.11 * fitness + 0.19 * habit
    freshness = max(-30.0, min(20.0, fitness - fatigue))
    mood = float(dice(seed, day, "body").normal()) * 0.007
    weak = 0.07 if season.trouble(seed, day) in ("ill", "weak") else 0.0
    return built * (1 + 0.0009 * freshness + mood - weak)


def step_speed(step: Step, vo2max: float) -> float:
    """Return the speed [m/s] that `step` is run at on the flat."""
    if step.effort == "race":
        # Few of us hold in a marathon what the 10 km promises.
        fading = 0.965 if step.distance_m > 40_000 else 0.99 if step.distance_m > 20_000 else 1.0
        return physiology.race_speed(step.distance_m, vo2max) * fading
    return physiology.effort_speed(step.effort, vo2max)


def _load(session: PlannedSession, vo2max: float) -> float:
    """Return the load of a session: 100 is an hour at threshold."""
    threshold = physiology.effort_speed("threshold", vo2max)
    speeds = [(step.distance_m, step_speed(step, vo2max)) for step in session.steps]
    return sum(length / speed / 36 * (speed / threshold) ** 2 for length, speed in speeds)


def mass_kg(state: TrainingDay) -> float:
    """Return the runner's mass [kg] without the ups and downs of a day."""
    return 71.5 - 0.085 * min(state.fitness, 60)


def resting_hr(state: TrainingDay, seed: int) -> float:
    """Return the resting heart rate [bpm]: lower when fit, higher when tired or ill."""
    strained = 0.09 * max(-15.0, state.fatigue - state.fitness)
    warm = 1.5 if state.day.month in (7, 8) else 0.0
    return 54.5 - 0.13 * state.fitness + strained + warm + 7.5 * illness(seed, state.day)


def illness(seed: int, day: date) -> float:
    """Return how ill the runner is, 0 to 1; the night before the first bad day shows it."""
    cold = season.year(seed, day.year).cold
    since = (day - cold.first).days
    return {-1: 0.5, 0: 1.0, 1: 1.0, 2: 0.8, 3: 0.55, 4: 0.3, 5: 0.2, 6: 0.1}.get(since, 0.0)
