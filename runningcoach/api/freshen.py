"""Bringing derived rows up to date after an answer has gone out."""

from pathlib import Path

from fastapi import BackgroundTasks, Request
from psycopg_pool import ConnectionPool

from runningcoach.derive import outdated_facts, rebuild
from runningcoach.records import User


def later(tasks: BackgroundTasks, request: Request, user: User, home: Path | None = None) -> None:
    """Derive what a change left behind, once the answer is out.

    With a home, facts that no longer fit their activity are made again first.
    """
    tasks.add_task(now, request.app.state.pool, user.id, home)


def now(pool: ConnectionPool, user_id: int, home: Path | None = None) -> None:
    """Derive what is behind."""
    with pool.connection() as conn:
        if home is not None:
            outdated_facts.renew(conn, user_id, home)
        rebuild.refresh(conn, user_id)
