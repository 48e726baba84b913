"""A small training history in the tables, written straight by SQL."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from runningcoach.metrics import activity
from runningcoach.metrics.totals import Stated
from runningcoach.store import facts, fitness
from runningcoach.store.blobs import samples

INSERT = """
INSERT INTO activities (user_id, file_sha256, source, sport, sub_sport, rpe, is_race, is_treadmill,
    started_at, timezone, local_started_at, local_date, elapsed_s, timer_s, distance_m, ascent_m,
    decode_status)
VALUES (%(user_id)s, %(sha)s, 'fit', %(sport)s, %(sub_sport)s, %(rpe)s, %(is_race)s, %(treadmill)s,
    %(start)s, 'UTC', %(start)s, %(day)s, %(seconds)s, %(seconds)s, %(distance)s, %(ascent)s, 'ok')
RETURNING id"""

MANIFEST = """
INSERT INTO activity_samples (activity_id, user_id, path, sha256, size_bytes, samples, channels)
VALUES (%s, %s, %s, %s, %s, %s, %s)"""

BY_ACTIVITY = (
    "SELECT a.started_at, a.file_sha256, to_jsonb(t) FROM {} t"
    " JOIN activities a ON a.id = t.activity_id WHERE t.user_id = %s ORDER BY 1, 2, 3"
)
BY_DAY = "SELECT {0}, to_jsonb(t) FROM {1} t WHERE user_id = %s ORDER BY 1, 2"
TABLES = {
    "activity_facts": BY_ACTIVITY.format("activity_facts"),
    "best_efforts": BY_ACTIVITY.format("best_efforts"),
    "activity_metrics": BY_ACTIVITY.format("activity_metrics"),
    "athlete_benchmarks": BY_DAY.format("valid_from", "athlete_benchmarks"),
    "fitness_metrics_daily": BY_DAY.format("date", "fitness_metrics_daily"),
    "recovery_daily": BY_DAY.format("date", "recovery_daily"),
    "analytics_summaries": BY_DAY.format("starts_on", "analytics_summaries"),
    "race_predictions": BY_DAY.format("as_of", "race_predictions"),
    "athlete_baseline": BY_DAY.format("as_of", "athlete_baseline"),
}
"""The derived tables, each row with its day first."""

GIVEN_OUT = frozenset({"user_id", "activity_id"})


def without_ids(value):
    """Return JSON without the numbers that the database gives out."""
    if isinstance(value, dict):
        return {k: without_ids(v) for k, v in value.items() if k not in GIVEN_OUT}
    return [without_ids(one) for one in value] if isinstance(value, list) else value


def recording(day: date, minutes=50, speed=3.0, bpm=145.0, seed=0):
    """Return samples of one steady run with a little noise and a few hills."""
    rng = np.random.default_rng(seed + day.toordinal())
    n = minutes * 60
    t = np.arange(n)
    v = np.maximum(speed + 0.15 * np.sin(t / 200) + rng.normal(0, 0.08, n), 0)
    distance = np.cumsum(v)
    rate = np.minimum(90 + t, bpm + 6 * t / n) + rng.normal(0, 1, n)
    return {
        "t_s": t.astype(np.int32),
        "speed_mps": v,
        "distance_m": distance,
        "altitude_m": 30 + 8 * np.sin(distance / 600),
        "heart_rate_bpm": np.rint(np.clip(rate, 60, 195)),
        "cadence_spm": np.rint(172 + rng.normal(0, 2, n)),
    }


def measured(channels, sport, treadmill):
    """Return facts and totals of samples whose file states nothing."""
    return activity.measure_recording(channels, (), Stated(), sport=sport, treadmill=treadmill)


class History:
    """Adds activities for one user."""

    def __init__(self, conn, user_id, home):
        self.conn, self.user_id, self.home = conn, user_id, home

    def add(self, day, *, keep=None, sport="running", treadmill=False, **kind):
        """Add an activity on a day; `keep` overrides columns, `kind` shapes the samples."""
        channels = recording(day, **kind)
        seconds = len(channels["t_s"])
        start = datetime(day.year, day.month, day.day, 7, tzinfo=UTC)
        row = {
            "user_id": self.user_id,
            "sha": f"{day.toordinal():064x}",
            "sport": sport,
            "sub_sport": None,
            "rpe": None,
            "is_race": False,
            "treadmill": treadmill,
            "start": start,
            "day": day,
            "seconds": seconds,
            "distance": float(channels["distance_m"][-1]),
            "ascent": None,
        } | (keep or {})
        activity_id = self.conn.execute(INSERT, row).fetchone()[0]
        file = samples.write(self.home, channels, start, row["sha"][-16:])
        self.keep(activity_id, day, file, measured(channels, sport, treadmill))
        return activity_id

    def keep(self, activity_id, day, file, found):
        """Add what the samples of an activity say, and note that all that follows is behind."""
        manifest = (file.path, file.sha256, file.size_bytes, file.samples, file.channels)
        self.conn.execute(MANIFEST, (activity_id, self.user_id, *manifest))
        facts.put(self.conn, self.user_id, activity_id, found.facts)
        decided = facts.totals_row(Stated(), found)
        facts.put_totals(self.conn, self.user_id, {activity_id: decided})
        fitness.mark_stale(self.conn, self.user_id, day)

    def season(self, first, weeks=12):
        """Add three runs a week, one of them hard, and a race at the end."""
        for week in range(weeks):
            monday = first + timedelta(weeks=week)
            self.add(monday, minutes=45, speed=2.9, bpm=142)
            self.add(monday + timedelta(days=2), minutes=40, speed=3.5, bpm=172)
            self.add(monday + timedelta(days=5), minutes=70, speed=2.8, bpm=140)
        race = first + timedelta(weeks=weeks)
        self.add(race, minutes=35, speed=4.1, bpm=182, keep={"is_race": True})

    def rows(self, table):
        """Return a derived table without the numbers that the database gives out."""
        found = self.conn.execute(TABLES[table], (self.user_id,)).fetchall()
        return [tuple(map(without_ids, row)) for row in found]

    def everything(self):
        """Return all derived tables."""
        return {table: self.rows(table) for table in TABLES}


@pytest.fixture
def history(conn, user, home):
    """An empty history of the owner."""
    return History(conn, user.id, home)
