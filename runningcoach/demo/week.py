"""The training week: what the runner does on a day, from the phase, the season and some chance."""

import math
from collections.abc import Callable
from dataclasses import replace
from datetime import date, time, timedelta

from runningcoach.demo import season, workouts
from runningcoach.demo.chance import Dice, dice, happens
from runningcoach.demo.season import CAREER_START, Phase
from runningcoach.demo.workouts import KM, Place, PlannedSession

# Kilometres of a normal week of each phase, for the experienced runner.
_WEEK_KM: dict[Phase, float] = {
    "base": 46,
    "build": 54,
    "peak": 62,
    "taper": 42,
    "race": 24,
    "recovery": 26,
    "return": 22,
}

# For each phase and weekday from Monday: the session and its share of the week's kilometres.
_REST = ("rest", 0.0)
_WEEKS: dict[Phase, tuple[tuple[str, float], ...]] = {
    "base": (_REST, ("strides", 0.18), ("easy", 0.16), ("hills", 0.19), _REST,
             ("trail", 0.16), ("long", 0.31)),
    "build": (_REST, ("intervals", 0.19), ("easy", 0.15), ("tempo", 0.19), _REST,
              ("easy", 0.14), ("long", 0.33)),
    "peak": (_REST, ("intervals", 0.18), ("easy", 0.13), ("marathon_pace", 0.21),
             ("recovery", 0.08), ("recovery", 0.09), ("long", 0.35)),
    "taper": (_REST, ("intervals", 0.24), ("easy", 0.17), ("tempo", 0.21), _REST,
              ("strides", 0.14), ("long", 0.28)),
    "race": (_REST, ("strides", 0.33), _REST, ("easy", 0.26), _REST, ("strides", 0.2),
             ("easy", 0.3)),
    "recovery": (_REST, _REST, ("recovery", 0.25), _REST, ("easy", 0.25), _REST,
                 ("easy", 0.4)),
    "return": (_REST, ("walk_run", 0.26), _REST, ("walk_run", 0.26), _REST, ("walk_run", 0.24),
               ("easy", 0.28)),
}  # fmt: skip

_MIN_RUN_M = 4200.0
_SKIPPED = {"easy": 0.10, "recovery": 0.15, "strides": 0.06, "trail": 0.12, "hills": 0.07}


def session(seed: int, day: date) -> PlannedSession | None:
    """Return what the runner does on `day`, None on a day of rest."""
    if day < CAREER_START:
        return None
    throw = dice(seed, day, "plan")
    planned = _fixed(seed, day, throw) or _ordinary(seed, day, throw)
    return planned and _at_its_time(planned, day, throw)


def intention(seed: int, day: date) -> PlannedSession | None:
    """Return what the runner means to do on an ordinary `day`, run or not.

    Nothing that is not foreseen counts: no illness, no journey, no change of mind. Races are not
    in it.
    """
    throw = dice(seed, day, "plan")
    kind, _ = _template(seed, day)
    if kind == "rest" or _rests_for_race(seed, day):
        return None
    happens(throw, _skip_probability(kind))  # so that what follows is as on a day that is run
    return _built(seed, day, throw)


def _fixed(seed: int, day: date, throw: Dice) -> PlannedSession | None:
    """Return a session that has its date: a race, the run that hurt, the yearly brick."""
    race = season.race(seed, day)
    if race:
        return workouts.race_session(race)
    if season.is_last_before_injury(seed, day):
        return workouts.stop_early()
    this_year = season.year(seed, day.year)
    if season.trouble(seed, day) is not None:
        return None
    if day == this_year.brick:
        return workouts.steady("brick", 5 * KM, "steady")
    if day == this_year.night_run and season.phase(seed, day) != "return":
        return replace(workouts.steady("night", 9 * KM + 500 * throw.random()), starts=time(23, 28))
    return None


