"""Signs of danger: answered by a script before any byte leaves, and the plan held."""

import json
import subprocess
import sys

import pytest

from runningcoach.base import periods
from runningcoach.coach.plans.complaints import end_complaint
from runningcoach.coach.talk.conversation.answer_slots import answer_slot, conversation_slot
from runningcoach.coach.talk.safety.gate import find_sign
from runningcoach.coach.talk.safety.replies import scripted_reply
from runningcoach.coach.talk.talk_settings import CoachOff
from runningcoach.store import complaints, conversations

from .conftest import message_of, names, stored, text_of

CARDIAC = "오늘 인터벌 하는데 가슴이 쥐어짜는 것처럼 아프고 왼팔까지 저렸어요"
CRISIS = "요즘은 그냥 사라지고 싶어요. 달리기도 다 의미 없고"
SHIN = "There is one spot on my shin bone that hurts when I press it, and at night too"
PAIN_FRAME = (
    "몸의 신호(통증이나 부상)가 있으니 지금은 훈련을 늘리지 않을게요. 나아지지 않거나 심해지면"
    " 전문가의 진료를 받으세요."
    " 캘린더의 ‘몸 상태 알리기’에 적어 두시면 쉬어 가는 계획을 바로 제안해 드려요."
)
AMBER = "무릎이 아픈데 내일 인터벌 해도 되나요?"


def corpus_messages(folder, level):
    path = next((folder / "safety").glob("*.json"))
    messages = json.loads(path.read_text(encoding="utf-8"))["messages"]
    return [one["text"] for one in messages if one["expected"]["cls"] == level]


def test_no_byte_leaves_for_any_red_message(ask, on, coach_corpus):
    texts = corpus_messages(coach_corpus, "red")
    assert len(texts) >= 20
    for text in texts:
        sign = find_sign(text)
        events = ask(text)
        assert names(events)[:2] == ["conversation", "sign"], text
        language = "ko" if any("가" <= c <= "힣" for c in text) else "en"
        assert text_of(events).startswith(scripted_reply(sign, language)), text
        answer = message_of(events)
        assert (answer.sign_level, answer.sign) == ("red", sign.category)
        assert (answer.model, answer.usage, answer.cost_usd) == (None, None, None)
    assert on.requests() == []


@pytest.mark.parametrize("text", [CARDIAC, CRISIS])
def test_red_message_is_answered_without_coach_and_key(ask, conn, user, text):
    events = ask(text)
    question, answer = stored(conn, user, events)
    assert question.content == text
    assert question.sign_level == answer.sign_level == "red"
    assert answer == message_of(events)
    assert ("119" in answer.content, "109" in answer.content) == (True, text == CRISIS)
    assert events[-1].name == "done"


def test_red_message_that_is_too_long_is_answered(ask):
    events = ask(f"{CARDIAC}. " * 200)
    assert message_of(events).sign == "cardiac"


def test_red_sign_of_the_body_is_noted_and_undone_in_the_calendar(ask, conn, user):
    today = periods.today(user.timezone)
    events = ask(CARDIAC)
    [noted] = complaints.list_lasting(conn, user.id, today)
    assert (noted.kind, noted.began_on) == ("illness", today)
    assert "캘린더" in message_of(events).content
    end_complaint(conn, user, noted.id, today)
    assert complaints.list_lasting(conn, user.id, today) == []


def test_red_sign_of_a_bone_is_noted_as_pain(ask, conn, user):
    ask(SHIN)
    [noted] = complaints.list_lasting(conn, user.id, periods.today(user.timezone))
    assert noted.kind == "pain"


@pytest.mark.parametrize(
    "text",
    [
        CRISIS,
        "옆에서 뛰던 친구가 쓰러졌는데 숨을 안 쉬어요",
        "The runner next to me collapsed and is not breathing, what do I do?",
    ],
)
def test_a_crisis_and_an_emergency_of_another_are_noted_nowhere(ask, conn, user, text):
    events = ask(text)
    assert message_of(events).sign_level == "red"
    assert complaints.list_lasting(conn, user.id, periods.today(user.timezone)) == []


def test_the_reply_comes_though_the_plan_cannot_be_held(ask, conn, user):
    conn.execute("ALTER TABLE complaints RENAME TO complaints_that_were")
    events = ask(CARDIAC)
    assert message_of(events).content == scripted_reply(find_sign(CARDIAC), "ko")
    assert names(events) == ["conversation", "sign", "text", "message", "done"]


def test_red_message_is_answered_beside_an_answer_under_way(ask, on, conn, user):
    talk = conversations.create(conn, user.id, "busy")
    with conversation_slot(talk.id), answer_slot(user.id), answer_slot(user.id):
        assert message_of(ask(CARDIAC, talk.id)).sign == "cardiac"


def test_the_log_has_the_category_and_no_word_of_the_message(ask, on, heard):
    ask(CARDIAC)
    logged = heard.getvalue()
    assert "cardiac" in logged
    assert "쥐어짜" not in logged


def test_amber_message_with_the_coach_off_gets_its_frame(ask, conn, user):
    events = ask(AMBER)
    assert names(events) == ["conversation", "sign", "text", "message", "done"]
    assert message_of(events).content == PAIN_FRAME
    assert complaints.list_lasting(conn, user.id, periods.today(user.timezone)) == []


def test_amber_message_is_answered_under_its_frame_and_without_plans(ask, on):
    on.answer_next(text="Rest a day.")
    events = ask(AMBER)
    assert message_of(events).content == f"{PAIN_FRAME}\n\nRest a day."
    [request] = on.requests()
    offered = [tool["name"] for tool in request.body["tools"]]
    assert "propose_plan" not in offered
    assert "weekly_mileage" in offered


def test_amber_message_of_a_minor_is_answered_by_the_script_alone(ask, on):
    events = ask("저 15살인데 하프 준비해도 돼요?")
    assert message_of(events).sign == "minor"
    assert on.requests() == []


def test_red_message_and_its_answer_are_never_sent_later(ask, on):
    first = ask(CARDIAC)
    on.answer_next(text="Not before a doctor has seen you.")
    events = ask("그럼 이번 주 거리는 얼마예요?", first[0].data["conversation_id"])
    sent = json.dumps([one.body for one in on.requests()], ensure_ascii=False)
    assert "쥐어짜" not in sent
    assert scripted_reply(find_sign(CARDIAC), "ko")[:20] not in sent
    offered = [tool["name"] for tool in on.requests()[0].body["tools"]]
    assert "propose_plan" not in offered
    assert message_of(events).sign_level == "none"


def test_a_message_without_a_sign_is_refused_while_the_coach_is_off(ask, conn, user):
    with pytest.raises(CoachOff):
        ask("이번 주 거리는 얼마예요?")
    assert conversations.list_recent(conn, user.id, 10) == []


def test_nothing_of_a_vendor_is_loaded_for_a_red_message():
    program = (
        "import sys; import runningcoach.coach.talk.conversation; print('openai' in sys.modules)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=120
    )
    assert ran.stdout.strip() == "False"
