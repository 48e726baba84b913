"""Real recordings give believable numbers: nothing fails, nothing is infinite or absurd."""

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from runningcoach.derive import rebuild
from runningcoach.ingest import imports
from runningcoach.model.user import User

type Conn = psycopg.Connection[Any]

# What a human can do, or a day can hold: column, from, to.
ACTIVITY = {
    "moving_s": (0, 48 * 3600),
    "hr_coverage": (0, 1),
    "speed_coverage": (0, 1),
    "gap_mps": (0, 9),
    "gap_minetti_mps": (0, 11),
    "gap_runalyze_mps": (0, 11),
    "ngp_mps": (0, 10),
    "elevation_gain_m": (0, 9000),
    "elevation_loss_m": (0, 9000),
    "efficiency_factor": (0.1, 3.5),
    "efficiency_index": (30, 200),
    "decoupling_pct": (-60, 60),
    "durability_ratio": (0.5, 3),
    "durability_onset_m": (5000, 400_000),
    "effective_vo2max": (10, 95),
    "vdot": (10, 90),
    "trimp": (0, 2500),
    "edwards": (0, 5 * 60 * 48),
    "lucia": (0, 3 * 60 * 48),
    "hrtss": (0, 2000),
    "rtss": (0, 2000),
    "intensity": (0, 1.6),
    "load": (0, 2000),
    "epoc_ml_kg": (0, 600),
    "training_effect": (0, 5),
    "altitude_vo2max_pct": (30, 100),
}
DAY = {
    "load": (0, 2500),
    "ctl": (0, 400),
    "atl": (0, 1200),
    "tsb": (-1000, 400),
    "monotony": (0, 10),
    "strain": (0, 100_000),
    "acwr": (0, 4.0),
    "acwr_coupled": (0, 4.0),
    "vo2max_trend": (10, 95),
    "vo2max_correction": (0.8, 1.15),
    "marathon_shape_pct": (0, 400),
    "estimated_share": (0, 1),
}
BENCHMARK = {
    "hrmax_bpm": (120, 230),
    "hrrest_bpm": (30, 110),
    "lthr_bpm": (95, 225),
    "threshold_speed_mps": (1.2, 6.8),
    "critical_speed_mps": (1.2, 7.0),
    "reserve_m": (20, 400),
    "vt1_bpm": (90, 190),
    "vt2_bpm": (95, 225),
}
MORNING = {"readiness": (0, 100), "hrv_7d_ms": (5, 300), "resting_hr_3d_bpm": (30, 120)}
SUMMARY = {
    "load": (0, 20_000),
    "longest_run_m": (0, 400_000),
    "easy_share": (0, 1),
    "low_share": (0, 1),
    "moderate_share": (0, 1),
    "high_share": (0, 1),
    "ramp": (-300, 300),
}
BOUNDS = {
    "activity_metrics": ACTIVITY,
    "fitness_metrics_daily": DAY,
    "recovery_daily": MORNING,
    "analytics_summaries": SUMMARY,
}
WORLD_RECORD_5000_S = 755.36


def absurd(conn: Conn, table: str, column: str, low: float, high: float) -> Iterator[str]:
    """Yield the values of a column that no human can have, with a word on where they are."""
    query = sql.SQL("SELECT left(t::text, 60), {0} FROM {1} t WHERE {0} IS NOT NULL").format(
        sql.Identifier("t", column), sql.Identifier(table)
    )
    for row, value in conn.execute(query):
        if not (math.isfinite(value) and low <= value <= high):
            yield f"{table}.{column} = {value} in {row}"


@pytest.fixture
def derived(conn: Conn, user: User, home: Path, fit_corpus: Path) -> Conn:
    """The whole folder, imported and derived."""
    imports.take(conn, user.id, fit_corpus, home=home, workers=2)
    rebuild.refresh(conn, user.id)
    return conn


def test_no_number_of_a_real_recording_is_absurd(derived: Conn) -> None:
    found = [
        line
        for table, columns in BOUNDS.items()
        for column, (low, high) in columns.items()
        for line in absurd(derived, table, column, low, high)
    ]
    for kind, (low, high) in BENCHMARK.items():
        rows = derived.execute(
            "SELECT valid_from, value FROM athlete_benchmarks WHERE kind = %s", [kind]
        )
        found += [f"{kind} = {v} on {day}" for day, v in rows if not low <= v <= high]
    fastest = derived.execute("SELECT min(elapsed_s) FROM best_efforts WHERE distance_m = 5000")
    assert found == []
    assert (fastest.fetchone() or [0])[0] >= WORLD_RECORD_5000_S


@pytest.mark.deep
def test_every_activity_is_measured_and_every_gap_has_its_reason(derived: Conn) -> None:
    left = derived.execute(
        "SELECT a.id FROM activities a LEFT JOIN activity_metrics m ON m.activity_id = a.id"
        " WHERE m.activity_id IS NULL"
    ).fetchall()
    assert left == []
    columns = [name for name in ACTIVITY if name not in ("hr_coverage", "speed_coverage")]
    for name in columns:
        unexplained = sql.SQL(
            "SELECT count(*) FROM activity_metrics WHERE {} IS NULL AND reasons->>{} IS NULL"
        ).format(sql.Identifier(name), name)
        assert derived.execute(unexplained).fetchone() == (0,), name
