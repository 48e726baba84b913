"""The tiles of the coach: what leaves the host is said, what a runner wrote stays words, no key."""

import json
import re
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest

from runningcoach.base import i18n
from runningcoach.coach.plans.validator.rules import PLAN_RULES
from runningcoach.coach.talk.model_plans.plan_tool import plan_tool
from runningcoach.coach.talk.tools import tool_specs
from runningcoach.model.conversation import (
    AiImport,
    AiSettings,
    BudgetState,
    Citation,
    Conversation,
    ModelUsage,
    UsageDay,
    WeeklyWord,
)
from runningcoach.model.workout import WorkoutType
from runningcoach.pages import session
from runningcoach.pages.tiles import coach, coach_exchange, coach_settings
from runningcoach.store.knowledge import KnowledgeDocument

EVIL = "<script>alert('x')</script>\" onclick=\"x"
LATE = datetime(2026, 11, 29, 20, tzinfo=UTC)
"""On the 30th where the runner is."""
TODAY = date(2026, 11, 30)
ON = AiSettings(is_enabled=True, chat_model="some-model", agreed_at=LATE)


@pytest.fixture(autouse=True)
def _english(monkeypatch):
    monkeypatch.setattr(session, "user", lambda: SimpleNamespace(timezone="Asia/Seoul"))
    with i18n.speaking("en"):
        yield


def talk(number: int, title: str = "A talk") -> Conversation:
    return Conversation(id=number, title=title, created_at=LATE, updated_at=LATE)


def test_while_off_it_says_what_leaves_and_there_is_no_chat():
    off = AiSettings()
    assert "Nothing now. It begins only when you switch it on." in str(coach.opening(off))
    assert coach.chat(off, [], TODAY) == ""
    assert coach.opening(ON) == ""


def test_while_off_past_conversations_can_be_read_but_nothing_asked():
    shown = str(coach.chat(AiSettings(), [talk(7)], TODAY))
    assert 'data-talk="7"' in shown
    assert "<textarea" not in shown
    assert "The coach is off" in shown


def test_the_chat_knows_whether_the_runner_agreed_and_where_questions_go():
    shown = str(coach.chat(ON, [], TODAY))
    assert " data-agreed" in shown
    assert 'data-host="api.openai.com"' in shown
    asked_anew = ON.model_copy(update={"agreed_at": None, "base_url": "http://127.0.0.1:11434/v1"})
    shown = str(coach.chat(asked_anew, [], TODAY))
    assert " data-agreed" not in shown
    assert 'data-host="http://127.0.0.1:11434/v1"' in shown


def test_titles_are_words_and_days_are_the_runner_s():
    shown = str(coach.chat(ON, [talk(7, EVIL)], TODAY))
    assert "<script>" not in shown
    assert 'onclick="x' not in shown
    assert "30 Nov" in shown


@pytest.mark.parametrize(
    ("query", "number"),
    [("id=12", 12), ("", None), ("id=", None), ("id=1%20or%201", None), ("id=" + "9" * 19, None)],
)
def test_a_conversation_is_asked_for_by_its_number(monkeypatch, query, number):
    monkeypatch.setenv("QUERY_STRING", query)
    assert coach.asked() == number


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_the_script_has_words_for_every_tool_rule_and_workout(language):
    with i18n.speaking(language):
        shown = str(coach.script_words(TODAY))
    words = json.loads(re.search(r"<script[^>]*>(.*)</script>", shown, re.S)[1])
    assert {rule.code.lower() for rule in PLAN_RULES} <= words["findings"].keys()
    assert set(WorkoutType.__value__.__args__) == words["colours"].keys()
    tools = {tool.name for tool in (*tool_specs("health"), plan_tool())}
    assert tools | {"other"} == words["tools"].keys()
    assert words["today"] == "2026-11-30"
    assert words["privacy"].keys() == set(coach_settings.LEVELS)


def test_the_word_of_the_week_is_that_of_its_week_with_its_sources():
    word = WeeklyWord(
        week_start=date(2026, 11, 23), text=f"**45 km** {EVIL}", origin="rule", plan_id=4,
        citations=[Citation(passage_id="a", title="A run", source="BJSM", doi="10.1136/x")],
        created_at=LATE,
    )  # fmt: skip
    shown = str(coach.weekly_word(ON, [word]))
    assert "<script>" not in shown
    assert "Mon 23 Nov – Sun 29 Nov" in shown
    assert "10.1136/x" in shown
    assert "plan.ipynb?id=4" in shown
    assert "Sunday evening" in str(coach.weekly_word(ON, []))
    silent = ON.model_copy(update={"has_weekly_word": False})
    assert "switched off" in str(coach.weekly_word(silent, [word]))


