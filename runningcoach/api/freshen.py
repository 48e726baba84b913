"""Bringing derived rows up to date after an answer has gone out."""

from fastapi import BackgroundTasks, Request
from psycopg_pool import ConnectionPool

from runningcoach.derive import rebuild
from runningcoach.records import User


def later(tasks: BackgroundTasks, request: Request, user: User) -> None:
    """Derive what a change left behind, once the answer is out."""
    tasks.add_task(now, request.app.state.pool, user.id)


def now(pool: ConnectionPool, user_id: int) -> None:
    """Derive what is behind."""
    with pool.connection() as conn:
        rebuild.refresh(conn, user_id)
