"""What the runner aims at: the next goal, and the races on the way to it."""

from collections.abc import Iterator
from datetime import date, timedelta

from runningcoach.base.periods import week_start
from runningcoach.demo import season
from runningcoach.demo.season import Race

LEAST_TUNE_UP_M = 10_000.0
TUNE_UP_APART = timedelta(weeks=2)


def next_goal(seed: int, day: date) -> Race:
    """Return the goal race of a day, or the next one."""
    races = (*season.year(seed, day.year).races.values(),
             *season.year(seed, day.year + 1).races.values())  # fmt: skip
    return min((race for race in races if race.is_goal and race.day >= day), key=_by_day)


def last_goal(seed: int, day: date) -> Race:
    """Return the last goal race before a day."""
    races = (*season.year(seed, day.year - 1).races.values(),
             *season.year(seed, day.year).races.values())  # fmt: skip
    return max((race for race in races if race.is_goal and race.day < day), key=_by_day)


def tune_ups(seed: int, start: date, goal: Race) -> Iterator[Race]:
    """Yield the races from a day on that lead to a goal: 10 km at least, two weeks before it."""
    for year in range(start.year, goal.day.year + 1):
        for race in season.year(seed, year).races.values():
            is_before = start <= race.day <= goal.day - TUNE_UP_APART
            if is_before and not race.is_goal and race.distance_m >= LEAST_TUNE_UP_M:
                yield race


def first_training_monday(seed: int, day: date) -> date:
    """Return the first Monday of training after the last goal: the week after it is for rest."""
    return week_start(last_goal(seed, day).day) + timedelta(weeks=2)


def _by_day(race: Race) -> date:
    return race.day
