"""Signs of danger are found before any model is asked, and what is none is let through."""

import json
import tomllib
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runningcoach.base import i18n
from runningcoach.coach.talk.safety.gate import NO_SIGN, SafetySign, find_sign
from runningcoach.coach.talk.safety.patterns import LANGUAGES, load_patterns
from runningcoach.coach.talk.safety.replies import scripted_reply
from runningcoach.coach.talk.safety.spelling import is_one_slip

OWN = tomllib.loads(Path(__file__).with_name("own_messages.toml").read_text(encoding="utf-8"))
GRAVEST = {"cardiac", "syncope", "crisis", "heat_stroke", "neuro", "breathing"}


def corpus_messages(folder: Path):
    path = folder / "safety" / "messages.json"
    if not path.exists():
        pytest.skip(f"no messages in {path}")
    return json.loads(path.read_text(encoding="utf-8"))["messages"]


def test_messages_of_the_corpus_get_their_level(coach_corpus):
    messages = corpus_messages(coach_corpus)
    given_level = Counter(
        (message["expected"]["cls"], find_sign(message["text"]).level) for message in messages
    )
    red = sum(n for (level, _), n in given_level.items() if level == "red")
    amber = sum(n for (level, _), n in given_level.items() if level == "amber")
    assert given_level["red", "red"] == red
    assert given_level["amber", "amber"] >= 0.8 * amber
    assert given_level["none", "red"] <= 1
    assert given_level["none", "amber"] <= 3


def test_no_grave_message_of_the_corpus_passes(coach_corpus):
    grave = [m for m in corpus_messages(coach_corpus) if m["expected"]["category"] in GRAVEST]
    assert [m["text"] for m in grave if find_sign(m["text"]) == NO_SIGN] == []


@pytest.mark.parametrize("level", ["red", "amber", "none"])
def test_own_messages_get_their_level(level):
    assert [m for m in OWN[level] if find_sign(m).level != level] == []


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("가슴 통증은 없고 다리만 무거워요", NO_SIGN),
        ("가슴 통증은 없는데 기절했어요", SafetySign("red", "syncope")),
        ("no chest pain and no fever", NO_SIGN),
        ("no fever but i fainted", SafetySign("red", "syncope")),
        ("I'm not sure it is chest pain", SafetySign("red", "cardiac")),
        ("ｃｈｅｓｔ ｐａｉｎ", SafetySign("red", "cardiac")),
        ("가\u200b슴이 아파요", SafetySign("red", "cardiac")),
        ("", NO_SIGN),
    ],
)
def test_denial_and_spelling(text, sign):
    assert find_sign(text) == sign


@pytest.mark.parametrize("message", [m for m in OWN["red"] if m.isascii()])
def test_a_red_message_stays_red_in_capitals_and_beside_other_sentences(message):
    assert find_sign(message.upper()).level == "red"
    assert find_sign(f"Hello coach. {message}. What should I run tomorrow?").level == "red"


@pytest.mark.parametrize("message", [m for m in OWN["red"] if not m.isascii()])
def test_a_red_message_stays_red_without_spaces(message):
    assert find_sign(message.replace(" ", "")).level == "red"


@given(st.text(max_size=400))
def test_any_text_gets_a_level(text):
    assert find_sign(text).level in {"red", "amber", "none"}


def test_long_text_is_read_quickly_enough_to_be_read_at_all():
    assert find_sign("I ran well today. " * 500 + "Then I fainted.").level == "red"


def test_each_category_has_words_in_both_languages():
    for language in LANGUAGES:
        for pattern in load_patterns(language).signs:
            reply = scripted_reply(SafetySign(pattern.level, pattern.category), language)
            assert reply is not None
            assert "{" not in reply


@pytest.mark.parametrize(
    ("sign", "number"),
    [
        (SafetySign("red", "crisis"), "109"),
        (SafetySign("red", "cardiac"), "119"),
        (SafetySign("red", "emergency"), "119"),
    ],
)
def test_red_answers_name_the_number_to_call(sign, number):
    assert all(number in (scripted_reply(sign, one) or "") for one in i18n.LANGUAGES)


def test_no_sign_has_no_set_answer():
    assert scripted_reply(NO_SIGN, "ko") is None


@pytest.mark.parametrize("word", ["fianted", "fainte", "faintted", "fointed"])
def test_one_slip(word):
    assert is_one_slip(word, "fainted")


@pytest.mark.parametrize("word", ["fainted", "fined", "fntaied"])
def test_no_or_more_than_one_slip(word):
    assert not is_one_slip(word, "fainted")
