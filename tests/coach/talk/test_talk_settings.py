"""Settings of the coach: what a runner begins with, whose key goes where, what asks anew."""

import os
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr

from runningcoach.base import periods, settings
from runningcoach.base.settings import Settings
from runningcoach.coach.talk import talk_settings
from runningcoach.coach.talk.retention import remove_old_contexts
from runningcoach.model.conversation import AiSettings, NewMessage
from runningcoach.store import ai_settings, conversations, installation_key

OWN, SHARED = "sk-own-Ab1cD2eF3gH4iJ5kL6mN", "sk-shared-Zz9yY8xX7wW6vV5uU4"
OLLAMA = "http://127.0.0.1:11434/v1"


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    """A function that sets variables of the environment; none of ours is set before."""

    def set_variables(**variables):
        for name, value in variables.items():
            monkeypatch.setenv(f"RUNNINGCOACH_AI_{name}", value)
        settings.settings.cache_clear()

    for name in [one for one in os.environ if one.startswith("RUNNINGCOACH_AI_")]:
        monkeypatch.delenv(name)
    settings.settings.cache_clear()
    yield set_variables
    settings.settings.cache_clear()


@pytest.fixture
def change(conn, user):
    """A function that changes some of the runner's settings."""

    def change(**columns):
        current = ai_settings.get(conn, user.id, talk_settings.load_settings(conn, user.id))
        talk_settings.change_settings(conn, user.id, current.model_copy(update=columns))
        return ai_settings.get(conn, user.id)

    return change


def key_of(conn, user, home):
    key = talk_settings.api_key(conn, user.id, home)
    return key.get_secret_value() if key else None


def test_the_coach_is_off_and_begins_with_the_models_of_the_house(conn, user, home, environment):
    begin = talk_settings.load_settings(conn, user.id, home)
    assert begin == AiSettings(chat_model="gpt-6-luna", plan_model="gpt-6.1-terra")
    with pytest.raises(talk_settings.CoachOff):
        talk_settings.require_enabled(begin)
    environment(BASE_URL=OLLAMA, API="chat", CHAT_MODEL="llama4:8b", PLAN_MODEL="llama4:70b")
    assert talk_settings.load_settings(conn, user.id, home) == AiSettings(
        base_url=OLLAMA, api="chat", chat_model="llama4:8b", plan_model="llama4:70b"
    )


def test_what_a_runner_stored_goes_before_the_environment(conn, user, home, environment, change):
    change(is_enabled=True, chat_model="mine", plan_model="")
    environment(BASE_URL=OLLAMA, CHAT_MODEL="llama4:8b")
    stored = talk_settings.load_settings(conn, user.id, home)
    assert (stored.base_url, stored.chat_model) == (None, "mine")
    assert stored.plan_model == "gpt-6.1-terra"
    talk_settings.require_enabled(stored)


def test_addresses_are_kept_in_their_plain_form(change):
    assert change(base_url=f"{OLLAMA}/").base_url == OLLAMA
    assert change(base_url="https://api.openai.com/v1/").base_url is None


@pytest.mark.parametrize("url", ["http://models.example/v1", "file:///etc/passwd", ""])
def test_an_address_that_is_not_safe_changes_nothing(conn, user, change, url):
    change(chat_model="before")
    with pytest.raises(Exception) as caught:  # noqa: PT011  its code tells which
        change(base_url=url, chat_model="after")
    assert caught.value.code == "openai.bad_address"
    assert ai_settings.get(conn, user.id).chat_model == "before"


@pytest.mark.parametrize(
    ("columns", "stays"),
    [
        ({"base_url": OLLAMA}, False),
        ({"api": "chat"}, False),
        ({"chat_model": "another"}, False),
        ({"plan_model": "another"}, False),
        ({"embedding_model": "another"}, False),
        ({"privacy_level": "health"}, False),
        ({"privacy_level": "summary"}, True),
        ({"daily_budget_usd": 2, "input_price_usd": 1, "has_weekly_word": False}, True),
        ({"is_enabled": False}, True),
        ({}, True),
    ],
)
def test_an_agreement_ends_with_what_it_was_for(conn, user, change, columns, stays):
    assert change(is_enabled=True, privacy_level="training").agreed_at is None
    with pytest.raises(talk_settings.AgreementMissing):
        talk_settings.require_agreement(talk_settings.load_settings(conn, user.id))
    now = periods.now()
    talk_settings.agree(conn, user.id, now)
    talk_settings.require_agreement(talk_settings.load_settings(conn, user.id))
    assert change(**columns).agreed_at == (now if stays else None)


