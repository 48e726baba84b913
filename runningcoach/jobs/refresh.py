"""Bring derived rows up to date after other work, which must not fail with it."""

import logging
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
from psycopg import Connection

from runningcoach.base import periods
from runningcoach.derive import rebuild, stale_facts
from runningcoach.derive.rebuild import RefreshReport
from runningcoach.store import database, fitness

log = logging.getLogger(__name__)


def bring_up_to_date(
    conn: Connection[Any], user_id: int, home: Path | None = None
) -> RefreshReport | None:
    """Derive stale rows; return None where that fails.

    With a home, facts that no longer fit their activity are made again first.

    Imported data stay, whatever happens to the derived numbers. The failure is logged
    and recorded for the doctor, and the next derivation tries again.
    """
    try:
        if home is not None:
            stale_facts.renew(conn, user_id, home)
        return database.with_retries(conn, lambda: rebuild.refresh(conn, user_id))
    except Exception as error:
        if database.is_in_transaction(conn):
            raise
        log.exception("what is derived stays behind", extra={"user_id": user_id})
        with suppress(psycopg.Error):
            fitness.note_failure(conn, user_id, _today(conn, user_id), error)
        return None


def _today(conn: Connection[Any], user_id: int) -> date:
    return periods.today(fitness.get_profile(conn, user_id).timezone)
