"""Events of a model as they come, and beats while it is silent."""

import threading
import time

import pytest

from runningcoach.coach.talk.conversation import paced_stream
from runningcoach.coach.talk.conversation.paced_stream import paced
from runningcoach.model.conversation import TextDelta

WORDS = [TextDelta(text="one"), TextDelta(text="two")]


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(paced_stream, "BEAT_S", 0.05)


def test_paced_events_come_in_order():
    assert list(paced(iter(WORDS))) == WORDS


def test_paced_beats_while_nothing_comes(quick):
    def slow():
        time.sleep(0.3)
        yield WORDS[0]

    events = list(paced(slow()))
    assert events[-1] == WORDS[0]
    assert 1 <= events.count(None) <= 6


def test_paced_raises_the_error_of_the_events():
    def broken():
        yield WORDS[0]
        raise ValueError("cut")

    events = paced(broken())
    assert next(events) == WORDS[0]
    with pytest.raises(ValueError, match="cut"):
        next(events)


def test_paced_closed_early_closes_the_events(quick):
    closed = threading.Event()

    def endless():
        try:
            while True:
                time.sleep(0.01)
                yield WORDS[0]
        finally:
            closed.set()

    events = paced(endless())
    next(events)
    events.close()
    assert closed.wait(15)
