"""Renew outdated facts, for instance of another sport, from the samples."""

from pathlib import Path
from typing import Any

import psycopg

from runningcoach.derive import recompute_facts
from runningcoach.store import corrections, facts, fitness
from runningcoach.store.corrections import OUTDATED
from runningcoach.store.database import locks


def renew(conn: psycopg.Connection[Any], user_id: int, home: Path, *, workers: int = 1) -> int:
    """Recompute outdated facts; return how many. Mark what depends on them as stale.

    Samples that cannot be read leave their activity as it is: the next rebuild tries again.
    """
    outdated = [
        activity
        for activity in facts.list_sampled(conn, user_id)
        if activity.engine_version == OUTDATED
    ]
    if not outdated:
        return 0
    recomputed = recompute_facts.recompute(home, outdated, workers)
    with locks.hold_change_lock(conn, user_id):
        renewed = recompute_facts.store(conn, user_id, recomputed)
        day = corrections.first_day(conn, user_id, [activity.activity_id for activity in outdated])
        if day is not None:
            fitness.mark_stale(conn, user_id, day)
        return renewed