def test_nobody_agrees_by_changing_settings(conn, user, change):
    assert change(agreed_at=periods.now()).agreed_at is None


def test_a_key_goes_to_the_server_that_it_was_entered_for(conn, user, other_user, home, change):
    talk_settings.put_key(conn, user.id, SecretStr(OWN), home)
    assert key_of(conn, user, home) == OWN
    assert key_of(conn, other_user, home) is None
    assert change(chat_model="another").has_key
    assert not change(base_url="https://models.example/v1").has_key
    assert key_of(conn, user, home) is None
    talk_settings.put_key(conn, user.id, SecretStr(OWN), home)
    talk_settings.delete_key(conn, user.id)
    assert key_of(conn, user, home) is None


def test_a_key_does_not_follow_another_address_of_the_environment(conn, user, home, environment):
    talk_settings.put_key(conn, user.id, SecretStr(OWN), home)
    environment(BASE_URL=OLLAMA)
    assert key_of(conn, user, home) == OWN
    assert talk_settings.load_settings(conn, user.id, home).base_url is None


def test_the_key_of_the_installation_goes_to_its_own_server_alone(
    conn, user, home, environment, change
):
    environment(KEY=SHARED, BASE_URL=OLLAMA)
    assert key_of(conn, user, home) == SHARED
    assert talk_settings.load_settings(conn, user.id, home).has_key
    change(base_url="https://models.example/v1")
    assert key_of(conn, user, home) is None
    assert not talk_settings.load_settings(conn, user.id, home).has_key
    change(base_url=f"{OLLAMA}/")
    assert key_of(conn, user, home) == SHARED
    talk_settings.put_key(conn, user.id, SecretStr(OWN), home)
    assert key_of(conn, user, home) == OWN


def test_the_sealed_key_of_the_installation_serves_where_the_environment_has_none(conn, user, home):
    installation_key.put(Settings(home=home, ai_key=SHARED))
    assert key_of(conn, user, home) == SHARED
    assert talk_settings.load_settings(conn, user.id, home).has_key
    for path in filter(lambda one: one.is_file(), home.rglob("*")):
        assert SHARED.encode() not in path.read_bytes()
        assert path.stat().st_mode & 0o077 == 0
    installation_key.put(Settings(home=home, ai_key=SHARED, ai_base_url=OLLAMA))
    assert key_of(conn, user, home) is None
    installation_key.put(Settings(home=home))
    assert key_of(conn, user, home) is None


def test_a_missing_master_key_is_still_missed_after_a_key_of_the_installation(home):
    installation_key.put(Settings(home=home, ai_key=SHARED))
    assert not (home / "secrets" / "master.key").exists()


def test_without_a_key_no_client_for_openai_is_made(conn, user, home, change):
    with pytest.raises(talk_settings.CoachKeyMissing):
        talk_settings.open_client(conn, user, home)
    change(base_url=OLLAMA)
    talk_settings.open_client(conn, user, home)


def test_user_hash_is_lasting_and_tells_nothing(user, other_user, home, tmp_path):
    mine = talk_settings.user_hash(user, home)
    assert mine == talk_settings.user_hash(user, home)
    assert mine != talk_settings.user_hash(other_user, home)
    assert mine != talk_settings.user_hash(user, tmp_path / "another home")
    assert len(mine) == 64
    assert user.username not in mine


def test_contexts_go_after_thirty_days_and_messages_stay(conn, user):
    talk = conversations.create(conn, user.id, "x")
    message = NewMessage(role="user", content="how far?", context={"a": 1})
    ids = [conversations.add_message(conn, user.id, talk.id, message).id for _ in range(2)]
    conn.execute("UPDATE ai_messages SET created_at = '2026-10-30' WHERE id = %s", [ids[0]])
    after_thirty_days = datetime(2026, 11, 29, tzinfo=UTC)
    assert remove_old_contexts(conn, after_thirty_days).contexts == 0
    assert remove_old_contexts(conn, after_thirty_days + timedelta(seconds=1)).contexts == 1
    assert [bool(conversations.context(conn, user.id, id)) for id in ids] == [False, True]
    left = conversations.messages(conn, user.id, talk.id)
    assert [one.content for one in left] == ["how far?"] * 2
