"""The athlete's day, the week from Monday and the month from the 1st."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo


def today(timezone: str) -> date:
    """Return the calendar day it is now in `timezone`."""
    return datetime.now(ZoneInfo(timezone)).date()


def now() -> datetime:
    """Return this moment in UTC."""
    return datetime.now(UTC)


def clock(at: datetime, timezone: str) -> str:
    """Write a moment as the clock and the calendar of `timezone` show it."""
    return f"{at.astimezone(ZoneInfo(timezone)):%Y-%m-%d %H:%M}"


def week_start(day: date) -> date:
    """Return the Monday of the week that holds `day`."""
    return day - timedelta(days=day.weekday())


def month_start(day: date) -> date:
    """Return the 1st of the month that holds `day`."""
    return day.replace(day=1)


def week(day: date) -> list[date]:
    """Return the seven days of the week that holds `day`, Monday first."""
    return [week_start(day) + timedelta(days=n) for n in range(7)]


def month_end(day: date) -> date:
    """Return the last day of the month that holds `day`."""
    return month_start(month_start(day) + timedelta(days=31)) - timedelta(days=1)


def span_start(last: date, length: int) -> date:
    """Return the first of `length` days that end on `last`, or the first day that there is."""
    return last - timedelta(days=min(length - 1, (last - date.min).days))


def days(first: date, last: date) -> Iterator[date]:
    """Yield every day from `first` to `last`, both included."""
    for n in range((last - first).days + 1):
        yield first + timedelta(days=n)


def days_until(day: date, today: date) -> int:
    """Return the number of days from `today` to `day`; negative for one that is over."""
    return (day - today).days
