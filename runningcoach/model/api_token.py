"""Personal API tokens: what a script, a notebook or a calendar uses in place of a password."""

from datetime import datetime
from typing import Literal

from runningcoach.model.record import Record

TokenScope = Literal["read", "write", "feed"]
"""Read everything; change things too; read the calendar feed and nothing else."""


class ApiToken(Record):
    """A token without its secret, of which only the hash is stored."""

    id: int
    name: str
    scope: TokenScope
    created_at: datetime
    expires_at: datetime | None = None
    last_used_at: datetime | None = None


class NewApiToken(ApiToken):
    """A token that was created just now: its secret is in this answer and nowhere else.

    `feed_path` is the path of the calendar feed that a token of scope `feed` opens.
    """

    token: str
    feed_path: str | None = None
