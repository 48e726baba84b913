"""What a plan is asked for where nobody says: the aim of the plan in force, else the races."""

from typing import Any

import psycopg

from runningcoach.coach.plans.request_defaults import default_request
from runningcoach.model.plan import Plan
from runningcoach.model.plan_request import AthleteState, PlanRequest
from runningcoach.store import plans

type Connection = psycopg.Connection[Any]


def usual_request(conn: Connection, user_id: int, athlete: AthleteState) -> PlanRequest:
    """Return the request of the current plan while its race is ahead, to begin today.

    Without one, the request that the races entered and the habits of the runner suggest.
    """
    current = current_plan(conn, user_id)
    if current is None:
        return default_request(conn, user_id, athlete)
    request = current.request
    if request.race_date is None or request.race_date < athlete.today:
        return default_request(conn, user_id, athlete)
    ahead = tuple(race for race in request.tune_ups if race.date >= athlete.today)
    return request.model_copy(
        update={"start": max(request.start, athlete.today), "tune_ups": ahead}
    )


def current_plan(conn: Connection, user_id: int) -> Plan | None:
    """Return the plan that the runner follows."""
    stored = plans.get_current(conn, user_id)
    return stored.plan if stored else None
