"""The tool by which a model proposes a plan in a conversation."""

import json

import pytest

from runningcoach.coach.plans.versions import approve_plan, generate_plan
from runningcoach.coach.talk.model_plans.plan_tool import PLAN_ATTEMPTS, plan_tool, run_plan_tool
from runningcoach.store import ai_drafts, complaints, conversations, plans

from .conftest import TODAY
from .test_make_model_plan import set_up, worse


def run(runner, arguments, attempt=1, conversation_id=None):
    text = arguments if isinstance(arguments, str) else json.dumps(arguments)
    answer = run_plan_tool(runner.connect, runner.user, text, conversation_id, attempt)
    return answer, json.loads(answer.content)


def arguments(runner, draft=None, **changes):
    request = runner.request()
    asked = {"goal": "10k", "race_date": f"{request.race_date}", "available_weekdays": [1, 3, 5, 6]}
    return asked | {"draft": draft or runner.draft(request)} | changes


def test_the_tool_is_strict_and_flat():
    spec = plan_tool()
    text = json.dumps(spec.parameters)
    assert "oneOf" not in text
    assert "anyOf" not in text
    assert "default" not in text
    assert set(spec.parameters["required"]) == set(spec.parameters["properties"])


def test_a_sound_draft_is_proposed_and_nothing_more(runner):
    talk = conversations.create(runner.conn, runner.user.id, "계획")
    answer, told = run(runner, arguments(runner), conversation_id=talk.id)
    assert (told["status"], answer.is_last, answer.is_error) == ("proposed", True, False)
    assert answer.stored.origin == "model"
    assert runner.plans() == [("model", "proposed")]
    (attempt,) = ai_drafts.list_recent(runner.conn, runner.user.id, 10)
    assert (attempt.conversation_id, attempt.plan_id) == (talk.id, answer.stored.id)
    assert runner.sent() == []


def test_errors_go_back_and_after_the_last_attempt_the_rules_plan(runner):
    bad = arguments(runner, worse(runner.draft(runner.request())))
    for attempt in range(1, PLAN_ATTEMPTS):
        answer, told = run(runner, bad, attempt)
        assert (told["status"], told["attempts_left"]) == ("refused", PLAN_ATTEMPTS - attempt)
        assert told["problems"]
        assert runner.plans() == []
    answer, told = run(runner, bad, PLAN_ATTEMPTS)
    assert (told["status"], answer.stored.origin) == ("planned_by_rules", "rule")


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"goal": "ultra"}, "goal"),
        ({"available_weekdays": [9]}, "available_weekdays"),
        ({"race_date": "soon"}, "race_date"),
        ({"draft": "please"}, "JSON"),
        ({"draft": {"weeks": []}}, "no weeks"),
    ],
)
def test_wrong_arguments_are_told_to_the_model(runner, changes, word):
    answer, told = run(runner, arguments(runner, **changes))
    assert answer.is_error
    assert word in json.dumps(told)
    assert runner.plans() == []


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"draft": {"weeks": [{"start'])
def test_arguments_that_cannot_be_read(runner, text):
    answer, told = run(runner, text)
    assert answer.stored is None
    assert told["problems"]


def test_another_proposal_is_named_to_the_model(runner):
    generate_plan(runner.conn, runner.user.id, runner.request(), runner.athlete, "ko")
    _, told = run(runner, arguments(runner))
    assert (told["status"], told["attempts_left"]) == ("refused", 0)
    assert "waiting" in told["problems"][0]
    assert runner.plans() == [("rule", "proposed")]


def test_weeks_of_the_current_plan_are_changed_in_it(runner):
    made = generate_plan(runner.conn, runner.user.id, runner.request(), runner.athlete, "ko")
    approve_plan(runner.conn, runner.user.id, made.id, made.sha256, TODAY)
    draft = runner.draft(runner.request())
    draft["weeks"] = draft["weeks"][2:3]
    answer, told = run(runner, {"goal": None, "draft": draft})
    assert told["status"] == "proposed", told
    assert answer.stored.parent_id == made.id
    assert answer.stored.plan.weeks[3:] == made.plan.weeks[3:]
    assert plans.get_current(runner.conn, runner.user.id).id == made.id


def test_a_mistake_of_units_goes_back(runner):
    draft = runner.draft(runner.request())
    for day in draft["weeks"][1]["days"]:
        if day["template"] == "easy":
            day |= {"duration_min": round(6 * day["distance_km"]), "distance_km": 2.0}
    _, told = run(runner, arguments(runner, draft))
    assert told["status"] == "refused"
    assert any("contradict" in problem for problem in told["problems"])


def test_the_current_plan_stays_where_a_change_of_it_fails(runner):
    made = generate_plan(runner.conn, runner.user.id, runner.request(), runner.athlete, "ko")
    approve_plan(runner.conn, runner.user.id, made.id, made.sha256, TODAY)
    bad = worse(runner.draft(runner.request()))
    bad["weeks"] = bad["weeks"][:1]
    answer, told = run(runner, {"goal": None, "draft": bad}, PLAN_ATTEMPTS)
    assert (told["status"], answer.stored, answer.is_last) == ("refused", None, True)
    assert runner.plans() == [("rule", "current")]


def all_hard_today(draft):
    """A draft that is hard on every day that can be run on."""
    for day in draft["weeks"][0]["days"]:
        day |= {"template": "cruise", "distance_km": 8.0, "reps": 4, "rep_distance_m": 1000}
    return draft


@pytest.mark.parametrize(("level", "is_told"), [("training", False), ("health", True)])
def test_an_illness_is_held_to_and_told_by_its_level_of_privacy(runner, level, is_told):
    set_up(runner, privacy_level=level)
    complaints.begin(runner.conn, runner.user.id, "illness", TODAY)
    draft = all_hard_today(runner.draft(runner.request()))
    answer, told = run(runner, arguments(runner, draft))
    assert "V19" in {finding.code for finding in answer.findings}
    text = json.dumps(told)
    assert ("red signs" in text, "only rest or easy running" in text) == (is_told, not is_told)
