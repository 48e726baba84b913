"""A message by HTTP: its events, what is refused, the preview, suggestions."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from runningcoach.coach.talk.conversation.answer_slots import conversation_slot
from runningcoach.model.conversation import AiSettings
from runningcoach.model.fitness import RecoveryDay
from runningcoach.simulators.openai import OpenAiSimulator, serve
from runningcoach.store import (
    ai_settings,
    api_tokens,
    complaints,
    conversations,
    fitness,
    races,
    secrets,
)

from .planning import PLANS, TODAY, add_training, approved, generate

CHAT, PREVIEW, SUGGESTIONS = "/api/v1/ai/chat", "/api/v1/ai/preview", "/api/v1/ai/suggestions"
QUESTION = "How far did I run this week?"


@pytest.fixture(scope="module")
def model_server() -> Iterator[OpenAiSimulator]:
    with serve() as simulator:
        yield simulator


@pytest.fixture
def database_url(clone, with_passages) -> Iterator[str]:
    with clone(with_passages) as url:
        yield url


@pytest.fixture
def on(model_server, conn, ann, home):
    """The simulator; Ann's coach is on and talks to it."""
    model_server.reset()
    on = AiSettings(
        is_enabled=True, base_url=model_server.url, chat_model="gpt-6-luna",
        plan_model="gpt-6-luna", agreed_at=datetime.now(UTC),
    )  # fmt: skip
    ai_settings.put(conn, ann.id, on)
    secrets.put(conn, ann.id, ai_settings.KEY_NAME, model_server.key, home=home)
    return model_server


def frames(text):
    """Return the events of a stream as (name, data)."""
    found = []
    for frame in text.strip().split("\n\n"):
        if not frame.startswith(":"):
            name, data = frame.split("\n")
            found.append((name.removeprefix("event: "), json.loads(data.removeprefix("data: "))))
    return found


def test_a_message_is_answered_by_events(client, on, conn, ann):
    on.answer_next(text="이번 주에는 아직\n달리지 않았어요.")
    answer = client.post(CHAT, json={"text": "이번 주에 얼마나 달렸어요?"})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["x-accel-buffering"] == "no"
    assert "content-encoding" not in answer.headers
    events = frames(answer.text)
    assert [name for name, _ in events if name != "text"] == ["conversation", "message", "done"]
    said = "".join(data["text"] for name, data in events if name == "text")
    assert said == "이번 주에는 아직\n달리지 않았어요."
    [message] = [data for name, data in events if name == "message"]
    talk_id = events[0][1]["conversation_id"]
    _, kept = conversations.messages(conn, ann.id, talk_id)
    assert message == kept.model_dump(mode="json")


def test_a_conversation_goes_on(client, on):
    on.answer_next(text="One.")
    on.answer_next(text="Two.")
    first = frames(client.post(CHAT, json={"text": QUESTION}).text)
    talk_id = first[0][1]["conversation_id"]
    again = client.post(CHAT, json={"text": "And before that?", "conversation_id": talk_id})
    assert frames(again.text)[0][1]["conversation_id"] == talk_id
    assert frames(again.text)[0][1]["title"] == QUESTION