def test_a_saved_key_is_told_and_its_field_is_empty():
    saved = str(coach_settings.card(ON.model_copy(update={"has_key": True})))
    assert "A key is saved" in saved
    assert 'data-method="DELETE"' in saved
    field = re.search(r'<input name="key"[^>]*>', saved)[0]
    assert 'type="password"' in field
    assert "value" not in field
    none = str(coach_settings.card(ON))
    assert "No key is saved" in none
    assert 'data-method="DELETE"' not in none


@pytest.mark.parametrize(
    ("address", "preset"),
    [
        (None, "openai"),
        ("http://127.0.0.1:11434/v1/", "ollama"),
        ("http://127.0.0.1:1234/v1", "lm_studio"),
        ("https://openrouter.ai/api/v1", "openrouter"),
        ("http://nas.local:8000/v1", "other"),
    ],
)
def test_the_server_is_named_by_its_address(address, preset):
    shown = str(coach_settings.card(ON.model_copy(update={"base_url": address})))
    chosen = re.findall(r'<option value="(\w+)"[^>]* selected>', shown)
    assert chosen[0] == preset


def test_settings_stand_in_their_fields():
    chosen = ON.model_copy(update={
        "privacy_level": "summary", "daily_budget_usd": 0.25, "input_price_usd": 0.0,
        "chat_model": EVIL,
    })  # fmt: skip
    shown = str(coach_settings.card(chosen))
    assert re.search(r'value="summary" checked', shown)
    assert re.search(r'name="daily_budget_usd"[^>]*value="0.25"', shown)
    assert re.search(r'name="input_price_usd"[^>]*value="0"', shown)
    assert re.search(r'name="output_price_usd"[^>]*value=""', shown)
    assert "<script>" not in shown


def test_the_ledger_shows_an_unknown_price_as_unknown():
    usage = ModelUsage(input_tokens=12_345, output_tokens=678)
    days = [
        UsageDay(date=TODAY, model="known", calls=2, usage=usage, cost_usd=0.0123),
        UsageDay(date=TODAY, model=EVIL, calls=1, usage=usage),
    ]
    budget = BudgetState(
        spent_today_usd=0.0123, daily_budget_usd=0.5, spent_month_usd=1.5,
        monthly_budget_usd=5, unknown_price_calls=1,
    )  # fmt: skip
    shown = str(coach_settings.usage(days, budget, TODAY))
    assert "US$0.0123" in shown
    assert "12,345" in shown
    assert "unknown" in shown
    assert "Not in the sums." in shown
    assert "<script>" not in shown
    assert "No model has been called yet." in str(coach_settings.usage([], budget, TODAY))


def test_copy_and_paste_is_open_where_the_coach_is_off():
    assert re.search(
        r'id="coach-exchange-fold" open', str(coach_exchange.card(AiSettings(), [], TODAY))
    )
    assert not re.search(r'id="coach-exchange-fold" open', str(coach_exchange.card(ON, [], TODAY)))


def test_what_was_brought_before_says_what_became_of_it():
    rows = [
        AiImport(
            id=1, treatment="repair", changes=["A pace was read."], plan_id=4, created_at=LATE
        ),
        AiImport(id=2, treatment="reject", reasons=[EVIL], created_at=LATE),
    ]
    shown = str(coach_exchange.card(ON, rows, TODAY))
    assert "Taken with corrections" in shown
    assert "A pace was read." in shown
    assert shown.count("plan.ipynb?id=") == 1
    assert "<script>" not in shown


def test_documents_are_listed_with_the_way_to_delete_them():
    row = KnowledgeDocument(id=3, title=EVIL, created_at=LATE, passages=12)
    shown = str(coach_exchange.documents([row], TODAY))
    assert 'data-send="/api/v1/ai/documents/3" data-method="DELETE"' in shown
    assert "12 passages" in shown
    assert "<script>" not in shown
    assert "No documents yet." in str(coach_exchange.documents([], TODAY))
