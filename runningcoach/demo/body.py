"""The body from day to day: form by its own training, and the nights that follow.

Form is an impulse response: every session adds to fitness that fades in six weeks, to habit
that fades in a year and a half, and to fatigue that fades in a week.
"""

import math
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from runningcoach.demo import physiology, season, week
from runningcoach.demo.chance import Dice, dice, happens
from runningcoach.demo.season import CAREER_START
from runningcoach.demo.weather import heat_stress
from runningcoach.demo.workouts import Session, Step
from runningcoach.periods import days

_FITNESS_DAYS, _HABIT_DAYS, _FATIGUE_DAYS = 42, 520, 7
_UNTRAINED_VO2MAX = 38.4
BIRTH_DATE = date(1988, 4, 12)


@dataclass(frozen=True, slots=True)
class Day:
    """One day of training: what was done, and the state in the morning before it."""

    day: date
    session: Session | None
    load: float
    fitness: float
    fatigue: float
    vo2max: float


@dataclass(frozen=True, slots=True)
class Health:
    """What a watch worn day and night tells of one day; None where it was not worn."""

    day: date
    resting_hr_bpm: int
    hrv_ms: int
    bedtime_h: float
    sleep_s: int
    deep_s: int
    rem_s: int
    awake_s: int
    sleep_score: int
    stress: int
    battery_high: int
    battery_low: int
    steps: int
    weight_kg: float | None
    is_worn: bool
    slept_with_watch: bool


@cache
def training(seed: int, last: date) -> tuple[Day, ...]:
    """Return every day from the first run to `last`, in order."""
    fitness = fatigue = habit = 0.0
    done: list[Day] = []
    for day in days(CAREER_START, last):
        vo2max = _form(seed, day, fitness, fatigue, habit)
        session = week.session(seed, day)
        load = _load(session, vo2max) if session else 0.0
        done.append(Day(day, session, load, fitness, fatigue, vo2max))
        fitness += (load - fitness) * (1 - math.exp(-1 / _FITNESS_DAYS))
        habit += (load - habit) * (1 - math.exp(-1 / _HABIT_DAYS))
        fatigue += (load - fatigue) * (1 - math.exp(-1 / _FATIGUE_DAYS))
    return tuple(done)


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


def _load(session: Session, vo2max: float) -> float:
    """Return the load of a session: 100 is an hour at threshold."""
    threshold = physiology.effort_speed("threshold", vo2max)
    speeds = [(step.distance_m, step_speed(step, vo2max)) for step in session.steps]
    return sum(length / speed / 36 * (speed / threshold) ** 2 for length, speed in speeds)


def resting_hr(state: Day, seed: int) -> float:
    """Return the resting heart rate [bpm]: lower when fit, higher when tired or ill."""
    strained = 0.09 * max(-15.0, state.fatigue - state.fitness)
    warm = 1.5 if state.day.month in (7, 8) else 0.0
    return 54.5 - 0.13 * state.fitness + strained + warm + 7.5 * _illness(seed, state.day)


def _illness(seed: int, day: date) -> float:
    """Return how ill the runner is, 0 to 1; the night before the first bad day shows it."""
    cold = season.year(seed, day.year).cold
    since = (day - cold.first).days
    return {-1: 0.5, 0: 1.0, 1: 1.0, 2: 0.8, 3: 0.55, 4: 0.3, 5: 0.2, 6: 0.1}.get(since, 0.0)


