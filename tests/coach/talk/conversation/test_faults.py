"""What can go wrong with a model: told in words, stored, nothing of the runner lost."""

import json
import threading
import time

import pytest

from runningcoach.coach.talk.conversation import answer, model_calls, paced_stream, preview
from runningcoach.coach.talk.conversation.answer_slots import ConversationBusy
from runningcoach.model.conversation import AiSettings
from runningcoach.store import ai_calls, ai_settings, conversations, secrets
from tests.coach.talk.talking import switch_on

from .conftest import MODEL, message_of, names, stored, text_of

QUESTION = "How far did I run this week?"
LONG = "Run easy today and tomorrow, and rest on the day after that. " * 20
APIS = ("responses", "chat")


def problem_of(events):
    [data] = [event.data for event in events if event.name == "problem"]
    assert data["what"]
    assert data["remedy"]
    return data["code"]


@pytest.fixture(params=APIS)
def either(request, conn, user, home, model):
    """The simulator, talked to by each API."""
    switch_on(conn, user, home, model, api=request.param)
    return model


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("rate_limit", "openai.busy"),
        ("quota", "openai.quota_used"),
        ("server_error", "openai.busy"),
        ("unavailable", "openai.busy"),
        ("context_too_long", "openai.context_too_long"),
        ("key_echo", "openai.key_refused"),
        ("html", "openai.bad_answer"),
        ("drop", "openai.unreachable"),
    ],
)
def test_a_fault_before_the_first_word(ask, either, conn, user, fault, code):
    either.fail_next(fault, times=9)
    events = ask(QUESTION)
    assert names(events) == ["conversation", "message", "problem", "done"]
    assert problem_of(events) == code
    question, answer = stored(conn, user, events)
    assert question.content == QUESTION
    assert (answer.content, answer.error_code, answer.finish_reason) == ("", code, None)
    [call] = ai_calls.list_recent(conn, user.id, 10)
    assert (call.error_code, call.cost_usd) == (code, answer.cost_usd)
    assert call.cost_usd == 0


@pytest.mark.parametrize("fault", ["rate_limit", "server_error"])
def test_a_fault_that_passes_is_not_seen(ask, either, fault):
    either.fail_next(fault, retry_after_s=0)
    either.answer_next(text="Nothing yet.")
    events = ask(QUESTION)
    assert names(events) == ["conversation", "text", "message", "done"]
    assert len(either.requests()) == 2


def test_what_came_before_a_cut_is_kept_and_paid(ask, either, conn, user):
    either.fail_next("cut")
    either.answer_next(text=LONG)
    events = ask(QUESTION)
    assert problem_of(events) == "openai.unreachable"
    answer = message_of(events)
    assert answer.content
    assert LONG.startswith(answer.content[:40])
    assert answer.content == text_of(events).strip()
    assert answer.error_code == "openai.unreachable"
    [call] = ai_calls.list_recent(conn, user.id, 10)
    assert call.usage.input_tokens > 500
    assert answer.cost_usd == call.cost_usd > 0


def test_silence_is_timed_out(ask, either, conn, user, monkeypatch):
    monkeypatch.setattr(model_calls, "MOST_ANSWER_S", 1.5)
    either.fail_next("silence", times=9)
    events = ask(QUESTION)
    assert problem_of(events) == "talk.answer_too_slow"
    [call] = ai_calls.list_recent(conn, user.id, 10)
    assert call.error_code == "talk.answer_too_slow"
    assert call.usage.input_tokens > 500
    assert 1_500 <= call.latency_ms < 20_000


@pytest.mark.parametrize(
    ("fault", "reason", "words"),
    [
        ("truncation", "length", "cut off here"),
        ("content_filter", "content_filter", "held back"),
        ("refusal", "refusal", "I can't help with that"),
    ],
)
def test_an_answer_that_ends_otherwise_says_so(ask, either, fault, reason, words):
    either.fail_next(fault)
    either.answer_next(text=LONG)
    events = ask(QUESTION)
    answer = message_of(events)
    assert answer.finish_reason == reason
    assert words in answer.content
    assert answer.error_code is None


def test_a_wrong_key_is_told_and_appears_nowhere(ask, either, conn, user, home, heard):
    canary = "sk-canary-9f2c7b1e44a0d6538c1f"
    secrets.put(conn, user.id, ai_settings.KEY_NAME, canary, home=home)
    events = ask(QUESTION)
    assert problem_of(events) == "openai.key_refused"
    assert canary not in json.dumps([event.data for event in events])
    assert canary not in heard.getvalue()
    context = conversations.context(conn, user.id, message_of(events).id)
    assert canary not in json.dumps(context)


def test_no_key_for_the_server_of_openai(ask, conn, user):
    on = AiSettings(is_enabled=True, chat_model=MODEL, agreed_at="2026-11-30T00:00:00Z")
    ai_settings.put(conn, user.id, on)
    events = ask(QUESTION)
    assert problem_of(events) == "talk.no_key"
    assert message_of(events).error_code == "talk.no_key"


def test_an_unknown_model(ask, conn, user, home, model):
    switch_on(conn, user, home, model, chat_model="gpt-nonesuch")
    assert problem_of(ask(QUESTION)) == "openai.unknown_model"


