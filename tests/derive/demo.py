"""A season of the made-up runner in a database of its own, imported once for a module."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import psycopg

from runningcoach.demo import write_export
from runningcoach.derive import rebuild
from runningcoach.ingest import imports
from runningcoach.model.user import User
from runningcoach.store import accounts, database
from tests.conftest import Clone

UNTIL = date(2026, 11, 22)
YEARS = 0.6


class Season(NamedTuple):
    """The runner, and activities and days that differ in kind."""

    conn: psycopg.Connection[Any]
    user: User
    activities: dict[str, int]
    days: dict[str, date]


@contextmanager
def season(clone: Clone, folder: Path, years: float = YEARS) -> Iterator[Season]:
    """Import and derive the season; the database is gone afterwards."""
    with clone() as url, database.connect(url) as conn:
        user = accounts.create(conn, "runner", "!", role="owner", timezone="Asia/Seoul")
        write_export(folder / "account", years=years, until=UNTIL)
        home = folder / "home"
        home.mkdir()
        imports.take(conn, user.id, [folder / "account"], home=home)
        rebuild.refresh(conn, user.id)
        yield Season(conn, user, _activities(conn), _days(conn))


def _activities(conn: psycopg.Connection[Any]) -> dict[str, int]:
    """Return the newest activity of each kind that has samples."""
    found = conn.execute(
        "SELECT CASE WHEN sport <> 'running' THEN 'other' WHEN is_race THEN 'race'"
        " WHEN is_treadmill THEN 'treadmill' ELSE 'run' END, max(id) FROM activities"
        " JOIN activity_samples s ON s.activity_id = id GROUP BY 1"
    )
    return dict(found.fetchall())


def _days(conn: psycopg.Connection[Any]) -> dict[str, date]:
    first, last = conn.execute(
        "SELECT min(date), max(date) FROM fitness_metrics_daily WHERE activities > 0"
    ).fetchone()
    (rest,) = conn.execute(
        "SELECT max(date) FROM fitness_metrics_daily WHERE activities = 0 AND date < %s", [last]
    ).fetchone()
    return {
        "training": last,
        "rest": rest,
        "first": first,
        "second": date.fromordinal(first.toordinal() + 1),
        "before": date.fromordinal(first.toordinal() - 1),
    }
