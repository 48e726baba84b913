"""Tools that reckon with what a model hands over: units, shares, days."""

import re
from datetime import date, timedelta
from typing import Annotated, Literal

from pydantic import Field

from runningcoach.base import periods, units
from runningcoach.base.units import M_PER_KM, S_PER_HOUR
from runningcoach.coach.talk.tools.result_fields import (
    WEEKDAYS,
    day_fields,
    km,
    known,
    pace_fields,
    rounded,
    time_fields,
)
from runningcoach.coach.talk.tools.strict_schema import ToolArguments
from runningcoach.coach.talk.tools.tool_arguments import EARLIEST, LATEST
from runningcoach.coach.talk.tools.tool_context import Fields, ToolContext, ToolRefusal
from runningcoach.metrics.efforts import HALF_MARATHON_M, MARATHON_M, MILE_M
from runningcoach.store import plans, races

UNITS_M = {"km": M_PER_KM, "m": 1.0, "mi": MILE_M}
RACES_M = {"half_marathon": HALF_MARATHON_M, "marathon": MARATHON_M}
SPANS_M = {"5 km": 5_000.0, "10 km": 10_000.0, "half marathon": HALF_MARATHON_M,
           "marathon": MARATHON_M}  # fmt: skip
CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):(\d{2})")
FASTEST_MPS, SLOWEST_MPS = 0.2, 15.0
DAYS_A_WEEK, S_PER_MINUTE = 7, 60


class ConvertArguments(ToolArguments):
    """What is known; everything that follows from it is computed. The rest is null."""

    distance: Annotated[float, Field(gt=0, le=1_000_000)] | None = Field(
        default=None, description="A number of distance_unit"
    )
    distance_unit: Literal["km", "m", "mi", "half_marathon", "marathon"] | None = Field(
        default=None, description="km if null; the race names need no number"
    )
    time: Annotated[str, Field(max_length=12)] | None = Field(
        default=None, description="h:mm:ss or m:ss"
    )
    pace: Annotated[str, Field(max_length=8)] | None = Field(default=None, description="m:ss")
    pace_unit: Literal["km", "mi"] | None = Field(default=None, description="Per km if null")
    speed_kmh: Annotated[float, Field(gt=0, le=54)] | None = Field(
        default=None, description="As a treadmill shows it"
    )
    value: Annotated[float, Field(ge=-1e9, le=1e9)] | None = Field(
        default=None, description="For shares: a number"
    )
    of: Annotated[float, Field(ge=-1e9, le=1e9)] | None = Field(
        default=None, description="For shares: what value is compared with"
    )
    pct: Annotated[float, Field(ge=-1e6, le=1e6)] | None = Field(
        default=None, description="For shares: so many percent of value"
    )


class DateMathArguments(ToolArguments):
    """A day, and how far to go from it; or the days between two."""

    start: Annotated[str, Field(max_length=10)] = Field(description="today, race or YYYY-MM-DD")
    weeks: Annotated[int, Field(ge=-520, le=520)] | None = Field(
        default=None, description="Negative is before"
    )
    days: Annotated[int, Field(ge=-3_660, le=3_660)] | None = Field(
        default=None, description="Negative is before"
    )
    weekday: Literal["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"] | None = Field(
        default=None, description="Move to this day of the week"
    )
    weekday_rule: Literal["same_week", "on_or_before", "on_or_after"] | None = Field(
        default=None, description="same_week (from Monday) if null"
    )
    until: Annotated[str, Field(max_length=10)] | None = Field(
        default=None, description="today, race or YYYY-MM-DD: the days to there are counted"
    )


def convert(_: ToolContext, arguments: ConvertArguments) -> Fields:
    """Return distance, time, pace and speed in all units, as far as they follow; shares too."""
    metres = _metres(arguments)
    seconds = _seconds(arguments.time, "time")
    speed = _speed(arguments)
    if speed is None and metres and seconds:
        speed = metres / seconds
    if speed is not None and not FASTEST_MPS <= speed <= SLOWEST_MPS:
        raise ToolRefusal("nobody runs at such a speed: check distance, time and units")
    if metres is None and speed and seconds:
        metres = speed * seconds
    if seconds is None and speed and metres:
        seconds = metres / speed
    fields = known(
        {**_distance(metres), **time_fields(seconds), **_speeds(speed), **_shares(arguments)}
    )
    if not fields:
        raise ToolRefusal("give a distance, a pace, a speed, a time with one of them, or a share")
    return fields


