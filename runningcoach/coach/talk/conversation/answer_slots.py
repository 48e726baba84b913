"""How many messages are answered at a time: one of a conversation, few of a runner, some in all.

Counted in this process. Each answer under way waits for a model in a thread or two of its own.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from runningcoach.base.errors import RunningCoachError

MOST_OF_A_RUNNER = 2
MOST_IN_ALL = 8

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
def answer_slot(user_id: int, conversation_id: int | None) -> Iterator[None]:
    """Hold a place for an answer. Raises ConversationBusy and TooManyAnswers.

    A new conversation has no id yet, and nobody else can know it.
    """
    with _lock:
        if conversation_id in _conversations:
            raise ConversationBusy
        if _runners[user_id] >= MOST_OF_A_RUNNER or _runners.total() >= MOST_IN_ALL:
            raise TooManyAnswers
        _runners[user_id] += 1
        if conversation_id is not None:
            _conversations.add(conversation_id)
    try:
        yield
    finally:
        with _lock:
            _runners[user_id] -= 1
            if not _runners[user_id]:
                del _runners[user_id]
            if conversation_id is not None:
                _conversations.discard(conversation_id)
