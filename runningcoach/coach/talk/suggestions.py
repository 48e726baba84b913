"""Questions that suit a runner's day: rules over what is in the tables, no model."""

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

import psycopg

from runningcoach.base import periods
from runningcoach.base.i18n import t
from runningcoach.coach.plans.adaptation.signals import readiness_of
from runningcoach.coach.plans.athlete import load_athlete
from runningcoach.model.plan_request import AthleteState
from runningcoach.model.stored_plan import PlannedRace
from runningcoach.model.user import User
from runningcoach.store import adherence, complaints, plans, races, workouts

type Connection = psycopg.Connection[Any]

MOST = 6
RACE_NEAR_DAYS = 21
RECENT_RUN_DAYS = 3
MISSED_LEAST = 2
"""Workouts of this week that were missed, from which on a week is behind its plan."""


class Suggestion(NamedTuple):
    """A question: its key under `talk.suggestion`, and what fills its blanks."""

    key: str
    blanks: dict[str, object]


def suggest_questions(conn: Connection, user: User, today: date, language: str) -> list[str]:
    """Return four to six questions that suit today, the most pressing first."""
    athlete = load_athlete(conn, user.id, today)
    found = [
        *_of_body(conn, user, athlete),
        *_of_race(conn, user, today),
        *_of_plan(conn, user, today),
        *_of_runs(athlete),
        Suggestion("form", {}),
        Suggestion("knowledge", {}),
    ]
    return [t(f"talk.suggestion.{one.key}", language, **one.blanks) for one in found[:MOST]]


def _of_body(conn: Connection, user: User, athlete: AthleteState) -> Iterator[Suggestion]:
    lasting = complaints.list_lasting(conn, user.id, athlete.today)
    if lasting:
        yield Suggestion(lasting[0].kind, {})
    elif readiness_of(athlete) is not None:
        yield Suggestion("morning", {})


def _of_race(conn: Connection, user: User, today: date) -> Iterator[Suggestion]:
    entered: list[PlannedRace] = races.list_races(conn, user.id, today)
    if not entered:
        return
    goal = next((race for race in entered if race.priority == "A"), entered[0])
    is_near = (entered[0].date - today).days <= RACE_NEAR_DAYS
    days = ((entered[0] if is_near else goal).date - today).days
    if days == 0:
        yield Suggestion("race_today", {})
    else:
        yield Suggestion("race_near" if days <= RACE_NEAR_DAYS else "race_far", {"days": days})


def _of_plan(conn: Connection, user: User, today: date) -> Iterator[Suggestion]:
    if plans.get_proposed(conn, user.id) is not None:
        yield Suggestion("proposal", {})
    if plans.get_current(conn, user.id) is None:
        yield Suggestion("no_plan", {})
        return
    went = adherence.list_between(conn, user.id, periods.week_start(today), today)
    if sum(row.verdict == "missed" for row in went) >= MISSED_LEAST:
        yield Suggestion("behind", {})
    if workouts.list_between(conn, user.id, today, today):
        yield Suggestion("today", {})


def _of_runs(athlete: AthleteState) -> Iterator[Suggestion]:
    if athlete.days_since_run is None:
        yield Suggestion("beginner", {})
        return
    if athlete.days_since_run <= RECENT_RUN_DAYS:
        yield Suggestion("last_run", {})
    yield Suggestion("week", {})
