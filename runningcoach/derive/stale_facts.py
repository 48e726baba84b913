"""Facts that no longer fit their activity, for instance its sport: made again from the samples."""

from pathlib import Path
from typing import Any

import psycopg

from runningcoach.derive import recompute_facts
from runningcoach.store import corrections, facts, fitness
from runningcoach.store.corrections import OUTDATED
from runningcoach.store.database import locks


def renew(conn: psycopg.Connection[Any], user_id: int, home: Path, *, workers: int = 1) -> int:
    """Make outdated facts again; return how many. What follows from them is behind.

    Samples that cannot be read leave their activity as it is: the next rebuild tries again.
    """
    wanted = [one for one in facts.sampled(conn, user_id) if one.engine_version == OUTDATED]
    if not wanted:
        return 0
    made = recompute_facts.make(home, wanted, workers)
    with locks.changing(conn, user_id):
        renewed = recompute_facts.keep(conn, user_id, made)
        day = corrections.first_day(conn, user_id, [one.activity_id for one in wanted])
        if day is not None:
            fitness.mark_stale(conn, user_id, day)
        return renewed
