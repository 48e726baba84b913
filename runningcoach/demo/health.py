"""Nights and days: sleep, HRV, resting pulse, stress, steps and weight, as the body feels."""

import math
from dataclasses import dataclass
from datetime import date, timedelta

from runningcoach.demo import body, season
from runningcoach.demo.body import BIRTH_DATE, TrainingDay
from runningcoach.demo.chance import Dice, dice, happens
from runningcoach.demo.weather import heat_stress


@dataclass(frozen=True, slots=True)
class SleepNight:
    """One night's sleep; `bedtime_h` counts hours from midnight of the day before."""

    bedtime_h: float
    sleep_s: int
    deep_s: int
    rem_s: int
    awake_s: int
    score: int


@dataclass(frozen=True, slots=True)
class Health:
    """What a watch worn day and night would tell of a day and of the night before it."""

    day: date
    night: SleepNight
    resting_hr_bpm: int
    hrv_ms: int
    stress: int
    battery_high: int
    battery_low: int
    steps: int
    weight_kg: float | None
    is_worn: bool
    slept_with_watch: bool


@dataclass(frozen=True, slots=True)
class _BodyStress:
    """What weighs on the body: illness 0 to 1, a journey's lack of sleep, training, warm air."""

    ill: float
    jet_lag: float
    strain: float
    air_c: float


def of(state: TrainingDay, yesterday: TrainingDay, seed: int, air_c: float) -> Health:
    """Return the health of the day of `state`; `air_c` is the air of its night."""
    throw = dice(seed, state.day, "health")
    burden = _burden(state, yesterday, seed, air_c)
    night = _night(state.day, burden, throw)
    is_worn = not _bare_wrist(state.day, throw)
    return Health(
        day=state.day,
        night=night,
        resting_hr_bpm=round(body.resting_hr(state, seed) + throw.normal(0, 0.9)),
        hrv_ms=round(_hrv_ms(state, burden, throw)),
        stress=_stress(night, burden, throw),
        battery_high=_battery_high(night, burden, throw),
        battery_low=_within(throw.normal(19, 6) - 4 * burden.strain, 5, 45),
        steps=_steps(state, burden, throw),
        weight_kg=_weight_kg(state, throw),
        is_worn=is_worn,
        slept_with_watch=is_worn and not happens(throw, 0.035),
    )


def _within(value: float, low: int, high: int) -> int:
    return round(min(high, max(low, value)))


def _burden(state: TrainingDay, yesterday: TrainingDay, seed: int, air_c: float) -> _BodyStress:
    tired = max(-1.0, min(1.5, (state.fatigue - state.fitness) / 25))
    return _BodyStress(
        ill=body.illness(seed, state.day),
        jet_lag=1.0 if season.trouble(seed, state.day) == "journey" else 0.0,
        strain=tired + 0.004 * yesterday.load,
        air_c=air_c,
    )


def _night(day: date, burden: _BodyStress, throw: Dice) -> SleepNight:
    sleep_s = _sleep_s(day, burden, throw)
    deep = min(0.30, max(0.08, throw.normal(0.185, 0.03) - 0.03 * burden.ill))
    rem = min(0.32, max(0.10, throw.normal(0.215, 0.03) - 0.02 * burden.ill))
    awake_min = max(4, throw.normal(24, 9) + 14 * burden.ill + 8 * burden.jet_lag)
    late = 0.4 * (day.weekday() >= 5) + 0.5 * burden.jet_lag
    return SleepNight(
        bedtime_h=22.9 + late + float(throw.normal(0, 0.55)),
        sleep_s=sleep_s,
        deep_s=int(sleep_s * deep),
        rem_s=int(sleep_s * rem),
        awake_s=int(60 * awake_min),
        score=_score(sleep_s / 3600, deep, rem, awake_min, burden),
    )


def _sleep_s(day: date, burden: _BodyStress, throw: Dice) -> int:
    weekend = 0.65 if day.weekday() >= 5 else 0.0
    tropical = 0.35 if burden.air_c > 25 else 0.0
    hours = 6.95 + weekend + 0.9 * burden.ill - 0.8 * burden.jet_lag - tropical
    return int(3600 * min(10.0, max(4.2, hours + throw.normal(0, 0.55))))


def _score(hours: float, deep: float, rem: float, awake_min: float, burden: _BodyStress) -> int:
    length = -9 * max(0.0, 7.4 - hours) - 5 * max(0.0, hours - 9)
    depth = 60 * (deep - 0.18) + 50 * (rem - 0.21) - 0.12 * (awake_min - 20)
    return _within(81 + length + depth - 2.5 * (burden.strain + 1.5 * burden.ill), 28, 98)


def _hrv_ms(state: TrainingDay, burden: _BodyStress, throw: Dice) -> float:
    """Return the night's rMSSD [ms], about 55: higher when fit, lower under a burden."""
    years = state.day.year - BIRTH_DATE.year
    level = math.log(60) - 0.004 * (years - 30) + 0.0022 * (state.fitness - 40)
    pull = 0.095 * burden.strain + 0.34 * burden.ill + 0.1 * burden.jet_lag
    warm = 0.05 * heat_stress(burden.air_c, state.day)
    return math.exp(level - pull - warm + float(throw.normal(0, 0.085)))


def _stress(night: SleepNight, burden: _BodyStress, throw: Dice) -> int:
    slept_badly = 0.25 * (75 - night.score)
    return _within(
        throw.normal(27, 3.5) + 5 * burden.strain + 18 * burden.ill + slept_badly, 12, 75
    )


def _battery_high(night: SleepNight, burden: _BodyStress, throw: Dice) -> int:
    slept_well = 0.45 * (night.score - 78)
    return _within(throw.normal(88, 4) - 9 * burden.strain - 30 * burden.ill + slept_well, 25, 100)


def _steps(state: TrainingDay, burden: _BodyStress, throw: Dice) -> int:
    ran = state.session.distance_m * 0.96 if state.session else 0.0
    return int(max(1500, throw.normal(7200, 1700) * (1 - 0.6 * burden.ill)) + ran)


def _weight_kg(state: TrainingDay, throw: Dice) -> float | None:
    """Return the weight on the days of weighing: leaner when much was run, heavier in winter."""
    if not happens(throw, 0.45):
        return None
    winter = 0.5 * math.cos(2 * math.pi * (state.day.timetuple().tm_yday - 15) / 365.25)
    return round(body.mass_kg(state) + winter + float(throw.normal(0, 0.35)), 1)


def _bare_wrist(day: date, throw: Dice) -> bool:
    """Return whether the watch was worn for runs only: now and then, and some days in autumn."""
    mislaid = date(day.year, 9, 10)
    return happens(throw, 0.012) or mislaid <= day < mislaid + timedelta(days=5)
