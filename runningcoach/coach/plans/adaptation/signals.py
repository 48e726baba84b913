"""The signs of a day, from the tables."""

from typing import Any

import psycopg

from runningcoach.coach.plans.adaptation.case import AdaptationSignals, Readiness
from runningcoach.model.plan import Plan
from runningcoach.model.plan_request import AthleteState
from runningcoach.store import complaints, training_history

type Connection = psycopg.Connection[Any]


def load_signals(
    conn: Connection,
    user_id: int,
    plan: Plan,
    athlete: AthleteState,
) -> AdaptationSignals:
    """Return what the morning says, what the runner noted, and a race that paces come from.

    The race is the last since the plan began, where the athlete's paces are those of a race.
    """
    race_day = None
    if athlete.paces is not None and athlete.paces.source == "race":
        race_day = training_history.last_race_day(
            conn, user_id, plan.request.start, athlete.today
        )  # fmt: skip
    lasting = complaints.list_lasting(conn, user_id, athlete.today)
    complaint = lasting[0] if lasting else None
    return AdaptationSignals(
        readiness_of(athlete),
        complaint.kind if complaint else None,
        complaint.began_on if complaint else None,
        race_day,
    )


def readiness_of(athlete: AthleteState) -> Readiness | None:
    """Return red for signs of illness or a low score, amber for a reduced one.

    An unknown morning is none.
    """
    if athlete.is_red_today or athlete.readiness_band == "low":
        return "red"
    return "amber" if athlete.readiness_band == "reduced" else None
