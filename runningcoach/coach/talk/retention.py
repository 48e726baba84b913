"""How long is kept what was sent to models."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import psycopg

from runningcoach.store import conversations

CONTEXTS_KEPT_FOR = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class ContextsRemoved:
    """The number of messages whose context was forgotten; hash and sizes of sections stay."""

    contexts: int


def remove_old_contexts(conn: psycopg.Connection[Any], now: datetime) -> ContextsRemoved:
    """Forget what was sent for messages more than 30 days ago; the messages themselves stay."""
    return ContextsRemoved(conversations.remove_contexts(conn, now - CONTEXTS_KEPT_FOR))
