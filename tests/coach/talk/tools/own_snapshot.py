"""An athlete in the form of the questions' snapshots, with figures of our own."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest

from runningcoach.base import periods
from tests.coach.talk.whole_way.snapshot import store_snapshot


@contextmanager
def on_day(day: date) -> Iterator[None]:
    """It is a day of which nothing has to be awaited."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(periods, "today", lambda zone: day)
        yield


def store(conn, user, snapshot) -> date:
    """Store a snapshot on its day; return the day."""
    day = date.fromisoformat(snapshot["today"])
    with on_day(day):
        store_snapshot(conn, user, snapshot)
    return day


SNAPSHOT = {
    "today": "2026-10-14",
    "timezone": "Asia/Seoul",
    "missing": ["power", "running history before 2025-06"],
    "age": 44,
    "max_hr_seen": 179,
    "hr_zones_bpm": [[105, 121], [122, 137], [138, 150], [151, 164], [165, 179]],
    "weekly_km": [
        {"week_start": "2026-08-31", "km": 30.0},
        {"week_start": "2026-09-07", "km": 26.4},
        {"week_start": "2026-09-14", "km": 35.1},
        {"week_start": "2026-09-21", "km": 37.2},
        {"week_start": "2026-09-28", "km": 28.8},
        {"week_start": "2026-10-05", "km": 40.3},
        {"week_start": "2026-10-12", "km": 9.4},
    ],
    "bests": {
        "5k": {"time": "26:00", "date": "2026-05-17", "kind": "race"},
        "10k": {"time": "54:10", "date": "2026-06-14", "kind": "race"},
        "half": None,
        "best_within_run_5k_last_60d": {"time": "26:44", "date": "2026-09-26"},
    },
    "last_runs": [
        {"date": "2026-10-13", "km": 9.4, "min": 58, "avg_hr": 139},
        {"date": "2026-10-10", "km": 16.0, "min": 100, "avg_hr": 146},
    ],
    "longest_30d": {"km": 16.0, "date": "2026-10-10"},
    "form": {"ctl": 33.4, "atl": 37.9, "tsb": -4.5},
    "wellness": {"rhr_7d": 55, "rhr_baseline": 54, "hrv_7d": 45, "hrv_baseline": [41, 52],
                 "sleep_last_h": 7.2},
    "vo2max_watch": 43,
    "goal": {"race": "half marathon", "date": "2026-11-22", "target": "2:00:00"},
    "plan_next_week": {
        "week_start": "2026-10-19", "km": 39.0,
        "days": {"Tue": "easy 7", "Wed": "recovery 5", "Thu": "tempo 20 min (9 km)",
                 "Sun": "long 18"},
    },
}  # fmt: skip
