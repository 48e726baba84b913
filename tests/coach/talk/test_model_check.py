"""The check of server, key and model: one call, in the ledger, whatever became of it."""

import json

import pytest
from pydantic import SecretStr

from runningcoach.base.settings import settings as environment
from runningcoach.coach.talk import talk_settings
from runningcoach.coach.talk.budget import BudgetUsed
from runningcoach.coach.talk.model_check import check_model
from runningcoach.model.conversation import AiSettings
from runningcoach.simulators.openai import serve
from runningcoach.sources.openai.problems import (
    ModelError,
    ModelKeyRefused,
    NoResponsesApi,
    QuotaUsed,
    UnknownModel,
)
from runningcoach.store import ai_calls, database

WRONG = "sk-canary-Ab1cD2eF3gH4iJ5kL6mN7oP8"


@pytest.fixture(scope="module")
def running():
    with serve() as simulator:
        yield simulator


@pytest.fixture
def simulator(running, monkeypatch):
    running.reset()
    environment.cache_clear()
    yield running
    environment.cache_clear()


@pytest.fixture
def choose(conn, user, home, simulator):
    """A function that sets the runner's server, key and models."""

    def choose(key=simulator.key, **columns):
        chosen = {"base_url": simulator.url, "chat_model": "gpt-6-luna", "plan_model": "gpt-6-none"}
        talk_settings.change_settings(conn, user.id, AiSettings(**chosen | columns))
        talk_settings.put_key(conn, user.id, SecretStr(key), home)

    return choose


@pytest.fixture
def check(conn, user, home, database_url):
    """A function that checks a model over a connection of its own."""

    def check(which="chat"):
        return check_model(lambda: database.connect(database_url), user, home, which)

    return check


def test_a_right_key_is_answered_and_the_call_is_in_the_ledger(
    conn, user, simulator, choose, check
):
    choose()
    call = check()
    assert ai_calls.list_recent(conn, user.id, 9) == [call]
    assert (call.purpose, call.error_code) == ("check", None)
    assert call.model.startswith("gpt-6-luna")
    read, written = call.usage.input_tokens, call.usage.output_tokens
    assert 0 < read < 100
    assert 0 < written < 100
    assert call.cost_usd == pytest.approx((read * 0.10 + written * 0.50) / 1e6, rel=1e-9)
    assert ai_calls.spent(conn, user.id, call.called_at) == (call.cost_usd, 0)
    assert len(simulator.requests()) == 1


def test_nothing_of_the_runner_is_sent(user, simulator, choose, check):
    choose()
    check()
    (request,) = simulator.requests()
    sent = json.dumps(request.body)
    assert request.body["store"] is False
    assert user.username not in sent
    assert user.display_name not in sent


@pytest.mark.parametrize(
    ("columns", "which", "error"),
    [
        ({"key": WRONG}, "chat", ModelKeyRefused),
        ({"chat_model": "gpt-6-lune"}, "chat", UnknownModel),
        ({}, "plan", UnknownModel),
    ],
)
def test_what_is_wrong_is_told_and_in_the_ledger(
    conn, user, simulator, choose, check, columns, which, error, heard
):
    choose(**columns)
    with pytest.raises(error) as caught:
        check(which)
    (call,) = ai_calls.list_recent(conn, user.id, 9)
    assert (call.error_code, call.cost_usd) == (caught.value.code, None)
    assert ai_calls.spent(conn, user.id, call.called_at) == (0, 0)
    assert ai_calls.reserved(conn, user.id, call.called_at) == 0
    told = caught.value.what("ko") + caught.value.remedy("en") + repr(caught.value)
    assert WRONG not in told + heard.getvalue()


def test_a_server_without_responses_is_told_and_chat_is_tried(simulator, choose, check):
    simulator.play("without_responses")
    choose()
    with pytest.raises(NoResponsesApi):
        check()
    choose(api="chat")
    assert check().error_code is None


def test_faults_of_the_server_are_told(simulator, choose, check):
    choose()
    simulator.fail_next("quota")
    with pytest.raises(QuotaUsed):
        check()
    simulator.reset()
    simulator.fail_next("html")
    with pytest.raises(ModelError):
        check()


def test_a_used_budget_asks_nobody(conn, user, simulator, choose, check):
    choose(daily_budget_usd=0)
    with pytest.raises(BudgetUsed):
        check()
    assert simulator.requests() == []
    assert ai_calls.list_recent(conn, user.id, 9) == []
    choose(daily_budget_usd=0, input_price_usd=0, output_price_usd=0)
    assert check().cost_usd == 0


def test_a_call_of_unknown_price_is_counted(conn, user, choose, check):
    choose(chat_model="qwen3:8b", daily_budget_usd=0)
    call = check()
    assert call.cost_usd is None
    assert ai_calls.spent(conn, user.id, call.called_at) == (0, 1)
