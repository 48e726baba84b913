"""A model's answer to a message: its events, its tools, what is kept and what it cost."""

import json

import pytest

from runningcoach.coach.talk.conversation import preview
from runningcoach.coach.talk.conversation.answer_slots import (
    ConversationBusy,
    conversation_slot,
)
from runningcoach.coach.talk.conversation.tool_rounds import MOST_ROUNDS
from runningcoach.coach.talk.talk_settings import AgreementMissing
from runningcoach.model.conversation import NewModelCall
from runningcoach.store import ai_calls, conversations, plans
from runningcoach.store.conversations import ConversationAbsent
from tests.coach.talk.talking import switch_on

from .conftest import MODEL, message_of, names, stored, text_of

QUESTION = "How far did I run this week?"
KEY = "sk-canary-4b1dd2c09a77e3f5a8d1"


def sent_to(model):
    """Return the bodies of the requests for answers as texts."""
    return [json.dumps(one.body, ensure_ascii=False) for one in model.requests()]


def test_an_answer_comes_in_pieces_and_is_stored_whole(ask, on, conn, user):
    on.answer_next(text="You have not run this week.")
    events = ask(QUESTION)
    assert names(events) == ["conversation", "text", "message", "done"]
    assert text_of(events) == "You have not run this week."
    question, answer = stored(conn, user, events)
    assert (question.role, question.content) == ("user", QUESTION)
    assert question.id == events[0].data["message_id"]
    assert answer == message_of(events)
    assert (answer.role, answer.content) == ("assistant", "You have not run this week.")
    assert (answer.finish_reason, answer.error_code) == ("stop", None)
    assert answer.model.startswith(MODEL)
    assert events[0].data["title"] == QUESTION


def test_what_was_sent_is_kept_with_its_hash_and_sizes(ask, on, conn, user):
    on.answer_next(tool_calls=[("weekly_mileage", "{}")])
    on.answer_next(text="Nothing yet.")
    events = ask(QUESTION)
    answer = message_of(events)
    assert answer.prompt_version
    assert len(answer.prompt_sha256) == 64
    assert sum(answer.section_tokens.values()) > 500
    context = conversations.context(conn, user.id, answer.id)
    assert context["messages"][-1]["role"] == "tool"
    assert any(QUESTION in one.get("content", "") for one in context["messages"])
    assert context["instructions"][:100] in "".join(sent_to(on)).encode().decode("unicode_escape")


def test_a_tool_is_run_and_its_result_sent_back(ask, on):
    on.answer_next(tool_calls=[("weekly_mileage", '{"weeks": 4, "until": null}')])
    on.answer_next(text="Nothing yet.")
    events = ask(QUESTION)
    assert names(events) == ["conversation", "tool", "text", "message", "done"]
    assert [event.data for event in events if event.name == "tool"] == [{"name": "weekly_mileage"}]
    assert message_of(events).tools == ["weekly_mileage"]
    assert json.loads(last_result(on))["weeks"] == []
    assert len(on.requests()) == 2


def test_tools_asked_for_together_are_all_run(ask, on):
    calls = [("weekly_mileage", "{}"), ("goal", "{}"), ("plan", "{}")]
    on.answer_next(tool_calls=calls)
    on.answer_next(text="Nothing yet.")
    events = ask(QUESTION)
    assert message_of(events).tools == ["weekly_mileage", "goal", "plan"]
    assert len(on.requests()) == 2


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("weekly_mileage", '{"weeks": '),
        ("weekly_mileage", '{"weeks": "many"}'),
        ("weekly_mileage", "[]"),
        ("activity", '{"id": 999999}'),
        ("delete_activity", '{"activity_id": 1}'),
        ("propose_plan", "{}"),
        ("propose_plan", "no JSON"),
    ],
)
def test_a_wrong_call_of_a_tool_goes_back_to_the_model(ask, on, conn, user, name, arguments):
    on.answer_next(tool_calls=[(name, arguments)])
    on.answer_next(text="I could not look that up.")
    events = ask(QUESTION)
    assert message_of(events).content == "I could not look that up."
    assert plans.get_proposed(conn, user.id) is None
    is_offered = name != "delete_activity"
    assert ("tool" in names(events)) == is_offered
    assert len(on.requests()) == 2


def test_an_endless_loop_of_tools_ends_with_a_call_without_tools(ask, on):
    for _ in range(MOST_ROUNDS + 3):
        on.answer_next(tool_calls=[("goal", "{}")])
    events = ask(QUESTION)
    requests = on.requests()
    assert len(requests) == MOST_ROUNDS + 1
    assert all(one.body.get("tools") for one in requests[:-1])
    assert not requests[-1].body.get("tools")
    assert message_of(events).content.startswith("The model gave no answer")
    assert names(events)[-2:] == ["message", "done"]


