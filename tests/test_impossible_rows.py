"""Numbers that cannot be, in rows of an older database: everything is drawn and derived anyway."""

import json
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
import pytest
from psycopg import sql

from runningcoach.base.settings import Settings
from runningcoach.store import database, fitness, health
from tests.ingest import build
from tests.test_restore import Household, all_ids

pytestmark = [pytest.mark.slow, pytest.mark.deep]

ODD = {"double precision": 1e308, "real": 3e38}
FIRST_DAY = datetime(2026, 5, 1, 21, tzinfo=UTC)
PAGES = (
    "today", "calendar", "plan", "activities", "coach", "fitness", "trends", "health",
    "readiness", "connect", "jobs",
)  # fmt: skip
ANSWERS = (
    "activities", "dashboard/summary", "metrics/daily?from=2026-04-01&to=2026-09-30",
    "health/days?from=2026-04-01&to=2026-09-30", "sleep?from=2026-04-01&to=2026-09-30",
    "benchmarks",
)  # fmt: skip
FAULT = "This part could not be shown"
COLUMNS = """
SELECT column_name, data_type FROM information_schema.columns
 WHERE table_schema = 'public' AND table_name = %s AND data_type IN ('real', 'double precision')
 ORDER BY ordinal_position
"""


def spoil(conn: psycopg.Connection[Any], table: str, key: str, keys: list[Any]) -> int:
    """Write an impossible number into a column of each row: another column in each."""
    columns = conn.execute(COLUMNS, [table]).fetchall()
    assert 0 < len(columns) <= len(keys), table
    for (name, kind), value in zip(columns, keys, strict=False):
        statement = sql.SQL("UPDATE {} SET {} = %s WHERE {} = %s").format(
            sql.Identifier(table), sql.Identifier(name), sql.Identifier(key)
        )
        with suppress(psycopg.errors.CheckViolation):  # the schema refuses it anyway
            conn.execute(statement, [ODD[kind], value])
    return len(columns)


@pytest.fixture
def lived(tmp_path):
    here = Household(tmp_path, tmp_path / "home", tmp_path / "backup")
    here.start()
    runs = {
        f"{n}.fit": build.fit(FIRST_DAY + timedelta(days=n), 900 + n, bpm=140 + n % 30)
        for n in range(80)
    }
    here.command("import", str(build.put(tmp_path / "runs", runs)))
    yield here
    here.stop()


def test_rows_with_impossible_numbers_are_left_out_and_told_and_nothing_breaks(lived):
    with database.connect(database.database_url(Settings(home=lived.home))) as conn:
        user_id, ids = 1, [row[0] for row in conn.execute("SELECT id FROM activities ORDER BY id")]
        days = [date(2026, 5, 1) + timedelta(days=n) for n in range(60)]
        asleep = {"total_s": 27_000.0, "deep_s": 5_000.0, "score": 80.0, "hrv_ms": 60.0}
        health.put_nights(conn, user_id, dict.fromkeys(days, asleep), "garmin")
        body = {"resting_hr_bpm": 48.0, "hrv_ms": 60.0, "weight_kg": 70.0, "steps": 9000.0}
        health.put_days(conn, user_id, dict.fromkeys(days, body), "garmin")
        odd = spoil(conn, "activities", "id", ids)
        spoil(conn, "activity_facts", "activity_id", ids[odd:])
        spoil(conn, "health_metrics", "date", days)
        spoil(conn, "sleep", "date", days)
        fitness.mark_stale(conn, user_id, date.min)
        with lived.run.logged_in() as owner:
            for name in PAGES:
                page = owner.get(f"/voila/render/{name}.ipynb")
                assert page.status_code == 200, name
                assert FAULT not in page.text, (name, lived.logs())
                assert page.text.rstrip().endswith("</html>"), name
            listed = all_ids(owner)
            assert len(listed) == len(ids)
            for answer in (*ANSWERS, *(f"activities/{number}" for number in listed)):
                found = owner.get(f"/api/v1/{answer}")
                assert found.status_code == 200, (answer, found.text)
                json.loads(found.text, parse_constant=refuse)
            for number in ids[:odd:2]:
                page = owner.get(f"/voila/render/activity.ipynb?id={number}")
                assert FAULT not in page.text, (number, lived.logs())
        held = conn.execute("SELECT count(*) FROM parked_activities").fetchone()
        assert held[0] > 2
        behind = conn.execute("SELECT error FROM stale").fetchall()
        assert behind == []
    lived.command("rebuild")


def refuse(word: str) -> None:
    raise AssertionError(word)
