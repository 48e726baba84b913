"""What a tool is called with and what it gives back."""

from datetime import date
from typing import Any, NamedTuple

import psycopg

from runningcoach.coach.knowledge.retrieval import FoundPassage
from runningcoach.model.conversation import PrivacyLevel
from runningcoach.model.user import User

type Connection = psycopg.Connection[Any]
type Fields = dict[str, Any]
"""A part of a result: names with their units, and values of JSON."""


class ToolContext(NamedTuple):
    """Whose data a tool reads, as of which day, and how much of it may leave the host."""

    conn: Connection
    user: User
    today: date
    privacy_level: PrivacyLevel
    language: str

    def allows(self, level: PrivacyLevel) -> bool:
        """Return whether data of a level may be shown."""
        return LEVELS.index(self.privacy_level) >= LEVELS.index(level)


LEVELS: tuple[PrivacyLevel, ...] = ("summary", "training", "health")


class ToolResult(NamedTuple):
    """JSON text for the model, and the passages that it may cite.

    `is_error`: `content` says why there is nothing, and what to do instead.
    """

    content: str
    passages: tuple[FoundPassage, ...] = ()
    is_error: bool = False


class ToolRefusal(Exception):
    """A tool cannot do what it was asked for: the sentence is for the model."""
