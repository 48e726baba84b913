"""Settings of the coach, its key, agreement, use and budgets, over HTTP."""

import json
import os
from datetime import timedelta

import pytest

from runningcoach.base import periods
from runningcoach.base.settings import settings as environment
from runningcoach.model.conversation import ModelUsage, NewModelCall
from runningcoach.simulators.openai import serve
from runningcoach.store import ai_calls, api_tokens

AI = "/api/v1/ai"
KEY = "sk-canary-Ab1cD2eF3gH4iJ5kL6mN7oP8"
OLLAMA = "http://127.0.0.1:11434/v1"
BEGIN = {
    "is_enabled": False, "privacy_level": "training", "api": "responses", "base_url": None,
    "chat_model": "gpt-6-luna", "plan_model": "gpt-6.1-terra", "embedding_model": None,
    "daily_budget_usd": 0.5, "monthly_budget_usd": 5.0, "input_price_usd": None,
    "output_price_usd": None, "has_weekly_word": True, "has_key": False, "agreed_at": None,
}  # fmt: skip


@pytest.fixture(autouse=True)
def nothing_is_set(monkeypatch):
    for name in [one for one in os.environ if one.startswith("RUNNINGCOACH_AI_")]:
        monkeypatch.delenv(name)
    environment.cache_clear()
    yield
    environment.cache_clear()


def put(client, **columns):
    answer = client.put(f"{AI}/settings", json=columns)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_settings_begin_off_and_are_kept(client, other):
    assert client.get(f"{AI}/settings").json() == BEGIN
    sent = {
        "is_enabled": True, "privacy_level": "summary", "api": "chat", "base_url": f"{OLLAMA}/",
        "chat_model": " llama4:8b ", "plan_model": "", "daily_budget_usd": 0,
        "input_price_usd": 0, "output_price_usd": 0, "has_weekly_word": False,
    }  # fmt: skip
    expected = BEGIN | sent | {
        "base_url": OLLAMA, "chat_model": "llama4:8b", "plan_model": "gpt-6.1-terra"
    }  # fmt: skip
    assert put(client, **sent) == expected
    assert client.get(f"{AI}/settings").json() == expected
    assert other.get(f"{AI}/settings").json() == BEGIN


@pytest.mark.parametrize(
    "column",
    [
        {"base_url": "http://models.example/v1"},
        {"base_url": "file:///etc/passwd"},
        {"base_url": "https://user:pass@models.example/v1"},
        {"base_url": ""},
        {"privacy_level": "all"},
        {"api": "completions"},
        {"daily_budget_usd": -1},
        {"daily_budget_usd": 1e9},
        {"chat_model": "a\x00b"},
        {"chat_model": "a" * 201},
        {"has_key": True},
        {"agreed_at": "2026-11-30T00:00:00Z"},
    ],
)
def test_settings_that_cannot_be_are_refused_and_change_nothing(client, column):
    before = put(client, chat_model="before")
    answer = client.put(f"{AI}/settings", json={"chat_model": "after"} | column)
    assert answer.status_code == 422
    assert client.get(f"{AI}/settings").json() == before


def test_not_a_number_is_no_price(client):
    headers = {"Content-Type": "application/json"}
    answer = client.put(f"{AI}/settings", content='{"input_price_usd": NaN}', headers=headers)
    assert answer.status_code == 422


def test_an_agreement_is_given_and_ends_with_what_it_was_for(client, other):
    agreed = client.post(f"{AI}/agreement").json()
    assert agreed["agreed_at"] is not None
    assert client.get(f"{AI}/settings").json() == agreed
    assert put(client, is_enabled=True)["agreed_at"] == agreed["agreed_at"]
    assert put(client, privacy_level="health")["agreed_at"] is None
    assert other.get(f"{AI}/settings").json()["agreed_at"] is None


def test_a_key_is_sealed_told_of_by_has_key_and_forgotten(client, other, conn, home, heard):
    answer = client.put(f"{AI}/key", json={"key": f" {KEY} "})
    assert (answer.status_code, answer.content) == (204, b"")
    settings = client.get(f"{AI}/settings")
    assert settings.json()["has_key"]
    assert not other.get(f"{AI}/settings").json()["has_key"]
    rows = conn.execute("SELECT to_jsonb(s)::text FROM sealed_secrets s").fetchall()
    assert len(rows) == 1
    assert KEY not in json.dumps(rows) + settings.text + heard.getvalue()
    assert all(KEY.encode() not in f.read_bytes() for f in home.rglob("*") if f.is_file())
    assert client.delete(f"{AI}/key").status_code == 204
    assert not client.get(f"{AI}/settings").json()["has_key"]
    assert conn.execute("SELECT count(*) FROM sealed_secrets").fetchone() == (0,)


