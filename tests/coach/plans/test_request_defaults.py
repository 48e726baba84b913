"""What a form begins with: races that are entered, days on which somebody runs."""

from datetime import timedelta

import pytest

from runningcoach.coach.plans.athlete import load_athlete
from runningcoach.coach.plans.request_defaults import default_request, goal_without_race
from runningcoach.model.plan_request import AthleteState
from runningcoach.store import races
from tests.coach.plans.test_athlete import MONDAY, TODAY, run


def enter(conn, user, days, distance_m, **more):
    columns = {
        "date": TODAY + timedelta(days=days), "name": "", "distance_m": distance_m,
        "target_time_s": None, "priority": "A",
    }  # fmt: skip
    races.create(conn, user.id, columns | more)


def defaults(conn, user):
    return default_request(conn, user.id, load_athlete(conn, user.id, TODAY))


def test_nothing_is_known_of_a_new_runner(conn, user):
    request = defaults(conn, user)
    assert (request.goal, request.start, request.race_date) == ("first_5k", TODAY, None)
    assert (request.available_weekdays, request.long_day) == ((1, 3, 5, 6), 6)


def test_the_next_race_of_priority_a_is_the_goal_and_races_before_it_are_on_the_way(conn, user):
    enter(conn, user, -10, 42_195)
    enter(conn, user, 30, 10_000, priority="B", name="Spring")
    enter(conn, user, 60, 21_097, target_time_s=6_300, name="Half")
    enter(conn, user, 90, 42_195, name="Later")
    request = defaults(conn, user)
    assert (request.goal, request.race_name, request.target_time_s) == ("hm", "Half", 6_300)
    assert request.race_date == TODAY + timedelta(days=60)
    assert [(race.name, race.distance_m) for race in request.tune_ups] == [("Spring", 10_000)]


def test_a_race_over_another_distance_is_no_goal(conn, user):
    enter(conn, user, 40, 50_000)
    request = defaults(conn, user)
    assert (request.race_date, request.tune_ups) == (None, ())


def test_days_of_running_are_those_of_the_last_eight_weeks(conn, user):
    for week in range(1, 5):
        monday = MONDAY - timedelta(days=7 * week)
        for weekday, km in ((0, 6), (2, 8), (5, 16), (6, 5)):
            run(conn, user, monday + timedelta(days=weekday), km)
        run(conn, user, monday + timedelta(days=4), 40, sport="cycling")
    run(conn, user, MONDAY - timedelta(days=3), 7)  # one Friday is no habit
    for weeks in range(9, 14):
        run(conn, user, MONDAY - timedelta(days=7 * weeks - 1), 20)  # Tuesdays of long ago
    request = defaults(conn, user)
    assert request.available_weekdays == (0, 2, 5, 6)
    assert request.long_day == 5


@pytest.mark.parametrize(
    ("weekly_km", "days_since_run", "goal"),
    [((), None, "first_5k"), ((0.0, 0.0), 90, "first_5k"), ((20.0,), 14, "return"),
     ((20.0,), 13, "fit")],
)  # fmt: skip
def test_the_goal_without_a_race(weekly_km, days_since_run, goal):
    athlete = AthleteState(today=TODAY, weekly_km=weekly_km, days_since_run=days_since_run)
    assert goal_without_race(athlete) == goal


def test_the_last_day_is_for_the_long_run_where_no_run_is_longer(conn, user):
    for week in range(1, 5):
        for weekday in (1, 3, 5):
            run(conn, user, MONDAY - timedelta(days=7 * week - weekday), 8)
    request = defaults(conn, user)
    assert (request.available_weekdays, request.long_day) == ((1, 3, 5), 5)
