"""A model writes a plan: what is sound is proposed, what is not goes back, then the rules plan."""

import json

import pytest
from pydantic import SecretStr

from runningcoach.coach.plans.overview import note_texts
from runningcoach.coach.plans.planner.errors import PlanImpossible
from runningcoach.coach.plans.versions import OtherProposalOpen, generate_plan
from runningcoach.coach.talk import talk_settings
from runningcoach.coach.talk.budget import BudgetUsed
from runningcoach.coach.talk.model_plans.make import make_model_plan
from runningcoach.coach.talk.talk_settings import AgreementMissing, CoachOff
from runningcoach.sources.openai.problems import ModelKeyRefused, QuotaUsed
from runningcoach.store import ai_calls, ai_drafts, ai_settings, plans

from .conftest import TODAY


def make(runner, weeks=6, wishes="", **changes):
    request = runner.request(weeks, **changes)
    return make_model_plan(runner.connect, runner.user, runner.home, request, wishes)


def set_up(runner, **changes):
    settings = ai_settings.get(runner.conn, runner.user.id)
    ai_settings.put(runner.conn, runner.user.id, settings.model_copy(update=changes))


def worse(draft):
    """A draft whose first week is far too hard."""
    copy = json.loads(json.dumps(draft))
    for day in copy["weeks"][0]["days"]:
        day |= {"template": "tempo", "distance_km": 20.0, "reps": 1, "rep_seconds": 3600}
    return copy


def test_a_sound_draft_is_proposed(runner):
    runner.answers(runner.draft(runner.request()))
    made = make(runner)
    assert (made.kind, made.plan.origin, made.plan.status) == ("model", "model", "proposed")
    assert [f for f in made.findings if f.severity == "error"] == []
    assert runner.plans() == [("model", "proposed")]
    (attempt,) = ai_drafts.list_recent(runner.conn, runner.user.id, 10)
    assert (attempt.treatment, attempt.plan_id, attempt.round) == ("accept", made.plan.id, 1)
    (call,) = ai_calls.list_recent(runner.conn, runner.user.id, 10)
    assert (call.purpose, call.model, call.error_code) == ("plan", "gpt-6.1-terra", None)
    assert call.cost_usd > 0


def test_what_is_sent_asks_for_the_flat_form_and_names_nobody(runner):
    runner.conn.execute("UPDATE users SET display_name = 'Canary Kim'")
    request = runner.request().model_copy(update={"race_name": "Canary City Marathon"})
    runner.answers(runner.draft(runner.request()))
    key = "sk-proj-abcdefghijklmnopqrstuvwxyz0123456789"
    make_model_plan(runner.connect, runner.user, runner.home, request, f"언덕 없이 {key}")
    (body,) = runner.sent()
    text = json.dumps(body, ensure_ascii=False)
    assert body["text"]["format"]["strict"] is True
    assert "oneOf" not in text
    assert "언덕 없이" in text
    assert "Canary" not in text
    assert key not in text


def test_errors_go_back_with_their_weeks_alone(runner):
    good = runner.draft(runner.request())
    runner.answers(worse(good), {"weeks": good["weeks"][:1]})
    made = make(runner)
    assert (made.kind, [a.treatment for a in made.attempts]) == ("model", ["reject", "accept"])
    assert made.attempts[0].findings
    again = json.dumps(runner.sent()[1], ensure_ascii=False)
    assert good["weeks"][0]["start"] in again
    assert "hard" in again


def test_after_two_rounds_back_the_rules_plan_and_say_so(runner):
    bad = worse(runner.draft(runner.request()))
    runner.answers(bad, {"weeks": bad["weeks"][:1]}, {"weeks": bad["weeks"][:1]})
    made = make(runner)
    assert (made.kind, made.plan.origin) == ("rules", "rule")
    assert [attempt.round for attempt in made.attempts] == [1, 2, 3]
    assert runner.plans() == [("rule", "proposed")]
    (note,) = note_texts(made.plan.reasons, "en")
    assert "the rules made this one" in note
    assert len(runner.sent()) == 3


@pytest.mark.parametrize(
    "text", ["도와드릴 수 없습니다.", " ", "I'm sorry, but I can't help with that."]
)
def test_a_model_that_declines_is_not_asked_again(runner, text):
    runner.answers(text, finish="stop")
    made = make(runner)
    assert (made.kind, made.attempts[0].treatment) == ("rules", "fallback")
    assert len(runner.sent()) == 1


def test_questions_come_before_a_plan(runner):
    runner.answers({"title": "", "questions": ["무릎은 괜찮나요?"], "weeks": []})
    made = make(runner)
    assert (made.kind, made.questions, made.plan) == ("questions", ["무릎은 괜찮나요?"], None)
    assert runner.plans() == []


def test_a_cut_answer_is_asked_for_in_smaller_parts(runner):
    good = runner.draft(runner.request())
    text = json.dumps(good)[:4_000]
    runner.simulator.answer_next(text=text, finish="length")
    runner.answers({"weeks": good["weeks"][:3]}, {"weeks": good["weeks"][3:]})
    made = make(runner)
    assert (made.kind, len(runner.sent())) == ("model", 3)
    assert len(made.plan.plan.weeks) == 6


