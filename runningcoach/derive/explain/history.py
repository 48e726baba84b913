"""What the whole history up to a day says, read again as deriving reads it."""

from datetime import date
from typing import Any

import psycopg

from runningcoach.derive import benchmarks, history
from runningcoach.derive.benchmarks import BenchmarkEstimates
from runningcoach.metrics.measure_inputs import PriorHistory
from runningcoach.model.benchmark_timeline import Timeline
from runningcoach.store import benchmarks as stored
from runningcoach.store import facts, fitness
from runningcoach.store.facts import ActivityInput

type Connection = psycopg.Connection[Any]


def measured(conn: Connection, user_id: int, until: date) -> list[ActivityInput]:
    """Return the activities up to a day, that day's too."""
    return [one for one in facts.list_inputs(conn, user_id) if one.local_date <= until]


def estimated(conn: Connection, user_id: int, until: date) -> BenchmarkEstimates:
    """Return races and VO2max values up to a day, and the rows that follow from them."""
    return _estimated(conn, user_id, measured(conn, user_id, until))


def _estimated(conn: Connection, user_id: int, known: list[ActivityInput]) -> BenchmarkEstimates:
    given = [row for row in stored.list_all(conn, user_id) if row.source in ("user", "garmin")]
    resting = fitness.resting_hr(conn, user_id)
    birth_date = fitness.get_profile(conn, user_id).birth_date
    return benchmarks.estimate(known, resting, given, birth_date)


def before(conn: Connection, user_id: int, activity_id: int, day: date) -> PriorHistory:
    """Return what the activities of earlier days say of one activity."""
    known = measured(conn, user_id, day)
    found = history.prior_histories(
        known, Timeline(stored.list_all(conn, user_id)), _estimated(conn, user_id, known)
    )
    by_id = {one.activity_id: what for one, what in zip(known, found, strict=True)}
    return by_id.get(activity_id, PriorHistory())
