"""Bring derived rows up to date after other work, which must not fail with it."""

import logging
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import Connection

from runningcoach.base import periods
from runningcoach.base.settings import settings
from runningcoach.derive import rebuild, stale_facts
from runningcoach.derive.rebuild import RefreshReport
from runningcoach.store import database, fitness

if TYPE_CHECKING:
    from runningcoach.coach.plans.adherence.adherence_report import AdherenceReport

log = logging.getLogger(__name__)


def bring_up_to_date(
    conn: Connection[Any], user_id: int, home: Path | None = None
) -> RefreshReport | None:
    """Derive stale rows, then compare the plan with what was run; return None where that fails.

    With a home, facts that no longer fit their activity are made again first.

    Imported data stay, whatever happens to the derived numbers. The failure is logged
    and recorded for the doctor, and the next derivation tries again.
    """
    report = _derive(conn, user_id, home)
    compare_with_plan(conn, user_id, home)
    return report


def _derive(conn: Connection[Any], user_id: int, home: Path | None) -> RefreshReport | None:
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


def compare_with_plan(
    conn: Connection[Any], user_id: int, home: Path | None = None
) -> "AdherenceReport | None":
    """Compare planned workouts with activities that came, changed or went; None where that fails.

    `home` holds the samples, by default that of the settings. The failure is logged, and the next
    comparison tries again.
    """
    from runningcoach.coach.plans.adherence.outdated import refresh_outdated  # by few requests

    try:
        today, folder = _today(conn, user_id), home or settings().home
        return database.with_retries(
            conn, lambda: refresh_outdated(conn, user_id, today, folder)
        )  # fmt: skip
    except Exception:
        if database.is_in_transaction(conn):
            raise
        log.exception("the comparison with the plan stays behind", extra={"user_id": user_id})
        return None


def _today(conn: Connection[Any], user_id: int) -> date:
    return periods.today(fitness.get_profile(conn, user_id).timezone)