def test_a_long_plan_is_written_by_an_outline_and_parts(runner):
    good = runner.draft(runner.request(12))
    weeks = good["weeks"]
    outline = {
        "title": "봄 10 km", "rationale_ko": "", "assumptions": ["주 4일"], "questions": [],
        "weeks": [{"start": w["start"], "phase": w["phase"], "km": 30} for w in weeks],
    }  # fmt: skip
    runner.answers(outline, *({"weeks": weeks[n : n + 4]} for n in (0, 4, 8)))
    made = make(runner, 12)
    assert made.kind == "model", made.attempts
    assert [week.start.isoformat() for week in made.plan.plan.weeks] == [w["start"] for w in weeks]
    assert made.plan.plan.title == "봄 10 km"
    assert len(runner.sent()) == 4


def test_weeks_that_are_missing_are_asked_for(runner):
    good = runner.draft(runner.request())
    runner.answers(good | {"weeks": good["weeks"][2:]}, {"weeks": good["weeks"][:2]})
    made = make(runner)
    assert (made.kind, made.attempts[0].reasons) == ("model", ["계획에 빠진 주가 있어요."])
    assert len(made.plan.plan.weeks) == 6
    assert good["weeks"][5]["start"] not in runner.sent()[1]["input"][1]["content"].split("\n")[0]


def test_errors_name_their_week_where_earlier_weeks_are_missing(runner):
    good = runner.draft(runner.request())
    bad = worse(good | {"weeks": good["weeks"][1:]})
    runner.answers(bad, {"weeks": good["weeks"][:2]})
    assert make(runner).kind == "model"


@pytest.mark.parametrize("traits", [(), ("without_response_format", "without_usage")])
def test_a_compatible_server_by_chat_completions(runner, traits):
    set_up(runner, api="chat")
    runner.simulator.play("without_responses", *traits)
    runner.answers(f"```json\n{json.dumps(runner.draft(runner.request()))}\n```")
    assert make(runner).kind == "model"
    assert {logged.path for logged in runner.simulator.requests()} == {"/v1/chat/completions"}


def test_what_fails_after_a_first_round_leads_to_the_rules(runner):
    runner.answers(worse(runner.draft(runner.request())))

    def spend(_):
        set_up(runner, daily_budget_usd=0)

    request = runner.request()
    made = make_model_plan(runner.connect, runner.user, runner.home, request, on=spend)
    assert (made.kind, len(runner.sent())) == ("rules", 1)
    assert "예산" in note_texts(made.plan.reasons, "ko")[0]


# ---- nothing is sent, or nothing is stored ----------------------------------------------------


def test_a_red_sign_in_the_wishes_sends_nothing(runner):
    made = make(runner, wishes="어제부터 달릴 때 가슴이 아프고 숨이 차요")
    assert (made.kind, made.plan) == ("sign", None)
    assert "119" in made.reply
    assert runner.sent() == []


def test_a_sign_to_be_careful_with_adds_its_rule(runner):
    runner.answers(runner.draft(runner.request()))
    made = make(runner, wishes="무릎이 좀 아파요. 그래도 달리고 싶어요")
    assert (made.kind, bool(made.reply)) == ("model", True)
    assert "no progression" in json.dumps(runner.sent())


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"is_enabled": False}, CoachOff),
        ({"agreed_at": None}, AgreementMissing),
        ({"daily_budget_usd": 0.01}, BudgetUsed),
    ],
)
def test_settings_that_forbid_a_call(runner, changes, error):
    set_up(runner, **changes)
    with pytest.raises(error):
        make(runner)
    assert runner.sent() == []
    assert runner.plans() == []


def test_a_plan_that_is_impossible_costs_nothing(runner):
    with pytest.raises(PlanImpossible):
        make(runner, 2, goal="m")
    assert runner.sent() == []


def test_another_proposal_is_asked_about_first(runner):
    waiting = generate_plan(
        runner.conn, runner.user.id, runner.request(), runner.athlete, "ko"
    )  # fmt: skip
    with pytest.raises(OtherProposalOpen):
        make(runner)
    assert runner.sent() == []
    assert plans.get_proposed(runner.conn, runner.user.id).id == waiting.id


def test_a_plan_by_the_rules_in_place_of_a_model_gives_way_to_the_next(runner):
    runner.answers("도와드릴 수 없습니다.")
    make(runner)
    runner.answers(runner.draft(runner.request()))
    assert make(runner).kind == "model"
    assert runner.plans() == [("rule", "archived"), ("model", "proposed")]


def test_a_first_call_that_fails_is_a_problem_and_no_plan(runner):
    runner.simulator.fail_next("quota")
    with pytest.raises(QuotaUsed):
        make(runner)
    (call,) = ai_calls.list_recent(runner.conn, runner.user.id, 10)
    assert call.error_code == "openai.quota_used"
    assert runner.plans() == []


def test_a_wrong_key_is_told_and_not_shown(runner):
    talk_settings.put_key(runner.conn, runner.user.id, SecretStr("sk-wrong-canary"), runner.home)
    with pytest.raises(ModelKeyRefused) as refused:
        make(runner)
    assert "canary" not in f"{refused.value} {refused.value!r}"


def test_privacy_levels_decide_what_is_said_of_the_runner(runner):
    said = {}
    for level in ("summary", "training", "health"):
        set_up(runner, privacy_level=level)
        runner.simulator.clear_log()
        runner.answers(runner.draft(runner.request()))
        make(runner)
        said[level] = json.dumps(runner.sent())
    assert "longest_30d_km" not in said["summary"]
    assert "longest_30d_km" in said["training"]
    assert "is_red_today" not in said["training"]
    assert "is_red_today" in said["health"]
    assert all(f"{TODAY}" in text for text in said.values())
