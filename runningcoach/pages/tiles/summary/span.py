"""A week or a month that has ended, beside those before it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from runningcoach.base import periods
from runningcoach.model.fitness import DailyFitness, Summary
from runningcoach.store.activities import ActivityFilters

SHOWN = {"week": 12, "month": 12}
"""Spans that the charts show, this one included."""
USUAL = {"week": 8, "month": 6}
"""Spans before this one that make the average."""
A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """A whole week or month that has ended."""

    period: Literal["week", "month"]
    first: date
    last: date

    @property
    def starts(self) -> list[date]:
        """Return the first days of the spans that charts show, oldest first."""
        found = [self.first]
        while len(found) < SHOWN[self.period]:
            found.insert(0, _start(self.period, found[0] - A_DAY))
        return found

    @property
    def filters(self) -> ActivityFilters:
        """Return what picks the activities of the span."""
        return ActivityFilters(first=self.first, last=self.last)

    def holds(self, day: date) -> bool:
        """Return whether a day is in the span."""
        return self.first <= day <= self.last


def _start(period: str, day: date) -> date:
    return periods.week_start(day) if period == "week" else periods.month_start(day)


def week_before(day: date) -> Span:
    """Return the last whole week before `day`."""
    last = periods.week_start(day) - A_DAY
    return Span("week", periods.week_start(last), last)


def month_before(day: date) -> Span:
    """Return the last whole month before `day`."""
    last = periods.month_start(day) - A_DAY
    return Span("month", periods.month_start(last), last)


@dataclass(frozen=True, slots=True)
class SpanHistory:
    """A span, the one before it, and those that make the usual; a span without rows is zeros."""

    this: Summary
    before: Summary
    usual: list[Summary]
    shown: list[Summary]


def beside(span: Span, rows: Sequence[Summary]) -> SpanHistory:
    """Return a span beside those before it; the usual begins with the first that has a row."""
    known = {row.starts_on: row for row in rows}
    shown = [known.get(start) or _empty(span.period, start) for start in span.starts]
    since = [row for row in shown[:-1] if row.starts_on >= min(known, default=span.first)]
    return SpanHistory(shown[-1], shown[-2], since[-USUAL[span.period] :], shown)


def _empty(period: Literal["week", "month"], start: date) -> Summary:
    nothing = {"activities": 0, "runs": 0, "distance_m": 0.0, "moving_s": 0.0, "load": 0.0}
    return Summary(period=period, starts_on=start, **nothing)  # pyright: ignore[reportArgumentType]


def at(days: Sequence[DailyFitness], when: date) -> DailyFitness | None:
    """Return the fitness of one day, if it is known."""
    return next((day for day in reversed(days) if day.date == when), None)