def test_many_calls_in_a_round_find_no_room(ask, on):
    on.answer_next(tool_calls=[("goal", "{}")] * 20)
    on.answer_next(text="Enough.")
    events = ask(QUESTION)
    assert len(message_of(events).tools) == 6
    assert sent_to(on)[1].count("There is no room for more results") == 14


def test_figures_that_nobody_gave_are_marked(ask, on):
    on.fail_next("wrong_numbers")
    on.answer_next(text="You ran.")
    answer = message_of(ask(QUESTION))
    assert answer.unknown_numbers == ["987.6 km", "43 bpm"]


def test_the_figures_of_the_runner_are_known(ask, on):
    on.answer_next(text="17.3 km in 95 min is a good run.")
    answer = message_of(ask("I did 17.3 km in 95 min, what do you think?"))
    assert answer.unknown_numbers == []


def test_a_marked_figure_stays_marked_when_it_is_said_again(ask, on):
    on.answer_next(text="You ran 987.6 km.")
    first = ask(QUESTION)
    on.answer_next(text="As I said: 987.6 km.")
    again = ask("Are you sure about that?", first[0].data["conversation_id"])
    assert message_of(again).unknown_numbers == ["987.6 km"]


def test_citations_are_those_that_were_retrieved(ask, on):
    on.answer_next(tool_calls=[("guideline_search", '{"query": "taper before a marathon"}')])
    on.answer_next(text="placeholder")
    first = ask("How long should I taper before a marathon?")
    found = json.loads(last_result(on))
    passage_id = found["passages"][0]["id"]
    on.answer_next(tool_calls=[("guideline_search", '{"query": "taper before a marathon"}')])
    on.answer_next(text=f"Two weeks or so [p:{passage_id}], and more [p:made-up-9].")
    answer = message_of(ask("Why so long?", first[0].data["conversation_id"]))
    assert answer.content == "Two weeks or so [1], and more."
    assert [one.passage_id for one in answer.citations] == [passage_id]
    assert answer.citations[0].source


def last_result(model):
    """Return the last result of a tool that was sent."""
    items = model.requests()[-1].body["input"]
    return [one["output"] for one in items if one.get("type") == "function_call_output"][-1]


def test_an_invented_citation_and_an_injection_leave_nothing(ask, on):
    for fault in ("invented_citation", "injection"):
        on.fail_next(fault)
        on.answer_next(text="Run easy.")
        answer = message_of(ask(QUESTION))
        assert answer.citations == []
        for trace in ("made-up", "evil.example", "<img", "<script", "](", "http"):
            assert trace not in answer.content


def test_a_call_of_forbidden_tools_changes_nothing(ask, on, conn, user):
    on.fail_next("forbidden_tool")
    on.answer_next(text="Done.")
    on.answer_next(text="I cannot do that.")
    events = ask(QUESTION)
    assert message_of(events).content in ("Done.", "I cannot do that.")
    assert message_of(events).tools == []


# ---- what it costs -----------------------------------------------------------------------------


def test_the_cost_of_an_answer_is_that_of_its_calls_in_the_ledger(ask, on, conn, user):
    on.answer_next(tool_calls=[("goal", "{}")])
    on.answer_next(text="None.")
    answer = message_of(ask(QUESTION))
    calls = ai_calls.list_recent(conn, user.id, 10)
    assert [one.purpose for one in calls] == ["chat", "chat"]
    assert answer.cost_usd == pytest.approx(sum(one.cost_usd for one in calls), abs=1e-12)
    assert answer.cost_usd > 0
    assert answer.usage.input_tokens == sum(one.usage.input_tokens for one in calls)
    assert all(one.request_id for one in calls)


def test_an_unknown_price_is_unknown(ask, conn, user, home, model):
    switch_on(conn, user, home, model, chat_model="qwen3:8b")
    model.answer_next(text="None.")
    answer = message_of(ask(QUESTION))
    assert answer.cost_usd is None
    assert answer.usage.output_tokens > 0


def test_a_budget_of_a_cent_stops_the_next_call(ask, conn, user, home, model):
    switch_on(conn, user, home, model, daily_budget_usd=0.01)
    ai_calls.add(conn, user.id, NewModelCall(purpose="chat", model=MODEL, cost_usd=0.0095))
    events = ask(QUESTION)
    assert names(events) == ["conversation", "message", "problem", "done"]
    [problem] = [event.data for event in events if event.name == "problem"]
    assert problem["code"] == "talk.budget_used"
    assert problem["what"]
    assert problem["remedy"]
    assert model.requests() == []
    question, answer = stored(conn, user, events)
    assert question.content == QUESTION
    assert (answer.content, answer.error_code) == ("", "talk.budget_used")