def _metres(arguments: ConvertArguments) -> float | None:
    unit = arguments.distance_unit or "km"
    if unit in RACES_M:
        return RACES_M[unit]
    return None if arguments.distance is None else arguments.distance * UNITS_M[unit]


def _seconds(text: str | None, name: str) -> float | None:
    if text is None:
        return None
    found = CLOCK.fullmatch(text.strip())
    if found is None:
        raise ToolRefusal(f"`{name}` is h:mm:ss or m:ss")
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    total = S_PER_HOUR * hours + S_PER_MINUTE * minutes + seconds
    if not total:
        raise ToolRefusal(f"`{name}` is longer than nothing")
    return total


def _speed(arguments: ConvertArguments) -> float | None:
    if arguments.speed_kmh is not None:
        return arguments.speed_kmh * M_PER_KM / S_PER_HOUR
    seconds = _seconds(arguments.pace, "pace")
    return None if seconds is None else UNITS_M[arguments.pace_unit or "km"] / seconds


def _distance(metres: float | None) -> Fields:
    if metres is None:
        return {}
    return {
        "distance_km": km(metres, 3),
        "miles": f"{rounded(metres / MILE_M, 2)} mi",
        "distance_m": rounded(metres),
    }


def _speeds(speed: float | None) -> Fields:
    if speed is None:
        return {}
    per_mile = MILE_M / speed
    return {
        **pace_fields(speed),
        "pace_per_mile": f"{units.clock(per_mile)}/mi",
        "pace_s_per_mile": rounded(per_mile),
        "speed_kmh": rounded(units.kmh(speed), 2),
        "times": {name: units.clock(metres / speed) for name, metres in SPANS_M.items()},
    }


def _shares(arguments: ConvertArguments) -> Fields:
    value, of, pct = arguments.value, arguments.of, arguments.pct
    if value is None:
        return {}
    shares: Fields = {}
    if of:
        shares["value_in_pct_of_it"] = rounded(units.percent(value / of), 1)
        shares["value_more_than_it_pct"] = rounded(units.percent(value / of - 1), 1)
        shares["value_less_it"] = rounded(value - of, 2)
    if pct is not None:
        shares["pct_of_value"] = rounded(value * pct / units.percent(1), 2)
    return shares


def date_math(context: ToolContext, arguments: DateMathArguments) -> Fields:
    """Return a day reckoned from another, and the days between two."""
    start = _day(context, arguments.start)
    moved = start + timedelta(days=DAYS_A_WEEK * (arguments.weeks or 0) + (arguments.days or 0))
    if arguments.weekday is not None:
        moved = _on_weekday(moved, WEEKDAYS.index(arguments.weekday), arguments.weekday_rule)
    fields: Fields = {
        "today": day_fields(context.today),
        "start": day_fields(start),
        "result": {
            **day_fields(moved),
            "week": [day.isoformat() for day in periods.week(moved)][:: DAYS_A_WEEK - 1],
            "days_from_today": (moved - context.today).days,
        },
    }
    if arguments.until is not None:
        fields["until"] = _between(moved, _day(context, arguments.until))
    return fields


def _day(context: ToolContext, text: str) -> date:
    if text == "today":
        return context.today
    if text == "race":
        return _race_day(context)
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise ToolRefusal("a day is today, race or YYYY-MM-DD") from error
    if not EARLIEST <= day <= LATEST:
        raise ToolRefusal(f"days are reckoned from {EARLIEST} to {LATEST}")
    return day


def _race_day(context: ToolContext) -> date:
    """Return the day of the goal race: the next one entered, else that of the plan."""
    entered = races.list_races(context.conn, context.user.id, context.today)
    if aim := next((race for race in entered if race.priority == "A"), None):
        return aim.date
    current = plans.get_current(context.conn, context.user.id)
    day = current.plan.request.race_date if current else None
    if day is None or day < context.today:
        raise ToolRefusal("no race is entered and no plan has one to come")
    return day


def _on_weekday(day: date, weekday: int, rule: str | None) -> date:
    if rule == "on_or_before":
        return day - timedelta(days=(day.weekday() - weekday) % DAYS_A_WEEK)
    if rule == "on_or_after":
        return day + timedelta(days=(weekday - day.weekday()) % DAYS_A_WEEK)
    return periods.week_start(day) + timedelta(days=weekday)


def _between(first: date, last: date) -> Fields:
    days = (last - first).days
    weeks, rest = divmod(abs(days), DAYS_A_WEEK)
    return {**day_fields(last), "days": days, "weeks": weeks, "and_days": rest}
