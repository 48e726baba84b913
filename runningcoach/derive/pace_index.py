"""The pace index in force: one number from which all training paces follow.

Zones, workouts and plans take their paces from it, so that they agree everywhere.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Literal, NamedTuple

import psycopg

from runningcoach.base import periods
from runningcoach.metrics.benchmarks import THRESHOLD_OF_CS
from runningcoach.metrics.race import THRESHOLD, VDOT_RANGE
from runningcoach.metrics.vo2max import is_race_time, vdot, vo2_of_speed
from runningcoach.store import training_history
from runningcoach.store.benchmarks import BenchmarkDetail
from runningcoach.store.training_history import TimedDistance

type Connection = psycopg.Connection[Any]
type Benchmarks = Mapping[str, BenchmarkDetail]

PaceEvidence = Literal["own_threshold", "race", "effort", "garmin_vo2max", "threshold"]

EFFORT_DAYS = 60
"""How old a race or an effort may be to stand for today's pace."""
GARMIN_SHARE = 0.95
"""Garmin's VO2max lies above what race times give; ours, on the safe side."""
HARD_SHARE_OF_LTHR, HARD_SHARE_OF_HRMAX = 0.95, 0.85
"""Heart rate of the best half hour from which on a run is taken for an all-out effort; ours."""


class PaceIndex(NamedTuple):
    """An index on the scale of VO2max (Daniels & Gilbert 1979), and what it rests on.

    That of a stated threshold may lie outside the range in which race times can be told.
    """

    value: float
    evidence: PaceEvidence


def load_pace_index(
    conn: Connection, user_id: int, day: date, in_force: Benchmarks
) -> PaceIndex | None:
    """Return the pace index of a day by the best evidence that there is; None without any.

    In this order: the threshold speed that the runner states; a race of the last 60 days; critical
    speed, or a hard effort of 20 to 30 minutes within a run of these days; 0.95 of Garmin's
    VO2max; the threshold speed that anybody else states.
    """
    first = periods.span_start(day, EFFORT_DAYS)
    threshold = in_force.get("threshold_speed_mps")
    if threshold and threshold.source == "user":
        return PaceIndex(index_of_threshold(threshold.value), "own_threshold")
    if index := _best_index(training_history.race_results(conn, user_id, first, day)):
        return PaceIndex(index, "race")
    if index := _effort_index(conn, user_id, first, day, in_force):
        return PaceIndex(index, "effort")
    vo2max = training_history.garmin_vo2max(conn, user_id, first, day)
    if index := _possible(vo2max * GARMIN_SHARE) if vo2max else None:
        return PaceIndex(index, "garmin_vo2max")
    return PaceIndex(index_of_threshold(threshold.value), "threshold") if threshold else None


def index_of_threshold(threshold_mps: float) -> float:
    """Return the index whose threshold speed this is: the inverse of Daniels' T pace."""
    return float(vo2_of_speed(60 * threshold_mps)) / THRESHOLD


def _best_index(results: Iterable[TimedDistance]) -> float | None:
    """Return the highest possible index of distances and times."""
    indices = (vdot(*result) for result in results if is_race_time(result.time_s))
    return max((index for each in indices if (index := _possible(each))), default=None)


def _effort_index(
    conn: Connection, user_id: int, first: date, day: date, in_force: Benchmarks
) -> float | None:
    """Return the index of critical speed, else of the best hard effort."""
    critical = in_force.get("critical_speed_mps")
    if critical and critical.source != "default" and critical.valid_from >= first:
        return _possible(index_of_threshold(THRESHOLD_OF_CS * critical.value))
    least_bpm = _hard_bpm(in_force)
    if least_bpm is None:
        return None
    return _best_index(training_history.hard_efforts(conn, user_id, first, day, least_bpm))


def _hard_bpm(in_force: Benchmarks) -> float | None:
    if "lthr_bpm" in in_force:
        return HARD_SHARE_OF_LTHR * in_force["lthr_bpm"].value
    highest = in_force.get("hrmax_bpm")
    return HARD_SHARE_OF_HRMAX * highest.value if highest else None


def _possible(index: float | None) -> float | None:
    """Return an index that race times can be told from; else None."""
    low, high = VDOT_RANGE
    return index if index is not None and low <= index <= high else None
