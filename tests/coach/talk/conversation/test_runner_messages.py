"""A runner's message: cleaned, bounded, its language, a title from it."""

import pytest

from runningcoach.coach.talk.conversation.runner_messages import (
    LONGEST_MESSAGE,
    LONGEST_TITLE,
    MessageEmpty,
    MessageOverLimit,
    clean_message,
    conversation_title,
    message_language,
)


def test_clean_message_without_what_cannot_be_seen():
    assert clean_message("  이번 주\u200b \u202eabc\U000e0041 거리는?\n") == "이번 주 abc 거리는?"


@pytest.mark.parametrize("text", ["", " \n\t ", "\u200b\u2060"])
def test_clean_message_refuses_an_empty_one(text):
    with pytest.raises(MessageEmpty):
        clean_message(text)


def test_clean_message_refuses_one_that_is_too_long():
    assert clean_message("a" * 4_000) == "a" * 4_000
    with pytest.raises(MessageOverLimit) as refused:
        clean_message("a" * 4_001)
    assert "4001" in refused.value.what("en")


def test_clean_message_cuts_one_that_must_be_answered():
    cut = clean_message("가슴이 아파요 " * 1_000, may_be_cut=True)
    assert len(cut) == LONGEST_MESSAGE
    assert cut.startswith("가슴이 아파요 가슴이")
    assert cut.endswith("…")


@pytest.mark.parametrize(
    ("text", "usual", "language"),
    [
        ("이번 주 몇 km?", "en", "ko"),
        ("How was my last run?", "ko", "en"),
        ("VO2max ㅇㅈ?", "en", "ko"),
        ("5k PB?", "ko", "ko"),
        ("5k PB?", "en", "en"),
    ],
)
def test_message_language(text, usual, language):
    assert message_language(text, usual) == language


def test_conversation_title_is_the_beginning_in_one_line():
    assert conversation_title("How far\n  did I run?") == "How far did I run?"
    title = conversation_title("What should I do " * 10)
    assert title == "What should I do What should I do What should I do What…"
    assert len(title) <= LONGEST_TITLE


def test_conversation_title_without_spaces_is_cut_where_it_must():
    assert conversation_title("가" * 100) == "가" * 59 + "…"
