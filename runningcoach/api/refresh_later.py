"""Bringing derived rows up to date after an answer has gone out."""

import logging
from pathlib import Path
from threading import Lock
from weakref import WeakKeyDictionary

from fastapi import BackgroundTasks, Request
from psycopg_pool import ConnectionPool

from runningcoach import jobs
from runningcoach.model.user import User

log = logging.getLogger(__name__)

_lock = Lock()
_wanted: WeakKeyDictionary[ConnectionPool, dict[int, bool]] = WeakKeyDictionary()
"""By pool and user: whether changes came in while what is behind is being derived. However many
changes a runner makes at one time, one thread and one connection derive from them."""


def later(tasks: BackgroundTasks, request: Request, user: User, home: Path | None = None) -> None:
    """Derive what a change left behind, once the answer is out.

    With a home, facts that no longer fit their activity are made again first.
    """
    tasks.add_task(now, request.app.state.pool, user.id, home)


def now(pool: ConnectionPool, user_id: int, home: Path | None = None) -> None:
    """Derive what is behind; leave it to whoever does that already.

    Nothing is raised: the answer is out, and a failure is noted where the doctor finds it.
    """
    if not _begin(pool, user_id):
        return
    while _goes_on(pool, user_id):
        try:
            with pool.connection() as conn:
                jobs.bring_up_to_date(conn, user_id, home)
        except Exception:
            log.exception("what is derived stays behind", extra={"user_id": user_id})


def _begin(pool: ConnectionPool, user_id: int) -> bool:
    """Note that there is something to derive; return whether nobody derives for the user yet."""
    with _lock:
        users = _wanted.setdefault(pool, {})
        is_first = user_id not in users
        users[user_id] = True
        return is_first


def _goes_on(pool: ConnectionPool, user_id: int) -> bool:
    """Take up what came in meanwhile; end when that is nothing."""
    with _lock:
        users = _wanted[pool]
        if not users[user_id]:
            del users[user_id]
            return False
        users[user_id] = False
        return True
