"""The runner's years: which races, when an injury, a cold or a journey, and the phase of a day.

Spring aims at a marathon in March, autumn at one in November. In odd years the calf gives way
in early summer; the autumn of such a year ends in a half marathon instead.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import cache
from typing import Literal

from runningcoach.base.periods import week_start
from runningcoach.demo.chance import dice

type Phase = Literal["base", "build", "peak", "taper", "race", "recovery", "return"]
type Trouble = Literal["injured", "ill", "weak", "journey"]

CAREER_START = date(2013, 1, 7)
"""The first day that the runner ran with a watch: nothing is made up before it."""

MARATHON_M = 42_195.0
HALF_M = 21_097.5

_WALKING_WEEKS, _CAREFUL_WEEKS = 4, 6
_SUNDAY, _SATURDAY = 6, 5


@dataclass(frozen=True, slots=True)
class Race:
    """A race on its day; a goal is what the weeks before it are about."""

    day: date
    name: str
    distance_m: float
    is_goal: bool = False
    starts: time = time(8, 0)


@dataclass(frozen=True, slots=True)
class DaySpan:
    """Some days, first and last included."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Year:
    """What one calendar year brings."""

    races: dict[date, Race]
    injury: DaySpan | None
    cold: DaySpan
    journey: DaySpan | None
    night_run: date
    brick: date


def nth(year: int, month: int, weekday: int, number: int) -> date:
    """Return the `number`-th `weekday` (Monday 0) of a month."""
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (number - 1))


@cache
def year(seed: int, number: int) -> Year:
    """Return what the year `number` brings to the runner of `seed`."""
    throw = dice(seed, date(number, 1, 1), "season")
    injury_start = nth(number, 6, 0, 4) + timedelta(days=int(throw.integers(0, 3)))
    cold_start = date(number, 1, 6) + timedelta(days=int(throw.integers(0, 21)))
    journey_start = nth(number, 5, 5, 2)
    even = number % 2 == 0
    return Year(
        races={race.day: race for race in _races(number)},
        injury=None if even else DaySpan(injury_start, injury_start + timedelta(days=34)),
        cold=DaySpan(cold_start, cold_start + timedelta(days=6)),
        journey=DaySpan(journey_start, journey_start + timedelta(days=9)) if even else None,
        night_run=date(number, 8, int(throw.integers(3, 20))),
        brick=nth(number, 5, _SUNDAY, 5) if _has_fifth_sunday(number) else nth(number, 6, 6, 1),
    )


def _has_fifth_sunday(number: int) -> bool:
    return nth(number, 5, _SUNDAY, 5).month == 5


def _races(number: int) -> Iterator[Race]:
    even = number % 2 == 0
    yield Race(nth(number, 2, _SUNDAY, 2), "half_winter", HALF_M)
    yield Race(nth(number, 3, _SUNDAY, 3), "marathon_spring", MARATHON_M, is_goal=True)
    yield Race(nth(number, 6, _SUNDAY, 2), "race_10k_summer", 10_000)
    if even:
        yield Race(nth(number, 7, _SATURDAY, 2), "race_10k_night", 10_000, starts=time(20, 0))
        yield Race(nth(number, 10, _SUNDAY, 1), "half_autumn", HALF_M)
        yield Race(nth(number, 11, _SUNDAY, 1), "marathon_autumn", MARATHON_M, is_goal=True)
    else:
        yield Race(nth(number, 9, _SUNDAY, 4), "race_10k_autumn", 10_000)
        yield Race(nth(number, 11, _SUNDAY, 1), "half_goal", HALF_M, is_goal=True)
    for month in (1, 4, 5, 8, 9, 12) if even else (1, 4, 5, 10, 12):
        yield Race(nth(number, month, _SATURDAY, 4), "saturday_5k", 5_000)


def race(seed: int, day: date) -> Race | None:
    """Return the race of `day`, if there is one and nothing is in its way."""
    planned = year(seed, day.year).races.get(day)
    return (
        planned
        if planned and trouble(seed, day) is None and not _near_goal(seed, planned)
        else None
    )


def _near_goal(seed: int, race: Race) -> bool:
    """Return whether a small race lies so near a goal that the runner leaves it out."""
    goals = (other for other in year(seed, race.day.year).races.values() if other.is_goal)
    return not race.is_goal and any(-8 < (goal.day - race.day).days < 14 for goal in goals)


def trouble(seed: int, day: date) -> Trouble | None:
    """Return what keeps the runner from training as planned on `day`."""
    now = year(seed, day.year)
    if now.injury and day in now.injury:
        return "injured"
    if day in now.cold:
        return "ill" if (day - now.cold.first).days < 4 else "weak"
    if now.journey and day in now.journey:
        return "journey"
    return None


def is_last_before_injury(seed: int, day: date) -> bool:
    """Return whether the calf gives way on `day`."""
    injury = year(seed, day.year).injury
    return injury is not None and day == injury.first - timedelta(days=1)


def weeks_since_injury(seed: int, day: date) -> int | None:
    """Return how many weeks the runner has been back, None when that is long ago."""
    injury = year(seed, day.year).injury
    if injury is None or day <= injury.last:
        return None
    weeks = (day - injury.last).days // 7
    return weeks if weeks < _CAREFUL_WEEKS else None


def phase(seed: int, day: date) -> Phase:
    """Return the phase of training that `day` belongs to."""
    back = weeks_since_injury(seed, day)
    if back is not None:
        return "return" if back < _WALKING_WEEKS else "base"
    since = _weeks_between(_goal_before(seed, day), day)
    if since is not None and since <= 3:
        return "recovery"
    weeks = _weeks_between(day, _goal_from(seed, day)) or 0
    return _phase_at(weeks)


def _phase_at(weeks_to_goal: int) -> Phase:
    if weeks_to_goal == 0:
        return "race"
    if weeks_to_goal <= 2:
        return "taper"
    if weeks_to_goal <= 6:
        return "peak"
    return "build" if weeks_to_goal <= 12 else "base"


def recovery_week(seed: int, day: date) -> int:
    """Return which week after the last goal `day` lies in, from 1."""
    return _weeks_between(_goal_before(seed, day), day) or 1


def _goals(seed: int, number: int) -> list[date]:
    return sorted(race.day for race in year(seed, number).races.values() if race.is_goal)


def _goal_before(seed: int, day: date) -> date | None:
    goals = _goals(seed, day.year - 1) + _goals(seed, day.year)
    earlier = [goal for goal in goals if goal < day and goal >= CAREER_START]
    return earlier[-1] if earlier else None


def _goal_from(seed: int, day: date) -> date:
    goals = _goals(seed, day.year) + _goals(seed, day.year + 1)
    return next(goal for goal in goals if goal >= day)


def _weeks_between(first: date | None, last: date) -> int | None:
    return None if first is None else (week_start(last) - week_start(first)).days // 7