def health(state: Day, yesterday: Day, seed: int, air_c: float) -> Health:
    """Return the night before `state.day` and that day itself."""
    throw = dice(seed, state.day, "body")
    throw.normal()  # the form of the day took the first throw
    ill = _illness(seed, state.day)
    late = 1.0 if season.trouble(seed, state.day) == "journey" else 0.0
    strain = max(-1.0, min(1.5, (state.fatigue - state.fitness) / 25)) + 0.004 * yesterday.load
    sleep_s = _sleep_s(state.day, throw, ill, late, air_c)
    awake_s = int(60 * max(4, throw.normal(24, 9) + 14 * ill + 8 * late))
    deep_s = int(sleep_s * min(0.3, max(0.08, throw.normal(0.185, 0.03) - 0.03 * ill)))
    rem_s = int(sleep_s * min(0.32, max(0.1, throw.normal(0.215, 0.03) - 0.02 * ill)))
    hrv = _hrv_ms(state, strain, ill, late, air_c, throw)
    score = _score(sleep_s, deep_s, rem_s, awake_s, strain + 1.5 * ill)
    stress = throw.normal(27, 3.5) + 5 * strain + 18 * ill + 0.25 * (75 - score)
    high = 88 - 9 * strain - 30 * ill + 0.45 * (score - 78) + throw.normal(0, 4)
    return Health(
        day=state.day,
        resting_hr_bpm=round(resting_hr(state, seed) + throw.normal(0, 0.9)),
        hrv_ms=round(hrv),
        bedtime_h=22.9
        + float(throw.normal(0, 0.55))
        + 0.5 * late
        + (state.day.weekday() >= 5) * 0.4,
        sleep_s=sleep_s,
        deep_s=deep_s,
        rem_s=rem_s,
        awake_s=awake_s,
        sleep_score=score,
        stress=round(min(75, max(12, stress))),
        battery_high=round(min(100, max(25, high))),
        battery_low=round(min(45, max(5, throw.normal(19, 6) - 4 * strain))),
        steps=_steps(state, throw, ill),
        weight_kg=_weight_kg(state, throw),
        is_worn=not _bare_wrist(seed, state.day),
        slept_with_watch=not (_bare_wrist(seed, state.day) or happens(throw, 0.035)),
    )


def _sleep_s(day: date, throw: Dice, ill: float, late: float, air_c: float) -> int:
    weekend = 0.65 if day.weekday() >= 5 else 0.0
    tropical = 0.35 if air_c > 25 else 0.0
    hours = 6.95 + weekend + 0.9 * ill - 0.8 * late - tropical + throw.normal(0, 0.55)
    return int(3600 * min(10.0, max(4.2, hours)))


def _hrv_ms(state: Day, strain: float, ill: float, late: float, air_c: float, throw: Dice) -> float:
    """Return the night's rMSSD [ms], about 55: higher when fit, lower under strain."""
    years = state.day.year - BIRTH_DATE.year
    level = math.log(60) - 0.004 * (years - 30) + 0.0022 * (state.fitness - 40)
    pull = 0.095 * strain + 0.34 * ill + 0.1 * late + 0.05 * heat_stress(air_c, state.day)
    return math.exp(level - pull + float(throw.normal(0, 0.085)))


def _score(sleep_s: int, deep_s: int, rem_s: int, awake_s: int, strain: float) -> int:
    hours = sleep_s / 3600
    points = 81 - 9 * max(0.0, 7.4 - hours) - 5 * max(0.0, hours - 9) - 2.5 * strain
    points += 60 * (deep_s / sleep_s - 0.18) + 50 * (rem_s / sleep_s - 0.21)
    return round(min(98, max(28, points - 0.12 * (awake_s / 60 - 20))))


def _steps(state: Day, throw: Dice, ill: float) -> int:
    ran = state.session.distance_m * 0.96 if state.session else 0.0
    return int(max(1500, throw.normal(7200, 1700) * (1 - 0.6 * ill)) + ran)


def _weight_kg(state: Day, throw: Dice) -> float | None:
    """Return the weight on the days of weighing: leaner when much was run, heavier in winter."""
    if not happens(throw, 0.45):
        return None
    winter = 0.5 * math.cos(2 * math.pi * (state.day.timetuple().tm_yday - 15) / 365.25)
    return round(mass_kg(state) + winter + float(throw.normal(0, 0.35)), 1)


def mass_kg(state: Day) -> float:
    """Return the runner's mass [kg] without the ups and downs of a day."""
    return 71.5 - 0.085 * min(state.fitness, 60)


def _bare_wrist(seed: int, day: date) -> bool:
    """Tell whether the watch was worn for runs only: now and then, and some days in autumn."""
    forgotten = date(day.year, 9, 10)
    return forgotten <= day < forgotten + timedelta(days=5) or happens(
        dice(seed, day, "wrist"), 0.012
    )
