"""How many messages are answered at a time."""

import threading
from contextlib import ExitStack

import pytest

from runningcoach.coach.talk.conversation import paced_stream
from runningcoach.coach.talk.conversation.answer_slots import (
    MOST_IN_ALL,
    MOST_OF_A_RUNNER,
    MOST_READERS,
    ConversationBusy,
    TooManyAnswers,
    answer_slot,
    conversation_slot,
)
from runningcoach.coach.talk.conversation.paced_stream import paced


def test_conversation_slot_one_answer_at_a_time():
    with conversation_slot(10), pytest.raises(ConversationBusy), conversation_slot(10):
        pass
    with conversation_slot(10), conversation_slot(11):
        pass


def test_conversation_slot_of_what_is_not_begun():
    with conversation_slot(None), conversation_slot(None):
        pass


def test_answer_slot_few_of_a_runner():
    with ExitStack() as held:
        for _ in range(MOST_OF_A_RUNNER):
            held.enter_context(answer_slot(1))
        with pytest.raises(TooManyAnswers), answer_slot(1):
            pass
        held.enter_context(answer_slot(2))
    with answer_slot(1):
        pass


def test_answer_slot_some_in_all():
    with ExitStack() as held:
        for user_id in range(MOST_IN_ALL):
            held.enter_context(answer_slot(user_id))
        with pytest.raises(TooManyAnswers), answer_slot(99):
            pass
    with answer_slot(99):
        pass


def test_answer_slot_is_given_back_after_an_error():
    for _ in range(MOST_OF_A_RUNNER + 1):
        with pytest.raises(RuntimeError), answer_slot(1), conversation_slot(10):
            raise RuntimeError


def test_answer_slot_counts_what_still_waits_for_a_model(monkeypatch):
    monkeypatch.setattr(paced_stream, "BEAT_S", 0.01)
    goes_on = threading.Event()

    def silent():
        goes_on.wait()
        yield from ()

    left = [paced(silent()) for _ in range(MOST_READERS)]
    for events in left:
        assert next(events) is None
        events.close()
    try:
        with pytest.raises(TooManyAnswers), answer_slot(1):
            pass
    finally:
        goes_on.set()
