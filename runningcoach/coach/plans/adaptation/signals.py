"""The signs of a day, from the tables."""

from typing import Any

import psycopg

from runningcoach.coach.plans.adaptation.case import AdaptationSignals, Complaint, Readiness
from runningcoach.model.plan import Plan
from runningcoach.model.plan_request import AthleteState
from runningcoach.store import training_history

type Connection = psycopg.Connection[Any]


def load_signals(
    conn: Connection,
    user_id: int,
    plan: Plan,
    athlete: AthleteState,
    complaint: Complaint | None = None,
) -> AdaptationSignals:
    """Return what the morning says, and the last race since the plan began if paces are its."""
    race_day = None
    if athlete.paces is not None and athlete.paces.source == "race":
        race_day = training_history.last_race_day(
            conn, user_id, plan.request.start, athlete.today
        )  # fmt: skip
    return AdaptationSignals(readiness_of(athlete), complaint, athlete.today, race_day)


def readiness_of(athlete: AthleteState) -> Readiness | None:
    """Return red for signs of illness or a low score, amber for a reduced one.

    An unknown morning is none.
    """
    if athlete.is_red_today or athlete.readiness_band == "low":
        return "red"
    return "amber" if athlete.readiness_band == "reduced" else None
