"""Units, shares and days, against figures that were worked out by hand."""

import json
from datetime import date

import pytest

from runningcoach.coach.talk.tools import ToolContext, run_tool
from runningcoach.store import races

TODAY = date(2027, 3, 10)  # a Wednesday


@pytest.fixture
def context(conn, user):
    return ToolContext(conn, user, TODAY, "summary", "en")


def result(context, name, **arguments):
    found = run_tool(context, name, json.dumps(arguments))
    assert not found.is_error, found.content
    return json.loads(found.content)


def test_time_over_a_half_marathon_as_paces(context):
    found = result(context, "convert", distance_unit="half_marathon", time="1:55:00")
    # 6900 s / 21.0975 km = 327.05 s; times 1.609344 = 526.3 s
    assert (found["pace"], found["pace_s_per_km"]) == ("5:27/km", 327)
    assert found["pace_per_mile"] == "8:46/mi"
    assert found["times"]["marathon"] == "3:50:00"


def test_treadmill_speed_as_paces(context):
    found = result(context, "convert", speed_kmh=12)
    assert (found["pace"], found["pace_per_mile"]) == ("5:00/km", "8:03/mi")
    assert found["times"]["5 km"] == "25:00"


def test_miles_as_kilometres(context):
    found = result(context, "convert", distance=10, distance_unit="mi")
    assert (found["distance_km"], found["miles"]) == (16.093, "10.0 mi")


def test_pace_and_distance_as_time(context):
    found = result(context, "convert", distance=8, pace="5:30")
    assert (found["time"], found["time_s"], found["speed_kmh"]) == ("44:00", 2640, 10.91)


def test_pace_per_mile_as_pace_per_kilometre(context):
    assert result(context, "convert", pace="8:00", pace_unit="mi")["pace"] == "4:58/km"


def test_pace_and_time_as_distance(context):
    assert result(context, "convert", pace="6:00", time="1:00:00")["distance_km"] == 10.0


def test_shares(context):
    found = result(context, "convert", value=18, of=14, pct=110)
    assert found["value_more_than_it_pct"] == 28.6
    assert found["value_in_pct_of_it"] == 128.6
    assert found["value_less_it"] == 4.0
    assert found["pct_of_value"] == 19.8


def test_halves_are_rounded_upwards(context):
    assert result(context, "convert", value=0.125, pct=100)["pct_of_value"] == 0.13
    assert result(context, "convert", value=2.675, pct=100)["pct_of_value"] == 2.68


def test_sunday_three_weeks_before_the_race(context, conn, user):
    columns = {"date": date(2027, 4, 18), "name": "Race", "distance_m": 21_097,
               "target_time_s": None, "priority": "A"}  # fmt: skip
    races.create(conn, user.id, columns)
    found = result(context, "date_math", start="race", weeks=-3, weekday="Sun")
    assert (found["result"]["date"], found["result"]["weekday"]) == ("2027-03-28", "Sun")
    left = result(context, "date_math", start="today", until="race")["until"]
    assert (left["days"], left["weeks"], left["and_days"]) == (39, 5, 4)


def test_race_is_unknown_without_one(context):
    assert run_tool(context, "date_math", '{"start": "race"}').is_error


@pytest.mark.parametrize(
    ("rule", "day"),
    [("same_week", "2027-03-12"), ("on_or_before", "2027-03-05"), ("on_or_after", "2027-03-12")],
)
def test_friday_by_rule(context, rule, day):
    found = result(context, "date_math", start="today", weekday="Fri", weekday_rule=rule)
    assert found["result"]["date"] == day


def test_week_of_a_day_runs_from_monday_to_sunday(context):
    found = result(context, "date_math", start="2027-03-01", days=-1)
    assert found["result"]["date"] == "2027-02-28"
    assert found["result"]["week"] == ["2027-02-22", "2027-02-28"]
