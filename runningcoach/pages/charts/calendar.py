"""The training calendar: a square for each day, weeks from Monday, darker to brighter by load.

This is an SVG of our own and not a Vega chart: each day with a run is a true link that works
with a keyboard, in a new tab and before any script has run.
"""

import math
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from runningcoach.base import periods
from runningcoach.base.i18n import t

STEP = 15
SIDE = 12
LEFT = 26
TOP = 20
LEVELS = (0.0, 30.0, 60.0, 100.0, 150.0)
"""Loads from which on a day is shown one step brighter."""


@dataclass(frozen=True, slots=True)
class CalendarSquare:
    """A day with activities: its place in pixels, brightness, words, and what it leads to."""

    day: str
    activity_id: int
    level: int
    x: int
    y: int
    title: str


@dataclass(frozen=True, slots=True)
class CalendarDrawing:
    """What a training calendar is drawn from, in pixels; `rest` is the path of all squares."""

    width: int
    height: int
    side: int
    months: list[tuple[int, str]]
    weekdays: list[tuple[int, str]]
    rest: str
    squares: list[CalendarSquare]


def calendar(days: pd.DataFrame, first: date, last: date) -> CalendarDrawing:
    """Lay out the days from `first` to `last`.

    Columns of `days`: date, load, distance_m, activities, activity_id (where a click leads).
    """
    origin = periods.week_start(first)
    weeks = (last - origin).days // 7 + 1
    return CalendarDrawing(
        width=LEFT + weeks * STEP,
        height=TOP + 7 * STEP,
        side=SIDE,
        months=_months(first, last, origin),
        weekdays=_weekdays(),
        rest=_squares(first, last, origin),
        squares=[_square(row, origin) for row in days.itertuples(index=False)],
    )


def level(load: float | None) -> int:
    """Return how bright a day is, 1 to 5; a run whose load is not known is 1."""
    if load is None or math.isnan(load):
        return 1
    return max(1, sum(load >= step for step in LEVELS))


def _place(day: date, origin: date) -> tuple[int, int]:
    week, weekday = divmod((day - origin).days, 7)
    return LEFT + week * STEP, TOP + weekday * STEP


def _squares(first: date, last: date, origin: date) -> str:
    corners = (_place(day, origin) for day in periods.days(first, last))
    return "".join(f"M{x} {y}h{SIDE}v{SIDE}h-{SIDE}z" for x, y in corners)


def _square(row: tuple, origin: date) -> CalendarSquare:  # pyright: ignore[reportMissingTypeArgument]
    day, load, distance_m, activities, activity_id = row
    title = _title(day, load, distance_m, int(activities))
    place = _place(day, origin)
    return CalendarSquare(day.isoformat(), int(activity_id), level(load), *place, title)


def _title(day: date, load: float | None, distance_m: float | None, activities: int) -> str:
    words = [day.isoformat()]
    if activities > 1:
        words.append(t("charts.times", count=activities))
    if distance_m and not math.isnan(distance_m):
        words.append(f"{distance_m / 1000:.1f} km")
    if load is not None and not math.isnan(load):
        words.append(f"{t('charts.load')} {load:.0f}")
    return " · ".join(words)


def _months(first: date, last: date, origin: date) -> list[tuple[int, str]]:
    """Return where the name of each month stands, and the name."""
    starts = [day for day in periods.days(first, last) if day.day == 1]
    places = [(_place(day + timedelta(days=6), origin)[0], day.month) for day in starts]
    end = _place(last, origin)[0]
    return [(x, t(f"charts.months.{month}")) for x, month in places if x < end]


def _weekdays() -> list[tuple[int, str]]:
    """Return where the name of every other weekday stands, and the name."""
    return [(TOP + row * STEP + SIDE - 2, t(f"charts.weekdays.{row}")) for row in (0, 2, 4, 6)]
