"""Profiles of runners and their requests: the matrix that the planner is held to."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import product

from runningcoach.coach.plans.paces import training_paces
from runningcoach.model.plan_request import AthleteState, PlanRequest

START = date(2026, 11, 23)
DAYS = {
    3: (1, 3, 6),
    4: (1, 3, 5, 6),
    5: (1, 2, 3, 5, 6),
    6: (0, 1, 2, 3, 5, 6),
    7: (0, 1, 2, 3, 4, 5, 6),
}
GOALS = ("5k", "10k", "hm", "m", "fit")
VOLUMES_KM = (0.0, 15.0, 30.0, 50.0, 80.0)
HORIZONS_WEEKS = (2, 6, 12, 20)
PACE_INDICES = (32.0, 45.0, 60.0)
HISTORIES = ((1, 35, False), (1, 58, True), (21, 35, False))
"""Days since the last run, age, whether injured."""


def matrix() -> Iterator[tuple[str, PlanRequest, AthleteState]]:
    """Yield 4,500 profiles: 5 goals, 5 volumes, 3 to 7 days, 4 horizons, 3 indices, 3 histories."""
    for profile in product(GOALS, VOLUMES_KM, DAYS, HORIZONS_WEEKS, PACE_INDICES, HISTORIES):
        yield (str(profile), *request_and_athlete(*profile))


def request_and_athlete(goal, volume_km, days, weeks, pace_index, history):
    """Return the request and the athlete of a profile."""
    gap_days, age, is_injured = history
    race = None if goal == "fit" else START + timedelta(days=7 * weeks - 1)
    request = PlanRequest(
        goal=goal,
        start=START,
        race_date=race,
        weeks=weeks if race is None else None,
        available_weekdays=DAYS[days],
        weekday_max_min=75,
        long_max_min=180,
    )
    athlete = AthleteState(
        today=START,
        weekly_km=(volume_km,) * 12,
        longest_30d_km=max(volume_km * 0.33, 4.0 if volume_km else 0.0),
        days_since_run=gap_days,
        paces=training_paces(pace_index, "race"),
        age=age,
        is_injured=is_injured,
    )
    return request, athlete
