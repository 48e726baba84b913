"""What a calendar feed holds: workouts and races of the last weeks and all that come."""

import hashlib
from datetime import date, timedelta
from typing import Any

import psycopg

from runningcoach.base import i18n, units
from runningcoach.coach.plans.text.errors import WorkoutTextError
from runningcoach.coach.plans.text.render import render_steps
from runningcoach.model.calendar_event import CalendarEvent
from runningcoach.model.user import User
from runningcoach.model.workout import Workout
from runningcoach.store import calendar_feed
from runningcoach.store.calendar_feed import FeedRace, FeedWorkout

type Connection = psycopg.Connection[Any]

PAST = timedelta(weeks=4)


def load_feed_events(conn: Connection, user: User, today: date) -> list[CalendarEvent]:
    """Return the events of a runner's feed by day, in the language in force.

    The workout of a race is left out on a day on which a race is entered: it is the same one.
    """
    domain = _domain(user)
    races = calendar_feed.list_races(conn, user.id, today - PAST)
    race_days = {race.date for race in races}
    workouts = [
        row
        for row in calendar_feed.list_workouts(conn, user.id, today - PAST)
        if not (row.workout.type == "race" and row.day in race_days)
    ]
    events = [
        *(_race_event(race, domain) for race in races),
        *(_workout_event(row, domain) for row in workouts),
    ]
    return sorted(events, key=lambda event: event.day)


def _domain(user: User) -> str:
    """Return what sets a runner's events apart from those of any other runner and server."""
    digest = hashlib.sha256(f"{user.id} {user.created_at.timestamp()}".encode()).hexdigest()
    return f"{digest[:16]}.runningcoach"


def _workout_event(row: FeedWorkout, domain: str) -> CalendarEvent:
    name = f"workout-{row.id}" if row.plan_id is None else f"plan-{row.day}-{row.position}"
    return CalendarEvent(
        uid=f"{name}@{domain}",
        day=row.day,
        title=row.workout.title,
        description=_description(row.workout),
        sequence=row.revision,
        changed_at=row.updated_at,
    )


def _description(workout: Workout) -> str:
    """Return the steps of a workout in the text form, and what it is for."""
    try:
        steps = render_steps(workout.steps)
    except WorkoutTextError:
        steps = ""
    return "\n".join(filter(None, (steps, workout.purpose)))


def _race_event(race: FeedRace, domain: str) -> CalendarEvent:
    target = race.target_time_s
    return CalendarEvent(
        uid=f"race-{race.id}@{domain}",
        day=race.date,
        title=i18n.t("plans.feed.race", name=race.name, km=f"{units.km(race.distance_m):.4g}"),
        description=i18n.t("plans.feed.target", time=units.clock(target)) if target else "",
        sequence=race.revision,
        changed_at=race.updated_at,
    )
