"""The training calendar: a square for each day, weeks from Monday, darker to brighter by load.

This is an SVG of our own and not a Vega chart: each day with a run is a true link that works
with a keyboard, in a new tab and before any script has run.
"""

import math
from datetime import date, timedelta

import pandas as pd
from markupsafe import Markup

from runningcoach.base import periods
from runningcoach.base.i18n import t

STEP = 15
SIDE = 12
LEFT = 26
TOP = 20
LEVELS = (0.0, 30.0, 60.0, 100.0, 150.0)
"""Loads from which on a day is shown one step brighter."""


def calendar(days: pd.DataFrame, first: date, last: date, page: str = "activity.ipynb") -> Markup:
    """Draw the days from `first` to `last`.

    Columns of `days`: date, load, distance_m, activities, activity_id (where a click leads).
    """
    origin = periods.week_start(first)
    weeks = (last - origin).days // 7 + 1
    width, height = LEFT + weeks * STEP, TOP + 7 * STEP
    cells = Markup().join(_linked(row, origin, page) for row in days.itertuples(index=False))
    return Markup(
        '<svg class="calendar" viewBox="0 0 {width} {height}" width="{width}" role="group" '
        'aria-label="{label}">{months}{weekdays}<path class="rest" d="{rest}"/>{cells}</svg>'
    ).format(
        width=width,
        height=height,
        label=t("charts.calendar"),
        months=_months(first, last, origin),
        weekdays=_weekdays(),
        rest=_squares(first, last, origin),
        cells=cells,
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


def _linked(row: tuple, origin: date, page: str) -> Markup:  # pyright: ignore[reportMissingTypeArgument]
    day, load, distance_m, activities, activity_id = row
    x, y = _place(day, origin)
    return Markup(
        '<a href="{page}?id={id}" tabindex="-1" data-day="{day}">'
        '<rect class="l{level}" x="{x}" y="{y}" width="{side}" height="{side}" rx="3">'
        "<title>{title}</title></rect></a>"
    ).format(
        page=page,
        id=int(activity_id),
        day=day.isoformat(),
        level=level(load),
        x=x,
        y=y,
        side=SIDE,
        title=_title(day, load, distance_m, int(activities)),
    )


def _title(day: date, load: float | None, distance_m: float | None, activities: int) -> str:
    words = [day.isoformat()]
    if activities > 1:
        words.append(t("charts.times", count=activities))
    if distance_m and not math.isnan(distance_m):
        words.append(f"{distance_m / 1000:.1f} km")
    if load is not None and not math.isnan(load):
        words.append(f"{t('charts.load')} {load:.0f}")
    return " · ".join(words)


def _months(first: date, last: date, origin: date) -> Markup:
    starts = [day for day in periods.days(first, last) if day.day == 1]
    labels = [(_place(day + timedelta(days=6), origin)[0], day.month) for day in starts]
    return Markup().join(
        Markup('<text x="{}" y="11">{}</text>').format(x, t(f"charts.months.{month}"))
        for x, month in labels
        if x < _place(last, origin)[0]
    )


def _weekdays() -> Markup:
    return Markup().join(
        Markup('<text x="0" y="{}">{}</text>').format(
            TOP + row * STEP + SIDE - 2, t(f"charts.weekdays.{row}")
        )
        for row in (0, 2, 4, 6)
    )
