"""Facts that no longer fit their activity, for instance its sport: made again from the samples."""

from pathlib import Path
from typing import Any

import psycopg

from runningcoach.derive import facts_again
from runningcoach.store import facts
from runningcoach.store.corrections import OUTDATED


def renew(conn: psycopg.Connection[Any], user_id: int, home: Path, *, workers: int = 1) -> int:
    """Make outdated facts again; return how many. What follows from them is behind already.

    Samples that cannot be read leave their activity as it is: the next rebuild tries again.
    """
    wanted = [one for one in facts.sampled(conn, user_id) if one.engine_version == OUTDATED]
    if not wanted:
        return 0
    made = facts_again.make(home, wanted, workers)
    with conn.transaction():
        return facts_again.keep(conn, user_id, made)
