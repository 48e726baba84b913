"""The athlete as drafts are checked for: with what the runner has noted of illness and pain."""

from datetime import date
from typing import Any

import psycopg

from runningcoach.coach.plans.athlete import load_athlete
from runningcoach.model.plan_request import AthleteState
from runningcoach.store import complaints

type Connection = psycopg.Connection[Any]


def load_planning_athlete(conn: Connection, user_id: int, today: date) -> AthleteState:
    """Return the athlete's state on a day.

    A complaint that lasts makes the morning a red one, whatever was measured; with pain, distance
    does not grow in a plan by the rules.
    """
    athlete = load_athlete(conn, user_id, today)
    kinds = {complaint.kind for complaint in complaints.list_lasting(conn, user_id, today)}
    return athlete.model_copy(
        update={
            "is_red_today": athlete.is_red_today or bool(kinds),
            "is_injured": athlete.is_injured or "pain" in kinds,
        }
    )