def _ordinary(seed: int, day: date, throw: Dice) -> PlannedSession | None:
    trouble = season.trouble(seed, day)
    if trouble in ("injured", "ill"):
        return None
    if trouble == "weak":
        return workouts.steady("recovery", 5 * KM, "recovery") if day.toordinal() % 2 else None
    if trouble == "journey":
        return _abroad(seed, day, throw)
    if _rests_for_race(seed, day):
        return None
    return _from_template(seed, day, throw)


def _rests_for_race(seed: int, day: date) -> bool:
    return _before_race(seed, day) or _after_race(seed, day)


def _before_race(seed: int, day: date) -> bool:
    """Return whether tomorrow's race wants fresh legs (a goal wants a few strides instead)."""
    race = season.race(seed, day + timedelta(days=1))
    return race is not None and not race.is_goal


def _after_race(seed: int, day: date) -> bool:
    race = season.race(seed, day - timedelta(days=1))
    return race is not None and race.distance_m >= 10 * KM


def _abroad(seed: int, day: date, throw: Dice) -> PlannedSession | None:
    journey = season.year(seed, day.year).journey
    if journey is None or day in (journey.first, journey.last) or happens(throw, 0.35):
        return None
    run = workouts.steady("journey", (6 + 5 * throw.random()) * KM)
    return replace(run, place="lisbon", starts=time(7, 20))


def _from_template(seed: int, day: date, throw: Dice) -> PlannedSession | None:
    kind, _ = _template(seed, day)
    if kind == "rest" or happens(throw, _skip_probability(kind)):
        return None
    return _built(seed, day, throw)


def _template(seed: int, day: date) -> tuple[str, float]:
    """Return the kind of session of `day`, and its share of the week's kilometres."""
    return _WEEKS[season.phase(seed, day)][day.weekday()]


def _skip_probability(kind: str) -> float:
    return _SKIPPED.get(kind, 0.03)


def _built(seed: int, day: date, throw: Dice) -> PlannedSession:
    kind, share = _template(seed, day)
    whole_km = week_km(seed, day, season.phase(seed, day))
    distance = share * whole_km * KM * (0.93 + 0.14 * throw.random())
    return _BUILDERS[kind](max(distance, _MIN_RUN_M), day, throw)


def week_km(seed: int, day: date, phase: Phase) -> float:
    """Return the kilometres of the week of `day`: more with the years, less every fourth week."""
    weeks = (day - CAREER_START).days // 7
    experience = 1.18 - 0.68 * math.exp(-weeks / 330)
    rest = 0.74 if weeks % 4 == 3 and phase in ("base", "build") else 1.0
    return _WEEK_KM[phase] * experience * rest * _gentle(seed, day, phase)


def _gentle(seed: int, day: date, phase: Phase) -> float:
    """Return the share of a week's kilometres that is sound while coming back."""
    if phase == "recovery":
        return (0.45, 0.85, 1.15)[min(season.recovery_week(seed, day), 3) - 1]
    if phase == "return":
        return (0.6, 0.9, 1.2, 1.5)[season.weeks_since_injury(seed, day) or 0]
    if phase == "taper":
        return 1.0 if season.phase(seed, day + timedelta(days=7)) == "taper" else 0.75
    return 1.0 if season.weeks_since_injury(seed, day) is None else 0.75


def _is_cold(day: date) -> bool:
    return day.month in (12, 1, 2)


def _is_hot(day: date) -> bool:
    return day.month in (6, 7, 8, 9) and not (day.month == 9 and day.day > 15)


def _easy(distance_m: float, day: date, throw: Dice) -> PlannedSession:
    indoors = happens(throw, 0.45 if _is_cold(day) else 0.2 if day.month == 7 else 0.01)
    run = workouts.steady("treadmill" if indoors else "easy", distance_m)
    return replace(run, place="treadmill" if indoors else _riverside(throw))


def _recovery(distance_m: float, day: date, throw: Dice) -> PlannedSession:
    run = workouts.steady("recovery", min(distance_m, 7 * KM), "recovery")
    return replace(run, place="treadmill" if _is_cold(day) and happens(throw, 0.3) else "stream")


