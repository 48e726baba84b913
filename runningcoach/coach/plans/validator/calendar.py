"""V02: weeks from Monday, one after the other, seven days each, no date twice."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Protocol

from runningcoach.coach.plans.limits import WEEK_DAYS
from runningcoach.coach.plans.validator.context import RuleContext
from runningcoach.model.plan_edit import PlanFinding


class DatedDay(Protocol):
    """A day of a plan or of a draft."""

    @property
    def date(self) -> date:
        """Its date."""
        ...


class DatedWeek(Protocol):
    """A week of a plan or of a draft."""

    @property
    def start(self) -> date:
        """Its first day."""
        ...

    @property
    def days(self) -> Sequence[DatedDay]:
        """Its days."""
        ...


def check_calendar(context: RuleContext) -> Iterator[PlanFinding]:
    """Yield what is wrong with the dates of a plan."""
    return calendar_findings(context.plan.weeks)


def calendar_findings(weeks: Sequence[DatedWeek]) -> Iterator[PlanFinding]:
    """Yield what is wrong with the dates of the weeks of a plan or a draft."""
    for number, week in enumerate(weeks, start=1):
        yield from _week_findings(number, week)
    for number, (before, after) in enumerate(pairwise(weeks), start=2):
        expected = before.start + timedelta(days=WEEK_DAYS)
        if after.start != expected:
            yield _finding("gap", number, after.start, expected=expected.isoformat())


def _week_findings(number: int, week: DatedWeek) -> Iterator[PlanFinding]:
    if week.start.weekday() != 0:
        yield _finding("not_monday", number, week.start)
    dates = [day.date for day in week.days]
    expected = expected_dates(week.start)
    for day, count in Counter(dates).items():
        if count > 1:
            yield _finding("date_twice", number, day)
        if day not in expected:
            yield _finding("date_outside_week", number, day, start=week.start.isoformat())
    for day in expected:
        if day not in dates:
            yield _finding("date_missing", number, day)
    if dates != sorted(dates) and set(dates) == set(expected):
        yield _finding("order", number, week.start)


def expected_dates(start: date) -> list[date]:
    """Return the seven dates from the first day of a week on."""
    return [start + timedelta(days=i) for i in range(WEEK_DAYS)]


def _finding(key: str, number: int, day: date, **values: str) -> PlanFinding:
    values |= {"day": day.isoformat()}
    return PlanFinding(
        code="V02", severity="error", key=key, week=number, day=day, values=dict(values)
    )
