"""A check of a draft tells no more than the privacy level allows, and stores nothing."""

from datetime import date, timedelta

import pytest

from runningcoach.base import i18n
from runningcoach.coach.talk.draft_check import WrongDraftArguments, check_plan_draft
from runningcoach.coach.talk.tools import ToolContext
from runningcoach.model.fitness import RecoveryDay
from runningcoach.store import fitness, plans, races

MONDAY = date(2026, 11, 30)
RACE = "서울마라톤"


@pytest.fixture
def red(conn, user):
    """A runner with a red morning on Monday and a race with the name of a place."""
    fitness.replace_recovery(
        conn, user.id, [RecoveryDay(date=MONDAY, readiness=20, flags=["possible_illness"])]
    )
    race = {"date": MONDAY + timedelta(days=60), "name": RACE, "distance_m": 10_000}
    races.create(conn, user.id, race | {"target_time_s": None, "priority": "A"})
    return user


def draft(**tuesday):
    days = [{"date": f"{MONDAY + timedelta(days=n)}", "template": "rest"} for n in range(7)]
    days[1] |= {"template": "easy", "distance_km": 3.0, "intensity": "E"} | tuesday
    return {"weeks": [{"start": f"{MONDAY}", "phase": "base", "days": days}]}


def check(conn, user, level, content):
    fields = {"goal": "fit", "start": f"{MONDAY}", "weeks": 1, "draft": content}
    with i18n.speaking("en"):
        return check_plan_draft(ToolContext(conn, user, MONDAY, level, "en"), fields)


@pytest.mark.parametrize(("level", "is_told"), [("summary", 0), ("training", 0), ("health", 1)])
def test_a_red_morning_is_told_at_the_level_of_health_alone(conn, red, level, is_told):
    content = draft(template="vo2max", reps=8, rep_distance_m=1000, distance_km=None, intensity="I")
    for n in range(2, 7):  # more than a repair mends
        content["weeks"][0]["days"][n] |= {"template": "tempo", "distance_km": 60, "intensity": "T"}
    answer = check(conn, red, level, content)
    assert "V19" in [finding["rule"] for finding in answer["findings"]]
    assert ("red signs" in str(answer)) == bool(is_told)


def test_the_name_of_a_race_is_left_out_and_nothing_is_stored(conn, red):
    answer = check_plan_draft(
        ToolContext(conn, red, MONDAY, "health", "ko"), {"goal": None, "draft": draft()}
    )
    assert answer["request"]["race_date"] == f"{MONDAY + timedelta(days=60)}"
    assert RACE not in str(answer)
    assert plans.list_versions(conn, red.id, limit=1) == []


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({}, "draft: missing"),
        ({"draft": {}}, "draft: missing"),
        ({"draft": draft(), "approve": True}, "approve: unknown"),
        ({"draft": draft(), "weeks": 99}, "weeks: "),
    ],
)
def test_wrong_arguments_are_named(conn, user, fields, problem):
    with pytest.raises(WrongDraftArguments) as caught:
        check_plan_draft(ToolContext(conn, user, MONDAY, "training", "en"), fields)
    assert any(one.startswith(problem) for one in caught.value.problems)