def _strides(distance_m: float, _: date, throw: Dice) -> PlannedSession:
    return replace(workouts.strides(max(distance_m, 5 * KM)), place=_riverside(throw))


def _long(distance_m: float, _: date, throw: Dice) -> PlannedSession:
    run = workouts.long_run(min(distance_m * 1.35, 34 * KM), happens(throw, 0.3))
    return replace(run, place=_riverside(throw))


def _hills(distance_m: float, day: date, throw: Dice) -> PlannedSession:
    if happens(throw, 0.4):
        return _tempo(distance_m, day, throw)
    return replace(workouts.steady("hills", distance_m), place="hill")


def _trail(distance_m: float, day: date, throw: Dice) -> PlannedSession:
    if _is_cold(day) or happens(throw, 0.55):
        return _easy(distance_m, day, throw)
    return replace(workouts.steady("trail", distance_m * 1.1), place="trail")


def _tempo(distance_m: float, day: date, throw: Dice) -> PlannedSession:
    minutes = int(throw.choice([15, 20, 25, 30], p=[0.2, 0.4, 0.3, 0.1]))
    run = workouts.tempo(min(minutes * 235, max(distance_m - 3 * KM, 3 * KM)), minutes)
    indoors = _is_cold(day) and happens(throw, 0.3)
    return replace(run, place="treadmill" if indoors else _riverside(throw))


def _intervals(distance_m: float, _: date, throw: Dice) -> PlannedSession:
    repeats, work_m, rest_m, effort = (
        (5, 1000, 400, "interval"),
        (6, 800, 350, "interval"),
        (10, 400, 200, "repetition"),
        (4, 1600, 400, "threshold"),
        (6, 1000, 400, "interval"),
    )[int(throw.integers(0, 5))]
    count = repeats if distance_m > 9 * KM else max(3, repeats - 1)
    place: Place = "track" if work_m <= 800 else "stream"
    return replace(workouts.intervals(count, work_m, rest_m, effort), place=place)


def _marathon_pace(distance_m: float, _: date, throw: Dice) -> PlannedSession:
    run = workouts.marathon_pace(round(max(distance_m - 4 * KM, 5 * KM) / KM) * KM)
    return replace(run, place=_riverside(throw))


def _walk_run(distance_m: float, _day: date, _throw: Dice) -> PlannedSession:
    return workouts.walk_run(distance_m)


def _riverside(throw: Dice) -> Place:
    return "river_west" if happens(throw, 0.55) else "river_east"


_BUILDERS: dict[str, Callable[[float, date, Dice], PlannedSession]] = {
    "easy": _easy,
    "recovery": _recovery,
    "strides": _strides,
    "long": _long,
    "hills": _hills,
    "trail": _trail,
    "tempo": _tempo,
    "intervals": _intervals,
    "marathon_pace": _marathon_pace,
    "walk_run": _walk_run,
}


def _at_its_time(planned: PlannedSession, day: date, throw: Dice) -> PlannedSession:
    """Return the session with its start: early in the heat, after work otherwise."""
    if planned.is_race or planned.place == "lisbon" or planned.kind == "night":
        return _moved(planned, planned.starts, throw, spread_s=150)
    if day.weekday() >= 5:
        start = time(5, 50) if _is_hot(day) else time(8, 10) if _is_cold(day) else time(7, 0)
    else:
        start = time(5, 55) if _is_hot(day) else time(19, 30)
    return _moved(planned, start, throw, spread_s=2400)


def _moved(planned: PlannedSession, start: time, throw: Dice, spread_s: int) -> PlannedSession:
    seconds = start.hour * 3600 + start.minute * 60 + int(throw.integers(0, spread_s))
    minute, second = divmod(seconds, 60)
    return replace(planned, starts=time(minute // 60, minute % 60, second))
