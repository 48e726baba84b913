"""A plan proposed in a conversation: checked like any other, and only a proposal."""

import json
from datetime import timedelta

import pytest

from runningcoach.base import periods
from runningcoach.coach.plans.athlete import load_athlete
from runningcoach.coach.plans.planner import make_plan
from runningcoach.model.plan_request import PlanRequest
from runningcoach.store import ai_drafts, plans
from tests.coach.talk.flat_drafts import flat_draft

from .conftest import message_of, names

TODAY = periods.today("Asia/Seoul")
WISH = "Please make a plan for the 10 km in six weeks."


@pytest.fixture
def draft(conn, user):
    """The arguments of a sound proposal for a runner with twelve weeks of training."""
    for days_ago in range(1, 84, 2):
        day = TODAY - timedelta(days=days_ago)
        conn.execute(
            "INSERT INTO activities (user_id, file_sha256, source, sport, is_race, started_at,"
            " timezone, local_started_at, local_date, elapsed_s, timer_s, distance_m,"
            " decode_status) VALUES (%s, %s, 'fit', 'running', %s, %s, 'Asia/Seoul', %s, %s,"
            " 2400, 2400, 8000, 'ok')",
            [user.id, f"{days_ago}", days_ago == 21, day, day, day],
        )
    athlete = load_athlete(conn, user.id, TODAY)
    race_date = periods.week_start(TODAY) + timedelta(days=41)
    days = (1, 3, 5, 6)
    request = PlanRequest(goal="10k", start=TODAY, race_date=race_date, available_weekdays=days)
    asked = {"goal": "10k", "race_date": f"{race_date}", "available_weekdays": days}
    return asked | {"draft": flat_draft(make_plan(request, athlete), athlete.paces)}


def much_too_hard(arguments):
    copy = json.loads(json.dumps(arguments))
    for day in copy["draft"]["weeks"][0]["days"]:
        day |= {"template": "tempo", "distance_km": 20.0, "reps": 1, "rep_seconds": 3600}
    return copy


def test_a_sound_draft_is_proposed_and_waits(ask, on, conn, user, draft):
    on.answer_next(tool_calls=[("propose_plan", draft)])
    on.answer_next(text="I have proposed a plan. Look at it and approve it.")
    events = ask(WISH)
    assert names(events) == ["conversation", "tool", "plan", "text", "message", "done"]
    proposed = plans.get_proposed(conn, user.id)
    [plan] = [event.data for event in events if event.name == "plan"]
    assert plan == {"plan_id": proposed.id, "version": proposed.version}
    assert message_of(events).plan_id == proposed.id
    assert (proposed.origin, proposed.status) == ("model", "proposed")
    assert plans.get_current(conn, user.id) is None
    [attempt] = ai_drafts.list_recent(conn, user.id, 10)
    assert attempt.conversation_id == events[0].data["conversation_id"]


def test_a_draft_that_is_refused_goes_back_and_is_mended(ask, on, conn, user, draft):
    on.answer_next(tool_calls=[("propose_plan", much_too_hard(draft))])
    on.answer_next(tool_calls=[("propose_plan", draft)])
    on.answer_next(text="I have proposed a plan.")
    events = ask(WISH)
    assert names(events).count("plan") == 1
    assert len(ai_drafts.list_recent(conn, user.id, 10)) == 2
    results = [one["output"] for one in on.requests()[1].body["input"] if "output" in one]
    assert json.loads(results[-1])["status"] == "refused"


def test_after_its_last_attempt_the_rules_plan_and_no_more_is_taken(ask, on, conn, user, draft):
    for _ in range(5):
        on.answer_next(tool_calls=[("propose_plan", much_too_hard(draft))])
    on.answer_next(text="The rules made the plan.")
    events = ask(WISH)
    proposed = plans.get_proposed(conn, user.id)
    assert proposed.origin == "rule"
    assert message_of(events).plan_id == proposed.id
    assert len(ai_drafts.list_recent(conn, user.id, 10)) == 3
    assert names(events).count("plan") == 1


def test_two_drafts_in_one_round_leave_one_proposal(ask, on, conn, user, draft):
    on.answer_next(tool_calls=[("propose_plan", draft), ("propose_plan", draft)])
    on.answer_next(text="I have proposed a plan.")
    events = ask(WISH)
    assert names(events).count("plan") == 1
    assert len(plans.list_versions(conn, user.id, 10)) == 1


def test_no_plan_is_proposed_to_whom_something_hurts(ask, on, conn, user, draft):
    on.answer_next(tool_calls=[("propose_plan", draft)])
    on.answer_next(text="Rest first.")
    events = ask("My knee hurts. Please make a plan for the 10 km anyway.")
    assert message_of(events).sign_level == "amber"
    assert "plan" not in names(events)
    assert plans.get_proposed(conn, user.id) is None
    assert message_of(events).content.endswith("Rest first.")
