"""How many messages are answered at a time: one of a conversation, few of a runner, some in all.

Counted in this process. An answer under way waits for a model in a thread or two of its own; the
thread of one that was broken off may wait on for a while, and is counted too.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from runningcoach.base.errors import RunningCoachError
from runningcoach.coach.talk.conversation.paced_stream import count_readers

MOST_OF_A_RUNNER = 2
MOST_IN_ALL = 8
MOST_READERS = 24
"""Threads that wait for models, those of broken-off answers among them."""

_lock = Lock()
_runners: Counter[int] = Counter()
_conversations: set[int] = set()


class ConversationBusy(RunningCoachError):
    """The last message of this conversation is still being answered."""

    code = "talk.conversation_busy"
    status = 409


class TooManyAnswers(RunningCoachError):
    """As many answers are under way as one runner, or all together, may have."""

    code = "talk.too_many_answers"
    status = 409


@contextmanager
def answer_slot(user_id: int) -> Iterator[None]:
    """Hold a place for an answer to a runner. Raises TooManyAnswers."""
    with _lock:
        is_full = _runners.total() >= MOST_IN_ALL or count_readers() >= MOST_READERS
        if is_full or _runners[user_id] >= MOST_OF_A_RUNNER:
            raise TooManyAnswers
        _runners[user_id] += 1
    try:
        yield
    finally:
        with _lock:
            _runners[user_id] -= 1
            if not _runners[user_id]:
                del _runners[user_id]


@contextmanager
def conversation_slot(conversation_id: int | None) -> Iterator[None]:
    """Hold the place for the one answer of a conversation; None is one that is not begun yet.

    Raises ConversationBusy.
    """
    if conversation_id is None:
        yield
        return
    with _lock:
        if conversation_id in _conversations:
            raise ConversationBusy
        _conversations.add(conversation_id)
    try:
        yield
    finally:
        with _lock:
            _conversations.discard(conversation_id)
