"""Cards of the page "calendar" beside the month: races, own workouts, the feed for other calendars.

Forms and buttons speak to the API by the page's own script.
"""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from runningcoach.base import units
from runningcoach.base.i18n import t
from runningcoach.model.api_token import ApiToken
from runningcoach.model.stored_plan import PlannedRace, StoredWorkout
from runningcoach.pages import formatting, page, session
from runningcoach.pages.markup import Piece, macros
from runningcoach.pages.tiles import workouts
from runningcoach.pages.tiles.calendar_days import countdown
from runningcoach.pages.tiles.fitness import distance_name

CALENDAR = macros("calendar")

API = "/api/v1"
RACE_DISTANCES_M = (5_000, 10_000, 21_098, 42_195)
PRIORITIES = ("A", "B", "C")
PAST_RACES = 3
"""Races that are over stay in the list for a while, the latest of them."""


def races(rows: Sequence[PlannedRace], today: date, width: int = 4) -> Piece:
    """Return the goal and the races to come with their countdown, and forms to change them."""
    past = [race for race in rows if race.date < today][-PAST_RACES:]
    coming = [race for race in rows if race.date >= today]
    shown = [_race(race, today) for race in (*coming, *reversed(past))]
    return page.card(
        t("calendar.races.title"),
        CALENDAR.races(shown, _blank_race(today), f"{API}/races", _distances(), _priorities()),
        width=width,
        name="races-card",
    )


def _race(race: PlannedRace, today: date) -> dict[str, object]:
    target = units.clock(race.target_time_s) if race.target_time_s else ""
    standard = _standard_distance(race)
    return {
        "id": race.id,
        "is_past": race.date < today,
        "is_goal": race.priority == "A",
        "name": race.name,
        "day": formatting.short_day(race.date, today),
        "date": race.date.isoformat(),
        "countdown": countdown(race.date, today),
        "distance": distance_name(race.distance_m),
        "distance_m": standard or "",
        "distance_km": "" if standard else f"{units.km(race.distance_m):g}",
        "target": target,
        "priority": race.priority,
    }


def _standard_distance(race: PlannedRace) -> int | None:
    """Return the distance that runners call a race's by, half a metre rounded either way."""
    name = distance_name(race.distance_m)
    return next((metres for metres in RACE_DISTANCES_M if distance_name(metres) == name), None)


def _blank_race(today: date) -> dict[str, object]:
    blank = dict.fromkeys(("id", "name", "date", "target", "distance_km"), "")
    return {**blank, "distance_m": 10_000, "priority": "A", "least": today.isoformat()}


def _distances() -> list[tuple[object, str]]:
    known = [(metres, distance_name(metres)) for metres in RACE_DISTANCES_M]
    return [*known, ("", t("calendar.races.other_distance"))]


def _priorities() -> list[tuple[str, str]]:
    return [(name, t(f"calendar.races.priorities.{name}")) for name in PRIORITIES]


def own_workouts(rows: Sequence[StoredWorkout], today: date, width: int = 6) -> Piece:
    """Return a form for a workout in words, and the runner's own workouts to come."""
    coming = [row for row in rows if row.day is None or row.day >= today]
    shown = [
        {
            "id": row.id,
            "colour": workouts.colour(row.workout),
            "title": workouts.title(row.workout),
            "day": formatting.short_day(row.day, today) if row.day else t("calendar.own.no_day"),
        }
        for row in sorted(coming, key=lambda row: row.day or date.max)
    ]
    return page.card(
        t("calendar.own.title"),
        CALENDAR.own_workouts(shown, f"{API}/workouts", today.isoformat()),
        width=width,
        name="own-card",
    )


def feed(tokens: Sequence[ApiToken], today: date, width: int = 6) -> Piece:
    """Return the secret addresses by which other calendars read this one."""
    rows = [
        {
            "id": token.id,
            "name": token.name,
            "created": t("calendar.feed.created", day=_day(token.created_at, today)),
            "used": t("calendar.feed.used", day=_day(token.last_used_at, today))
            if token.last_used_at
            else t("calendar.feed.unused"),
        }
        for token in tokens
        if token.scope == "feed"
    ]
    return page.card(
        t("calendar.feed.title"),
        CALENDAR.feed(rows, f"{API}/tokens"),
        width=width,
        name="feed-card",
    )


def _day(at: datetime, today: date) -> str:
    zone = ZoneInfo(session.user().timezone)
    return formatting.short_day(at.astimezone(zone).date(), today)
