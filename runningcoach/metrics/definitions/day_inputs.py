"""What the numbers of a calendar day are traced from, and the kinds of their inputs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from runningcoach.metrics.benchmarks import Races
from runningcoach.metrics.definitions.definition import Input, Value, one
from runningcoach.metrics.fitness import Convention, FormOf
from runningcoach.metrics.windows import Floats

type DayInput = Input[DayTraceInput]
type Columns = Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class DayTraceInput:
    """One day with all that its numbers rest on.

    `days` are the columns of each day from the first to this one, and of the 28 from which
    averages may begin; `list_activities` returns the columns of the activities between two days,
    `list_runs` day and kilometres of each run up to this one. `find_vo2max` returns days
    (ordinals), VO2max and seconds of the runs that show it, `find_races` the races.
    """

    day: date
    days: Mapping[date, Columns]
    first: date
    convention: Convention
    form_of: FormOf
    list_activities: Callable[[date, date], Sequence[Columns]] = field(repr=False)
    list_runs: Callable[[], Sequence[tuple[date, float]]] = field(repr=False)
    find_vo2max: Callable[[], tuple[Floats, Floats, Floats]] = field(repr=False)
    find_races: Callable[[], Races] = field(repr=False)

    @property
    def columns(self) -> Columns:
        """The columns of the day; none where it has no row."""
        return self.days.get(self.day, {})

    def ago(self, days: int) -> Columns:
        """Return the columns of so many days before; none where there is no row."""
        return self.days.get(self.day - timedelta(days=days), {})

    def loads(self, length: int, back: int = 0) -> list[float]:
        """Return the loads of days in a row, the last `back` days ago; none if one is unknown."""
        found = [self.ago(back + i).get("load") for i in reversed(range(length))]
        known = [load for load in found if load is not None]
        return known if len(known) == length else []

    @cached_property
    def activities(self) -> Sequence[Columns]:
        """The activities of the day."""
        return self.list_activities(self.day, self.day)


def own(name: str, unit: str = "") -> DayInput:
    """Return another number of the day."""
    return one(name, unit, "day", lambda of: of.columns.get(name))


def before(name: str, column: str, source: str, days: int) -> DayInput:
    """Return a number of so many days before."""
    return one(name, "", source, lambda of: of.ago(days).get(column))


def computed(name: str, unit: str, value: Callable[[DayTraceInput], Value]) -> DayInput:
    """Return a number that is computed from others."""
    return one(name, unit, "computed", value)


def mean(values: Sequence[float]) -> float | None:
    """Return the mean; None of nothing."""
    return sum(values) / len(values) if values else None
