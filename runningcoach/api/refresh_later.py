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
_pending: WeakKeyDictionary[ConnectionPool, dict[int, bool]] = WeakKeyDictionary()
"""By pool and user: whether changes arrived while stale rows are being derived. However many
changes a runner makes at one time, one thread and one connection derive from them."""


def schedule_refresh(
    tasks: BackgroundTasks, request: Request, user: User, home: Path | None = None
) -> None:
    """Schedule the derivation of stale rows for after the response.

    With a home, facts that no longer fit their activity are made again first.
    """
    tasks.add_task(run_refresh, request.app.state.pool, user.id, home)


def run_refresh(pool: ConnectionPool, user_id: int, home: Path | None = None) -> None:
    """Derive stale rows, unless another thread does so already.

    Nothing is raised: the answer is out, and a failure is noted where the doctor finds it.
    """
    if not _begin(pool, user_id):
        return
    while _continue_if_pending(pool, user_id):
        try:
            with pool.connection() as conn:
                jobs.bring_up_to_date(conn, user_id, home)
        except Exception:
            log.exception("what is derived stays behind", extra={"user_id": user_id})


def _begin(pool: ConnectionPool, user_id: int) -> bool:
    """Mark the user as pending; return whether no thread derives for the user yet."""
    with _lock:
        users = _pending.setdefault(pool, {})
        is_first = user_id not in users
        users[user_id] = True
        return is_first


def _continue_if_pending(pool: ConnectionPool, user_id: int) -> bool:
    """Clear the pending mark; return False, and end, when there is none."""
    with _lock:
        users = _pending[pool]
        if not users[user_id]:
            del users[user_id]
            return False
        users[user_id] = False
        return True