def test_another_server_forgets_the_key(client):
    client.put(f"{AI}/key", json={"key": KEY})
    assert put(client, chat_model="another")["has_key"]
    assert not put(client, base_url=OLLAMA)["has_key"]
    assert not put(client)["has_key"]


@pytest.mark.parametrize(
    "body",
    [
        {"key": f"{KEY} with blanks"},
        {"key": KEY * 200},
        {"key": f"{KEY}\n"[:-1] + "\u00e4"},
        {"key": [KEY]},
        {"key": KEY, "more": KEY},
        {"wrong": KEY},
        {"key": ""},
    ],
)
def test_what_is_no_key_is_refused_without_repeating_it(client, body, heard):
    answer = client.put(f"{AI}/key", json=body)
    assert answer.status_code == 422
    assert KEY not in answer.text + heard.getvalue()


def test_no_token_opens_the_key(visitor, conn, ann):
    token = api_tokens.create(conn, ann.id, "script", "write").token
    headers = {"Authorization": f"Bearer {token}"}
    for call in (
        lambda: visitor.put(f"{AI}/key", json={"key": KEY}, headers=headers),
        lambda: visitor.delete(f"{AI}/key", headers=headers),
    ):
        answer = call()
        assert (answer.status_code, answer.json()["code"]) == (403, "api.session_required")
    assert visitor.get(f"{AI}/settings", headers=headers).status_code == 200


def test_usage_and_calls(client, other, conn, ann, bob):
    used = ModelUsage(input_tokens=900, cached_tokens=100, output_tokens=30)
    for owner, model, cost in (
        (ann, "gpt-6-luna", 0.1), (ann, "gpt-6-luna", 0.2), (ann, "local", None), (bob, "x", 9)
    ):  # fmt: skip
        call = NewModelCall(purpose="chat", model=model, usage=used, cost_usd=cost)
        ai_calls.add(conn, owner.id, call)
    put(client, daily_budget_usd=0.5, monthly_budget_usd=2)
    usage = client.get(f"{AI}/usage").json()
    today = f"{periods.today(ann.timezone)}"
    names = ("date", "model", "calls", "cost_usd")
    assert [tuple(day[name] for name in names) for day in usage["days"]] == [
        (today, "gpt-6-luna", 2, 0.3),
        (today, "local", 1, None),
    ]
    assert usage["days"][0]["usage"]["input_tokens"] == 1_800
    assert usage["budget"] == {
        "spent_today_usd": 0.3, "daily_budget_usd": 0.5, "spent_month_usd": 0.3,
        "monthly_budget_usd": 2, "unknown_price_calls": 1,
    }  # fmt: skip
    yesterday = f"{periods.today(ann.timezone) - timedelta(days=1)}"
    assert client.get(f"{AI}/usage", params={"to": yesterday}).json()["days"] == []
    calls = client.get(f"{AI}/calls", params={"limit": 2}).json()
    assert [call["cost_usd"] for call in calls] == [None, 0.2]
    rest = client.get(f"{AI}/calls", params={"before": calls[-1]["id"]}).json()
    assert [call["cost_usd"] for call in rest] == [0.1]
    assert [call["model"] for call in other.get(f"{AI}/calls").json()] == ["x"]


def test_a_check_without_a_key_asks_nobody(client, conn):
    answer = client.post(f"{AI}/check")
    assert (answer.status_code, answer.json()["code"]) == (409, "talk.no_key")
    assert conn.execute("SELECT count(*) FROM ai_calls").fetchone() == (0,)


def test_a_check_tells_what_happened(client, other, conn):
    with serve() as simulator:
        put(client, base_url=simulator.url)
        client.put(f"{AI}/key", json={"key": simulator.key})
        answer = client.post(f"{AI}/check")
        assert answer.status_code == 200, answer.text
        told = answer.json()
        assert told["words"].startswith("gpt-6-luna-2026-09-22 answered after")
        assert told["cost_usd"] > 0
        put(client, base_url=simulator.url, plan_model="gpt-6-none")
        refused = client.post(f"{AI}/check", json={"model": "plan"})
        assert (refused.status_code, refused.json()["code"]) == (422, "openai.unknown_model")
        client.put(f"{AI}/key", json={"key": KEY})
        refused = client.post(f"{AI}/check")
        assert (refused.status_code, refused.json()["code"]) == (422, "openai.key_refused")
        put(client, base_url=simulator.url, daily_budget_usd=0)
        refused = client.post(f"{AI}/check")
        assert (refused.status_code, refused.json()["code"]) == (409, "talk.budget_used")
        assert len(simulator.requests()) == 3
    calls = client.get(f"{AI}/calls").json()
    assert [call["error_code"] for call in calls] == [
        "openai.key_refused",
        "openai.unknown_model",
        None,
    ]
    assert other.get(f"{AI}/calls").json() == []