def test_the_budget_stops_the_second_round_of_an_answer(ask, conn, user, home, model):
    price = {"input_price_usd": 0.0, "output_price_usd": 500.0}  # a call may cost three dollars
    switch_on(conn, user, home, model, daily_budget_usd=3.0001, **price)
    model.answer_next(tool_calls=[("goal", "{}")])
    events = ask(QUESTION)
    assert names(events) == ["conversation", "tool", "message", "problem", "done"]
    answer = message_of(events)
    assert (answer.error_code, answer.tools) == ("talk.budget_used", ["goal"])
    [call] = ai_calls.list_recent(conn, user.id, 10)
    assert answer.cost_usd == call.cost_usd > 0
    assert len(model.requests()) == 1


# ---- refusals, keys, languages -----------------------------------------------------------------


def test_a_message_before_the_agreement_is_refused(ask, conn, user, home, model):
    switch_on(conn, user, home, model, agreed_at=None)
    with pytest.raises(AgreementMissing):
        ask(QUESTION)
    assert conversations.list_recent(conn, user.id, 10) == []
    assert model.requests() == []


def test_a_message_to_the_conversation_of_another_is_refused(ask, on, conn, other_user):
    theirs = conversations.create(conn, other_user.id, "theirs")
    with pytest.raises(ConversationAbsent):
        ask(QUESTION, theirs.id)
    assert conversations.messages(conn, other_user.id, theirs.id) == []


def test_a_second_message_waits_for_the_first(ask, on, conn, user):
    talk = conversations.create(conn, user.id, "busy")
    with conversation_slot(talk.id), pytest.raises(ConversationBusy):
        ask(QUESTION, talk.id)
    assert conversations.messages(conn, user.id, talk.id) == []


def test_a_key_in_a_message_is_neither_stored_nor_sent(ask, on, conn, user):
    on.answer_next(text="Take care of it.")
    events = ask(f"My key is {KEY}, is it right?")
    question, _ = stored(conn, user, events)
    assert KEY not in question.content
    assert question.content.startswith("My key is ")
    assert KEY not in "".join(sent_to(on))
    assert KEY not in events[0].data["title"]


def test_the_answer_is_in_the_language_of_the_message(ask, on):
    on.answer_next(text="")
    assert message_of(ask("이번 주 거리는?")).content.startswith("모델이 답을 주지")
    on.answer_next(text="")
    assert message_of(ask(QUESTION)).content.startswith("The model gave no answer")
    on.answer_next(text="")
    assert message_of(ask("5k PB?", language="en")).content.startswith("The model gave no answer")
    on.answer_next(text="")
    assert message_of(ask("5k PB?")).content.startswith("모델이 답을 주지")


def test_earlier_messages_are_sent(ask, on):
    on.answer_next(text="Not at all so far.")
    first = ask(QUESTION)
    on.answer_next(text="Run.")
    ask("And what do I do about it?", first[0].data["conversation_id"])
    assert "Not at all so far." in sent_to(on)[1]
    assert "Not at all so far." not in sent_to(on)[0]


def test_the_runner_is_named_by_a_hash(ask, on):
    on.answer_next(text="Yes.")
    ask(QUESTION)
    [request] = on.requests()
    assert len(request.body["safety_identifier"]) == 64
    assert request.body["store"] is False


# ---- preview -----------------------------------------------------------------------------------


def test_preview_shows_what_is_sent_and_sends_nothing(ask, on, conn, user):
    shown = preview(conn, user, QUESTION)
    assert on.requests() == []
    assert conversations.list_recent(conn, user.id, 10) == []
    on.answer_next(text="Nothing.")
    answer = message_of(ask(QUESTION))
    [request] = on.requests()
    sections = {one.name: one.tokens for one in shown.sections}
    assert sections == answer.section_tokens
    assert shown.tools == [tool["name"] for tool in request.body["tools"]]
    assert shown.base_url == on.url
    assert answer.cost_usd < shown.cost_usd < 0.1
    assert request.body["max_output_tokens"] == shown.most_output_tokens


def test_preview_of_a_red_message_shows_that_nothing_is_sent(conn, user):
    shown = preview(conn, user, "I fainted during my run and my chest hurts")
    assert (shown.sign_level, shown.sections, shown.tokens, shown.cost_usd) == ("red", [], 0, 0.0)


def test_preview_works_while_the_coach_is_off(conn, user):
    shown = preview(conn, user, QUESTION)
    assert shown.tokens == pytest.approx(sum(one.tokens for one in shown.sections), rel=0.1)
