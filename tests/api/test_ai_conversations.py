"""Conversations over HTTP: listed, read, renamed, stopped, deleted, exported."""

import json

import pytest

from runningcoach.base import periods
from runningcoach.coach.talk import talk_log
from runningcoach.model.conversation import NewMessage, NewModelCall
from runningcoach.store import ai_calls, ai_drafts, ai_imports, conversations, weekly_words

AI = "/api/v1/ai"
TALKS = f"{AI}/conversations"


@pytest.fixture
def talk(conn, ann):
    """A conversation of Ann with a question and an answer."""
    talk = conversations.create(conn, ann.id, "Long runs")
    question = NewMessage(role="user", content="얼마나 뛰어야 하나요?", context={"sent": ["a"]})
    answer = NewMessage(role="assistant", content="18 km", cost_usd=0.001, model="m")
    for message in (question, answer):
        conversations.add_message(conn, ann.id, talk.id, message)
    return talk


@pytest.fixture
def kept(conn, ann, talk):
    """One of all else that is kept of a talk."""
    ai_drafts.add(
        conn, ann.id, round=1, text="a draft", treatment="reject", conversation_id=talk.id
    )
    ai_drafts.add(conn, ann.id, round=1, text="by itself", treatment="accept")
    ai_imports.add(conn, ann.id, text="a pasted text", treatment="ask")
    ai_calls.add(conn, ann.id, NewModelCall(purpose="chat", model="m", cost_usd=0.001))
    weekly_words.add(conn, ann.id, periods.week_start(periods.now().date()), "a word", "rule")


def test_conversations_are_listed_in_pages_and_read(client, conn, ann, talk):
    more = [conversations.create(conn, ann.id, f"{n}") for n in range(2)]
    first = client.get(TALKS, params={"limit": 2}).json()
    assert [one["id"] for one in first["items"]] == [more[1].id, more[0].id]
    rest = client.get(TALKS, params={"limit": 2, "cursor": first["next"]}).json()
    assert ([one["id"] for one in rest["items"]], rest["next"]) == ([talk.id], None)
    read = client.get(f"{TALKS}/{talk.id}").json()
    assert read["conversation"]["title"] == "Long runs"
    assert [one["content"] for one in read["messages"]] == ["얼마나 뛰어야 하나요?", "18 km"]
    assert "sent" not in json.dumps(read)
    assert client.get(TALKS, params={"cursor": "?"}).status_code == 422


def test_a_conversation_is_renamed(client, talk):
    renamed = client.patch(f"{TALKS}/{talk.id}", json={"title": " Tempo runs "})
    assert (renamed.status_code, renamed.json()["title"]) == (200, "Tempo runs")
    assert client.patch(f"{TALKS}/{talk.id}", json={"title": " "}).status_code == 422
    assert client.get(f"{TALKS}/{talk.id}").json()["conversation"]["title"] == "Tempo runs"


def test_an_answer_is_stopped(client, conn, ann, talk):
    stopped = client.post(f"{TALKS}/{talk.id}/stop")
    assert (stopped.status_code, stopped.content) == (204, b"")
    assert conversations.is_stop_requested(conn, ann.id, talk.id)


def test_a_conversation_is_deleted_with_its_drafts_and_the_ledger_stays(client, conn, talk, kept):
    assert client.delete(f"{TALKS}/{talk.id}").status_code == 204
    assert client.get(f"{TALKS}/{talk.id}").json()["code"] == "talk.conversation_absent"
    assert conn.execute("SELECT count(*) FROM ai_messages").fetchone() == (0,)
    assert conn.execute("SELECT text FROM ai_drafts").fetchall() == [("by itself",)]
    assert len(client.get(f"{AI}/calls").json()) == 1
    assert client.delete(f"{TALKS}/{talk.id}").status_code == 404


def test_conversations_of_another_runner_are_not_there(client, other, talk, kept):
    assert other.get(TALKS).json()["items"] == []
    for call in (
        lambda path: other.get(path),
        lambda path: other.patch(path, json={"title": "mine"}),
        lambda path: other.delete(path),
        lambda path: other.post(f"{path}/stop"),
    ):
        answer = call(f"{TALKS}/{talk.id}")
        assert (answer.status_code, answer.json()["code"]) == (404, "talk.conversation_absent")
    log = other.get(f"{AI}/log").json()
    assert [rows for name, rows in log.items() if name != "exported_at"] == [[]] * 5
    assert other.delete(f"{AI}/log").status_code == 204
    assert len(client.get(f"{TALKS}/{talk.id}").json()["messages"]) == 2
    assert len(client.get(f"{AI}/log").json()["imports"]) == 1


def test_the_log_is_a_file_with_all_that_is_kept(client, talk, kept):
    answer = client.get(f"{AI}/log")
    assert answer.headers["content-disposition"].startswith("attachment; filename=")
    assert answer.headers["cache-control"] == "no-store"
    log = answer.json()
    (logged,) = log["conversations"]
    assert (logged["id"], logged["title"]) == (talk.id, "Long runs")
    assert [one["context"] for one in logged["messages"]] == [{"sent": ["a"]}, None]
    assert logged["messages"][0]["content"] == "얼마나 뛰어야 하나요?"
    assert [one["text"] for one in log["drafts"]] == ["by itself", "a draft"]
    assert [one["text"] for one in log["imports"]] == ["a pasted text"]
    assert [one["cost_usd"] for one in log["calls"]] == [0.001]
    assert [one["text"] for one in log["weekly_words"]] == ["a word"]


def test_the_log_leaves_nothing_out_where_there_is_much(client, conn, ann, monkeypatch):
    monkeypatch.setattr(talk_log, "ROWS_AT_ONCE", 3)
    for number in range(7):
        conversations.create(conn, ann.id, f"{number}")
        ai_calls.add(conn, ann.id, NewModelCall(purpose="chat", model=f"{number}"))
    log = client.get(f"{AI}/log").json()
    assert [one["model"] for one in log["calls"]] == list("6543210")
    assert [one["title"] for one in log["conversations"]] == list("6543210")


def test_the_log_is_deleted_but_for_the_ledger(client, talk, kept):
    assert client.delete(f"{AI}/log").status_code == 204
    log = client.get(f"{AI}/log").json()
    assert {name: len(rows) for name, rows in log.items() if name != "exported_at"} == {
        "conversations": 0, "calls": 1, "drafts": 0, "imports": 0, "weekly_words": 0,
    }  # fmt: skip