def test_a_fault_of_the_model_is_an_event(client, on):
    on.fail_next("quota")
    answer = client.post(CHAT, json={"text": QUESTION})
    events = frames(answer.text)
    assert answer.status_code == 200
    assert [name for name, _ in events] == ["conversation", "message", "problem", "done"]
    assert events[2][1]["code"] == "openai.quota_used"
    assert {"what", "remedy"} <= events[2][1].keys()


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"text": ""}, 422, "talk.message_empty"),
        ({"text": "a" * 5_000}, 422, "talk.message_over_limit"),
        ({"text": "a" * 200_000}, 422, "api.invalid"),
        ({"text": QUESTION, "conversation_id": 999}, 404, "talk.conversation_absent"),
        ({"text": QUESTION, "language": "fr"}, 422, "api.invalid"),
        ({"text": QUESTION, "more": 1}, 422, "api.invalid"),
        ({}, 422, "api.invalid"),
    ],
)
def test_what_is_refused_is_a_problem(client, on, body, status, code):
    answer = client.post(CHAT, json=body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert on.requests() == []


def test_a_message_while_the_coach_is_off(client):
    answer = client.post(CHAT, json={"text": QUESTION})
    assert (answer.status_code, answer.json()["code"]) == (409, "talk.off")
    assert answer.json()["remedy"]


def test_a_red_message_while_the_coach_is_off(client):
    events = frames(client.post(CHAT, json={"text": "My chest hurts and I fainted"}).text)
    names = [name for name, _ in events]
    assert (names[:2], names[-2:]) == (["conversation", "sign"], ["message", "done"])
    assert events[1][1]["level"] == "red"


def test_a_red_message_proposes_a_lighter_plan(client, conn, ann, bob):
    add_training(conn, ann, bob)
    approved(client)
    events = frames(client.post(CHAT, json={"text": "My chest hurts when I run"}).text)
    [plan] = [data for name, data in events if name == "plan"]
    [message] = [data for name, data in events if name == "message"]
    assert message["plan_id"] == plan["plan_id"]
    proposal = client.get(f"{PLANS}/{plan['plan_id']}").json()
    assert (proposal["status"], proposal["origin"]) == ("proposed", "adaptation")
    days = {day["date"]: day["workouts"] for w in proposal["plan"]["weeks"] for day in w["days"]}
    assert [days[f"{TODAY + timedelta(days=n)}"] for n in range(3)] == [[], [], []]
    assert "calendar" in message["content"]


def test_a_second_message_while_one_is_answered(client, on, conn, ann):
    talk = conversations.create(conn, ann.id, "busy")
    with conversation_slot(talk.id):
        answer = client.post(CHAT, json={"text": QUESTION, "conversation_id": talk.id})
    assert (answer.status_code, answer.json()["code"]) == (409, "talk.conversation_busy")


def test_the_conversation_of_another_runner_is_not_there(client, other, on, conn, ann, bob):
    talk = conversations.create(conn, ann.id, "mine")
    body = {"text": "I fainted and my chest hurts", "conversation_id": talk.id}
    assert other.post(CHAT, json=body).status_code == 404
    assert other.post(PREVIEW, json={**body, "text": QUESTION}).status_code == 404
    assert conversations.messages(conn, ann.id, talk.id) == []


@pytest.mark.parametrize(("scope", "status"), [("write", 200), ("read", 403)])
def test_a_token_that_may_write_may_chat(visitor, on, conn, ann, scope, status):
    token = api_tokens.create(conn, ann.id, "script", scope).token
    headers = {"Authorization": f"Bearer {token}"}
    on.answer_next(text="Yes.")
    answer = visitor.post(CHAT, json={"text": QUESTION}, headers=headers)
    assert answer.status_code == status
    assert len(on.requests()) == (status == 200)


def test_preview(client, on):
    shown = client.post(PREVIEW, json={"text": QUESTION}).json()
    assert shown["base_url"] == on.url
    assert shown["sections"][0]["name"] == "rules"
    assert shown["sections"][-1]["text"] == QUESTION
    assert "propose_plan" in shown["tools"]
    assert 0 < shown["cost_usd"] < 0.1
    assert on.requests() == []


# ---- suggestions -------------------------------------------------------------------------------


def suggested(client):
    answer = client.get(SUGGESTIONS)
    assert answer.status_code == 200
    assert 4 <= len(answer.json()) <= 6
    assert len(set(answer.json())) == len(answer.json())
    return answer.json()


def test_suggestions_for_a_beginner(client):
    assert suggested(client)[:2] == [
        "Can you suggest a plan for the next weeks?", "I am new to running. How do I begin?",
    ]  # fmt: skip


def test_suggestions_are_in_the_readers_language(other):
    assert suggested(other)[0] == "앞으로 몇 주 동안의 훈련 계획을 제안해 줄 수 있나요?"


def test_suggestions_begin_with_what_hurts(client, conn, ann, bob):
    add_training(conn, ann, bob)
    complaints.begin(conn, ann.id, "pain", TODAY)
    assert suggested(client)[0].startswith("Something hurts.")


@pytest.mark.parametrize(
    ("band", "is_asked"), [("low", True), ("reduced", True), ("normal", False)]
)
def test_suggestions_on_a_bad_morning(client, conn, ann, bob, band, is_asked):
    add_training(conn, ann, bob)
    fitness.replace_recovery(conn, ann.id, [RecoveryDay(date=TODAY, readiness_band=band)])
    assert suggested(client)[0].startswith("My body is not at its best") == is_asked


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (0, "Today is race day."),
        (9, "9 days to my race: what should the last days look like?"),
        (60, "60 days to my race: what time can I expect"),
    ],
)
def test_suggestions_before_a_race(client, conn, ann, bob, days, words):
    add_training(conn, ann, bob)
    race = {"date": TODAY + timedelta(days=days), "name": "race", "distance_m": 10_000}
    races.create(conn, ann.id, race | {"target_time_s": None, "priority": "A"})
    assert suggested(client)[0].startswith(words)


def test_suggestions_with_a_plan(client, conn, ann, bob):
    add_training(conn, ann, bob)
    generate(client)
    waiting = suggested(client)
    assert waiting[0] == "How does the proposed plan differ from my present one?"
    assert "Can you suggest a plan for the next weeks?" in waiting
    assert "How did my last run go?" in waiting


def test_suggestions_with_missed_sessions(client, conn, ann, bob):
    add_training(conn, ann, bob)
    approved(client)
    rows = conn.execute(
        "UPDATE workouts SET date = %s WHERE id IN (SELECT id FROM workouts WHERE user_id = %s"
        " AND date >= %s ORDER BY date LIMIT 2) RETURNING id",
        [TODAY, ann.id, TODAY],
    ).fetchall()
    for (workout_id,) in rows:
        conn.execute(
            "INSERT INTO workout_adherence"
            " (workout_id, user_id, workout_date, verdict, engine_version)"
            " VALUES (%s, %s, %s, 'missed', '1')",
            [workout_id, ann.id, TODAY],
        )
    assert "I missed sessions this week. How do I go on?" in suggested(client)
    assert "What is today's session for?" in suggested(client)


def test_suggestions_look_towards_the_goal_past_a_distant_tune_up_race(client, conn, ann):
    for days, priority in ((60, "B"), (100, "A")):
        race = {"date": TODAY + timedelta(days=days), "name": "", "distance_m": 21_097}
        races.create(conn, ann.id, race | {"target_time_s": None, "priority": priority})
    assert any(one.startswith("100 days to my race") for one in suggested(client))
