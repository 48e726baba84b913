"""Conversations: whose they are, in which order, what is masked, and what a deletion takes."""

import json
from datetime import timedelta

import pytest

from runningcoach.base import periods
from runningcoach.model.conversation import Citation, ModelUsage, NewMessage, NewModelCall
from runningcoach.store import ai_calls, ai_drafts, conversations
from runningcoach.store.activities import PageCursor
from runningcoach.store.conversations import ConversationAbsent

KEY = "sk-proj-Ab1cD2eF3gH4iJ5kL6mN7oP8"


@pytest.fixture
def talk(conn, user):
    return conversations.create(conn, user.id, "Long runs")


def ask(conn, user, talk, content="How far?", **columns):
    message = NewMessage(role="user", content=content, **columns)
    return conversations.add_message(conn, user.id, talk.id, message)


def test_add_message_returns_what_messages_reads(conn, user, talk):
    question = ask(conn, user, talk)
    answer = conversations.add_message(
        conn, user.id, talk.id,
        NewMessage(
            role="assistant", content="18 km [1].", sign_level="amber", sign="pain",
            citations=[Citation(passage_id="long_run", title="Long runs", source="Someone 2025")],
            tools=["long_runs"], unknown_numbers=["18"], model="gpt-6-luna-2026-09-22",
            usage=ModelUsage(input_tokens=900, cached_tokens=100, output_tokens=40),
            cost_usd=0.0001, latency_ms=820, prompt_version="1", prompt_sha256="0" * 64,
            section_tokens={"system": 300}, finish_reason="stop", context={"messages": ["a"]},
        ),
    )  # fmt: skip
    assert conversations.messages(conn, user.id, talk.id) == [question, answer]
    assert answer.usage == ModelUsage(input_tokens=900, cached_tokens=100, output_tokens=40)
    assert answer.citations[0].passage_id == "long_run"
    assert answer.section_tokens == {"system": 300}
    assert conversations.context(conn, user.id, answer.id) == {"messages": ["a"]}
    assert conversations.context(conn, user.id, question.id) is None
    assert conversations.contexts(conn, user.id, talk.id) == {answer.id: {"messages": ["a"]}}


def test_list_recent_pages_by_the_last_message(conn, user):
    talks = [conversations.create(conn, user.id, f"{n}") for n in range(5)]
    ask(conn, user, talks[1])
    first = conversations.list_recent(conn, user.id, 2)
    assert [talk.title for talk in first] == ["1", "4"]
    place = PageCursor(first[-1].updated_at, first[-1].id)
    rest = conversations.list_recent(conn, user.id, 9, place)
    assert [talk.title for talk in rest] == ["3", "2", "0"]


def test_conversations_created_at_one_moment_are_each_listed_once(conn, user):
    with conn.transaction():
        made = {conversations.create(conn, user.id, "x").id for _ in range(4)}
    first = conversations.list_recent(conn, user.id, 2)
    place = PageCursor(first[-1].updated_at, first[-1].id)
    rest = conversations.list_recent(conn, user.id, 9, place)
    assert {talk.id for talk in [*first, *rest]} == made
    assert len(first) + len(rest) == 4


def test_rows_of_another_runner_are_not_there(conn, user, other_user, talk):
    sent = ask(conn, user, talk, context={"a": 1})
    assert conversations.list_recent(conn, other_user.id, 9) == []
    assert conversations.messages(conn, other_user.id, talk.id) == []
    assert conversations.context(conn, other_user.id, sent.id) is None
    assert conversations.contexts(conn, other_user.id, talk.id) == {}
    for change in (
        lambda: conversations.get(conn, other_user.id, talk.id),
        lambda: conversations.rename(conn, other_user.id, talk.id, "mine"),
        lambda: conversations.delete(conn, other_user.id, talk.id),
        lambda: conversations.request_stop(conn, other_user.id, talk.id),
        lambda: ask(conn, other_user, talk),
    ):
        with pytest.raises(ConversationAbsent):
            change()
    assert conversations.messages(conn, user.id, talk.id) == [sent]
    assert conversations.get(conn, user.id, talk.id).title == "Long runs"
    assert not conversations.is_stop_requested(conn, user.id, talk.id)


def test_request_stop_holds_until_the_next_question(conn, user, talk):
    ask(conn, user, talk)
    assert not conversations.is_stop_requested(conn, user.id, talk.id)
    conversations.request_stop(conn, user.id, talk.id)
    answer = NewMessage(role="assistant", content="I", finish_reason="cancelled")
    conversations.add_message(conn, user.id, talk.id, answer)
    assert conversations.is_stop_requested(conn, user.id, talk.id)
    ask(conn, user, talk)
    assert not conversations.is_stop_requested(conn, user.id, talk.id)


def test_delete_takes_messages_contexts_and_drafts_but_not_the_ledger(conn, user, talk):
    other = conversations.create(conn, user.id, "Another")
    kept = ask(conn, user, other)
    ask(conn, user, talk, context={"a": 1})
    ai_drafts.add(conn, user.id, round=1, text="{}", treatment="reject", conversation_id=talk.id)
    ai_calls.add(conn, user.id, NewModelCall(purpose="chat", model="m", cost_usd=0.25))
    conversations.delete(conn, user.id, talk.id)
    assert conversations.is_stop_requested(conn, user.id, talk.id)
    assert ai_drafts.list_recent(conn, user.id, 9) == []
    assert conn.execute("SELECT id FROM ai_messages").fetchall() == [(kept.id,)]
    assert [call.cost_usd for call in ai_calls.list_recent(conn, user.id, 9)] == [0.25]


def test_what_looks_like_a_key_is_masked_wherever_it_is_stored(conn, user):
    talk = conversations.create(conn, user.id, f"My key {KEY}")
    assert talk.title == "My key ***"
    context = {"messages": [{"content": f"use {KEY}, please"}], "n": 1}
    sent = ask(conn, user, talk, f"키는 {KEY}입니다", context=context)
    assert sent.content == "키는 ***입니다"
    stored = conversations.context(conn, user.id, sent.id)
    assert stored == {"messages": [{"content": "use ***, please"}], "n": 1}
    conversations.rename(conn, user.id, talk.id, KEY)
    rows = conn.execute(
        "SELECT to_jsonb(c) FROM ai_conversations c UNION ALL SELECT to_jsonb(m) FROM ai_messages m"
    ).fetchall()
    assert len(rows) == 2
    assert KEY not in json.dumps(rows)


def test_remove_contexts_leaves_hash_and_sizes(conn, user, talk):
    columns = {"context": {"a": 1}, "prompt_sha256": "1" * 64, "section_tokens": {"plan": 7}}
    old, new = (ask(conn, user, talk, **columns) for _ in range(2))
    now = periods.now()
    conn.execute(
        "UPDATE ai_messages SET created_at = %s WHERE id = %s", [now - timedelta(31), old.id]
    )
    assert conversations.remove_contexts(conn, now - timedelta(30)) == 1
    assert conversations.remove_contexts(conn, now - timedelta(30)) == 0
    assert conversations.context(conn, user.id, old.id) is None
    assert conversations.context(conn, user.id, new.id) == {"a": 1}
    left = conversations.messages(conn, user.id, talk.id)[0]
    assert (left.prompt_sha256, left.section_tokens) == ("1" * 64, {"plan": 7})
