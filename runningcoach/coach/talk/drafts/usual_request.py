"""What a plan is asked for where nobody says: the aim of the plan in force, else the races."""

from collections.abc import Mapping
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


def changed_request(usual: PlanRequest, changes: Mapping[str, Any]) -> PlanRequest:
    """Return a request with what is wanted otherwise; None is as usual. Raises ValidationError.

    Another goal, or another race, leaves the usual race with its name, target and tune-ups out.
    Where the day of the long run is no longer free, it is the last free one of the week.
    """
    given = {name: value for name, value in changes.items() if value is not None}
    base = usual.model_dump(mode="json")
    is_other_race = f"{given.get('race_date', usual.race_date)}" != f"{usual.race_date}"
    if given.get("goal", usual.goal) != usual.goal or is_other_race:
        base |= {"race_date": None, "race_name": "", "target_time_s": None, "tune_ups": []}
    days = given.get("available_weekdays")
    if isinstance(days, list | tuple) and days and usual.long_day not in days:
        base["long_day"] = max(days, key=str)  # what is no weekday is refused below
    return PlanRequest.model_validate(base | given)


def current_plan(conn: Connection, user_id: int) -> Plan | None:
    """Return the plan that the runner follows."""
    stored = plans.get_current(conn, user_id)
    return stored.plan if stored else None
