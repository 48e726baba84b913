"""Numbers and days as they are written on a page, in the reader's language."""

import math
from datetime import date, datetime

from runningcoach.base import units
from runningcoach.base.i18n import t

NOTHING = "–"
SECONDS_UP_TO = 100
"""Shorter times are written in seconds alone."""
METRES_UP_TO = 2_000
"""Shorter repetitions are written in metres."""


def known(value: float | None) -> bool:
    """Tell whether there is a number at all."""
    return value is not None and math.isfinite(value)


def number(value: float | None, digits: int = 0) -> str:
    """Write a number with thousands apart; an en dash when it is not known."""
    return f"{value:,.{digits}f}" if known(value) else NOTHING


def signed(value: float | None, digits: int = 0) -> str:
    """Write a number with its sign, a true minus; an en dash when it is not known."""
    if not known(value):
        return NOTHING
    text = f"{value:+,.{digits}f}"
    return text.lstrip("+-") if float(text.replace(",", "")) == 0 else text.replace("-", "−")


def km(metres: float | None, digits: int = 2) -> str:
    """Write a distance in kilometres, without the unit."""
    return number(None if metres is None else metres / units.M_PER_KM, digits)


def spell(seconds: float | None) -> str:
    """Write a long time in hours and minutes with their words."""
    if not known(seconds):
        return NOTHING
    hours, minutes = divmod(round(seconds / 60), 60)  # pyright: ignore[reportOptionalOperand]
    if not hours:
        return t("pages.minutes", minutes=minutes)
    return t("pages.hours_minutes", hours=f"{hours:,}", minutes=f"{minutes:02d}")


def short_spell(seconds: float) -> str:
    """Write a time of minutes and seconds with their words, as for a part of a workout."""
    minutes, rest = divmod(round(seconds), 60)
    if seconds < SECONDS_UP_TO and rest:
        return t("pages.seconds", seconds=round(seconds))
    if rest:
        return t("pages.minutes_seconds", minutes=minutes, seconds=rest)
    return t("pages.minutes", minutes=minutes)


def step_distance(metres: float, planned_m: float | None = None) -> str:
    """Write how long a part of a workout is: round metres below two kilometres as they are.

    What was run is written as the planned distance is.
    """
    measure_m = metres if planned_m is None else planned_m
    is_round = measure_m < METRES_UP_TO and measure_m % 100 == 0
    if is_round or metres < units.M_PER_KM:
        return f"{metres:.0f} m"
    return f"{round(metres / units.M_PER_KM, 1):g} km"


def day(when: date) -> str:
    """Write a day without its year, with its weekday."""
    return t(
        "pages.day",
        month=t(f"charts.months.{when.month}"),
        day=when.day,
        weekday=t(f"charts.weekdays.{when.weekday()}"),
    )


def full_day(when: date) -> str:
    """Write a day with its year."""
    return t("pages.full_day", year=when.year, day=day(when))


def short_day(when: date, today: date) -> str:
    """Write a day for a table: with the year only when it is not this year's."""
    return day(when) if when.year == today.year else full_day(when)


def month(when: date) -> str:
    """Write a month with its year."""
    return t("pages.month", year=when.year, month=t(f"charts.months.{when.month}"))


def moment(when: datetime) -> str:
    """Write a day and the time of day."""
    return f"{full_day(when.date())} {when:%H:%M}"