def test_a_server_without_responses(ask, conn, user, home, model):
    switch_on(conn, user, home, model)
    model.play("without_responses")
    assert problem_of(ask(QUESTION)) == "openai.no_responses_api"


def test_a_server_that_does_not_count_is_estimated(ask, conn, user, home, model):
    switch_on(conn, user, home, model, api="chat")
    model.play("without_usage")
    model.answer_next(text="Nothing yet.")
    shown = preview(conn, user, QUESTION)
    answer = message_of(ask(QUESTION))
    assert answer.usage.input_tokens == shown.tokens
    assert answer.cost_usd > 0


# ---- stopping ----------------------------------------------------------------------------------


@pytest.fixture
def slow(on, monkeypatch):
    """The simulator, with a long answer in slow pieces."""
    monkeypatch.setattr(model_calls, "STOP_LOOK_S", 0.05)
    monkeypatch.setattr(paced_stream, "BEAT_S", 0.1)
    on.delay(0.1)
    on.answer_next(text=LONG)
    return on


def begin(connect, user, home, conversation_id=None):
    """Return the events of an answer, and those up to the first piece of text."""
    events = answer(connect, user, home, conversation_id, QUESTION)
    first = []
    while not first or first[-1].name != "text":
        first.append(next(events))
    return events, first


def is_hung_up(model):
    """Wait until the simulator has seen its client leave."""
    give_up = time.monotonic() + 15
    while time.monotonic() < give_up:
        if any(one.is_hung_up for one in model.requests()):
            return True
        time.sleep(0.05)
    return False


def test_an_answer_that_is_stopped_keeps_what_came(connect, user, home, conn, slow):
    events, first = begin(connect, user, home)
    talk_id = first[0].data["conversation_id"]
    conversations.request_stop(conn, user.id, talk_id)
    rest = list(events)
    answer = message_of(rest)
    assert names(rest)[-2:] == ["message", "done"]
    assert "problem" not in names(rest)
    assert answer.finish_reason == "cancelled"
    assert 0 < len(answer.content) < len(LONG) / 2
    [call] = ai_calls.list_recent(conn, user.id, 10)
    assert call.error_code == "talk.cancelled"
    assert answer.cost_usd == call.cost_usd > 0
    assert is_hung_up(slow)


def test_the_next_message_after_a_stop_is_answered(connect, user, home, conn, slow):
    events, first = begin(connect, user, home)
    talk_id = first[0].data["conversation_id"]
    conversations.request_stop(conn, user.id, talk_id)
    list(events)
    slow.delay(0)
    slow.answer_next(text="Here I am.")
    again = list(answer(connect, user, home, talk_id, QUESTION))
    assert message_of(again).content == "Here I am."


def test_a_conversation_that_was_just_begun_has_one_answer(connect, user, home, slow):
    events, first = begin(connect, user, home)
    talk_id = first[0].data["conversation_id"]
    with pytest.raises(ConversationBusy):
        next(answer(connect, user, home, talk_id, QUESTION))
    events.close()


def test_a_silent_model_can_be_stopped(connect, user, home, conn, on, monkeypatch):
    monkeypatch.setattr(model_calls, "STOP_LOOK_S", 0.05)
    monkeypatch.setattr(paced_stream, "BEAT_S", 0.1)
    on.fail_next("silence", times=9)
    events = answer(connect, user, home, None, QUESTION)
    talk_id = next(events).data["conversation_id"]
    assert next(events).name == "wait"
    conversations.request_stop(conn, user.id, talk_id)
    began = time.monotonic()
    assert message_of(list(events)).finish_reason == "cancelled"
    assert time.monotonic() - began < 10


def test_an_answer_whose_reader_left_keeps_what_came(connect, user, home, conn, slow):
    events, first = begin(connect, user, home)
    events.close()
    question, kept = conversations.messages(conn, user.id, first[0].data["conversation_id"])
    assert (question.content, kept.finish_reason) == (QUESTION, "cancelled")
    assert kept.content
    assert LONG.startswith(kept.content)
    [call] = ai_calls.list_recent(conn, user.id, 10)
    assert call.error_code == "talk.cancelled"
    assert is_hung_up(slow)


def test_a_conversation_that_is_deleted_meanwhile_ends(connect, user, home, conn, slow):
    events, first = begin(connect, user, home)
    conversations.delete(conn, user.id, first[0].data["conversation_id"])
    rest = list(events)
    assert problem_of(rest) == "talk.conversation_absent"
    assert rest[-1].name == "done"
    assert conversations.list_recent(conn, user.id, 10) == []
    [call] = ai_calls.list_recent(conn, user.id, 10)
    assert call.cost_usd > 0


def test_a_conversation_that_is_deleted_when_the_reader_left(connect, user, home, conn, slow):
    events, first = begin(connect, user, home)
    conversations.delete(conn, user.id, first[0].data["conversation_id"])
    events.close()
    assert conversations.list_recent(conn, user.id, 10) == []


def test_no_connection_is_held_while_a_model_answers(connect, user, home, slow):
    events, _ = begin(connect, user, home)
    got_in = threading.Event()

    def other_request():
        with connect() as conn:  # of one connection in all
            conn.execute("SELECT 1")
            got_in.set()

    other = threading.Thread(target=other_request)
    other.start()
    assert got_in.wait(10)
    other.join()
    assert next(events).name in ("text", "wait")
    events.close()
