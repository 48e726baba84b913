"""How many messages are answered at a time."""

from contextlib import ExitStack

import pytest

from runningcoach.coach.talk.conversation.answer_slots import (
    MOST_IN_ALL,
    MOST_OF_A_RUNNER,
    ConversationBusy,
    TooManyAnswers,
    answer_slot,
)


def test_answer_slot_one_of_a_conversation():
    with answer_slot(1, 10), pytest.raises(ConversationBusy), answer_slot(1, 10):
        pass
    with answer_slot(1, 10):
        pass


def test_answer_slot_few_of_a_runner():
    with ExitStack() as held:
        for _ in range(MOST_OF_A_RUNNER):
            held.enter_context(answer_slot(1, None))
        with pytest.raises(TooManyAnswers), answer_slot(1, 11):
            pass
        held.enter_context(answer_slot(2, None))
    with answer_slot(1, 11):
        pass


def test_answer_slot_some_in_all():
    with ExitStack() as held:
        for user_id in range(MOST_IN_ALL):
            held.enter_context(answer_slot(user_id, None))
        with pytest.raises(TooManyAnswers), answer_slot(99, None):
            pass
    with answer_slot(99, None):
        pass


def test_answer_slot_is_given_back_after_an_error():
    for _ in range(MOST_OF_A_RUNNER + 1):
        with pytest.raises(RuntimeError), answer_slot(1, 10):
            raise RuntimeError
