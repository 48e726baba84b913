"""Renew what an earlier version made: `python -m runningcoach.ops.renewal`.

It runs beside everything else after a start, once, and at low priority: the pages show the old
numbers until the new ones stand. The passages that a coach cites are stored before it is asked.
"""

import logging
import os
from collections.abc import Sequence
from typing import Any

from psycopg import Connection

from runningcoach.base import logs, parent_process
from runningcoach.base.settings import settings
from runningcoach.coach.knowledge import indexing
from runningcoach.coach.talk import talk_settings
from runningcoach.derive import rebuild
from runningcoach.model.user import User
from runningcoach.store import accounts, database

NICENESS = 10

log = logging.getLogger(__name__)


def main() -> None:
    """Renew the passages, and the numbers of every user, one after the other."""
    parent_process.follow_parent()
    logs.configure(settings().log_level)
    os.nice(NICENESS)
    with database.connect() as conn:
        users = accounts.all_users(conn)
        renew_passages(conn, users)
        for user in users:
            renew(conn, user)


def renew_passages(conn: Connection[Any], users: Sequence[User]) -> None:
    """Store the passages of this version where anybody's coach is on.

    Elsewhere the first question does, which then takes some seconds longer.
    """
    if any(talk_settings.load_settings(conn, user.id).is_enabled for user in users):
        indexing.refresh_shipped(conn)


def renew(conn: Connection[Any], user: User) -> None:
    """Renew the numbers of one user, if an earlier engine made any of them."""
    report = rebuild.renew(conn, user.id, settings().home, workers=settings().workers)
    if report is None:
        log.info("%s: the numbers are of today's engine", user.username)
        return
    log.warning(
        "%s: computed anew in %.1f s; %d activities read differently, %d metrics changed,"
        " %d activities unread",
        user.username, report.seconds, report.facts, len(report.changes), len(report.unread),
    )  # fmt: skip


if __name__ == "__main__":
    main()
