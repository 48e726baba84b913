"""Answers as they stream from the running server: at once, to an end, beside everything else."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime

import pytest

from runningcoach.coach.talk.conversation.answer_slots import MOST_IN_ALL, MOST_OF_A_RUNNER
from runningcoach.model.conversation import AiSettings
from runningcoach.simulators.openai import OpenAiSimulator, serve
from runningcoach.store import ai_calls, ai_settings, conversations, database, secrets

from .running import Web, running, until

CHAT = "/api/v1/ai/chat"
QUESTION = "How far did I run this week?"
LONG = "Run easy today and tomorrow, and rest on the day after that. " * 10

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def model() -> Iterator[OpenAiSimulator]:
    with serve() as simulator:
        yield simulator


@pytest.fixture(scope="module")
def web(clone, with_passages, tmp_path_factory) -> Iterator[Web]:
    with clone(with_passages) as url, running(url, tmp_path_factory.mktemp("web")) as started:
        yield started


@pytest.fixture(scope="module")
def sign_up(web, model):
    """Make a runner whose coach is on; return the user and the cookies of a session."""

    def make(name):
        user = web.sign_up(name)
        with database.connect(web.database_url) as conn:
            on = AiSettings(
                is_enabled=True, base_url=model.url, chat_model="gpt-6-luna",
                agreed_at=datetime.now(UTC),
            )  # fmt: skip
            ai_settings.put(conn, user.id, on)
            secrets.put(conn, user.id, ai_settings.KEY_NAME, model.key, home=web.home)
        return user, web.session(user)

    return make


@pytest.fixture(scope="module")
def ann(sign_up):
    return sign_up("ann")


@pytest.fixture(autouse=True)
def fresh(model):
    model.reset()


def messages(web, user):
    with database.connect(web.database_url) as conn:
        talks = conversations.list_recent(conn, user.id, 1)
        return conversations.messages(conn, user.id, talks[0].id) if talks else []


def test_an_answer_is_read_while_it_is_written(web, model, ann):
    _, cookies = ann
    model.delay(0.05)
    model.answer_next(text=LONG)
    with (
        web.client(cookies=cookies) as client,
        client.stream("POST", CHAT, json={"text": QUESTION}) as answer,
    ):
        lines = answer.iter_lines()
        assert next(lines) == "event: conversation"
        next(line for line in lines if line == "event: text")
        began = time.monotonic()
        rest = list(lines)
    assert rest[-3] == "event: done"
    assert time.monotonic() - began > rest.count("event: text") * 0.05 / 2 > 1


@pytest.mark.parametrize("fault", [None, "silence"])
def test_an_answer_is_stopped_by_its_route(web, model, ann, fault):
    _, cookies = ann
    if fault:
        model.fail_next(fault, times=9)
    model.delay(0.1)
    model.answer_next(text=LONG)
    with (
        web.client(cookies=cookies) as client,
        client.stream("POST", CHAT, json={"text": QUESTION}) as answer,
    ):
        lines = answer.iter_lines()
        next(lines)
        talk_id = json.loads(next(lines).removeprefix("data: "))["conversation_id"]
        next(line for line in lines if line in ("event: text", ": wait"))
        began = time.monotonic()
        assert client.post(f"/api/v1/ai/conversations/{talk_id}/stop").status_code == 204
        rest = list(lines)
    assert time.monotonic() - began < 10
    message = rest[rest.index("event: message") + 1].removeprefix("data: ")
    assert json.loads(message)["finish_reason"] == "cancelled"
    assert rest[-3] == "event: done"


def test_an_answer_whose_conversation_is_deleted_ends(web, model, ann):
    user, cookies = ann
    model.delay(0.1)
    model.answer_next(text=LONG)
    with (
        web.client(cookies=cookies) as client,
        client.stream("POST", CHAT, json={"text": QUESTION}) as answer,
    ):
        lines = answer.iter_lines()
        next(lines)
        talk_id = json.loads(next(lines).removeprefix("data: "))["conversation_id"]
        next(line for line in lines if line == "event: text")
        assert client.delete(f"/api/v1/ai/conversations/{talk_id}").status_code == 204
        rest = list(lines)
        assert client.get(f"/api/v1/ai/conversations/{talk_id}").status_code == 404
    assert "talk.conversation_absent" in rest[rest.index("event: problem") + 1]
    with database.connect(web.database_url) as conn:
        assert ai_calls.list_recent(conn, user.id, 1)[0].error_code == "talk.cancelled"


def test_an_answer_whose_reader_hangs_up_is_ended(web, model, ann):
    user, cookies = ann
    model.delay(0.2)
    model.answer_next(text=LONG)
    with web.client(cookies=cookies) as client:  # noqa: SIM117 - the answer ends first
        with client.stream("POST", CHAT, json={"text": QUESTION}) as answer:
            next(line for line in answer.iter_lines() if line == "event: text")
    until(lambda: messages(web, user)[-1].finish_reason == "cancelled", 15)
    until(lambda: any(one.is_hung_up for one in model.requests()), 15)
    assert LONG.startswith(messages(web, user)[-1].content)
    with database.connect(web.database_url) as conn:
        assert ai_calls.list_recent(conn, user.id, 1)[0].error_code == "talk.cancelled"
    model.delay(0)
    model.answer_next(text="Here again.")
    with web.client(cookies=cookies) as client:
        assert "Here again." in client.post(CHAT, json={"text": QUESTION}).text


def test_a_reader_who_hangs_up_on_a_silent_model(web, model, ann):
    user, cookies = ann
    model.fail_next("silence", times=9)
    with web.client(cookies=cookies) as client:  # noqa: SIM117 - the answer ends first
        with client.stream("POST", CHAT, json={"text": QUESTION}) as answer:
            assert next(line for line in answer.iter_lines() if line.startswith(":")) == ": wait"
    until(lambda: messages(web, user)[-1].finish_reason == "cancelled", 15)


def test_many_waiting_answers_leave_room_for_everything_else(web, model, sign_up):
    model.fail_next("silence", times=50)
    runners = [sign_up(f"many{n}")[1] for n in range(MOST_IN_ALL // MOST_OF_A_RUNNER)]
    _, cookies = sign_up("patient")
    opened, refused = [], []
    with ExitStack() as held:
        for session in runners:
            client = held.enter_context(web.client(cookies=session))
            for _ in range(MOST_OF_A_RUNNER):
                stream = client.stream("POST", CHAT, json={"text": QUESTION})
                opened.append(held.enter_context(stream).status_code)
            refused.append(client.post(CHAT, json={"text": QUESTION}).json()["code"])
        assert opened == [200] * MOST_IN_ALL
        assert set(refused) == {"talk.too_many_answers"}
        patient = held.enter_context(web.client(cookies=cookies))
        assert patient.post(CHAT, json={"text": QUESTION}).status_code == 409
        red = patient.post(CHAT, json={"text": "My chest hurts and I fainted"})
        assert "event: sign" in red.text
        assert longest_of_many(patient) < 10


def longest_of_many(client):
    """Return how long the slowest of many requests at a time took [s]."""
    took = []

    def ask():
        began = time.monotonic()
        assert client.get("/api/v1/complaints").status_code == 200
        took.append(time.monotonic() - began)

    threads = [threading.Thread(target=ask) for _ in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(took) == len(threads)
    return max(took)


def test_the_log_has_neither_words_nor_keys(web, model, ann):
    _, cookies = ann
    model.answer_next(text="A word that is seldom: quokka.")
    with web.client(cookies=cookies) as client:
        client.post(CHAT, json={"text": "Another seldom word: axolotl, what of it?"})
    logged = web.log.read_text()
    assert "/api/v1/ai/chat" in logged
    for secret in ("quokka", "axolotl", model.key, "Traceback"):
        assert secret not in logged
    assert json.loads(logged.splitlines()[-1])
