"""Facts of activities, computed from their samples alone, and their best efforts."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any

import numpy as np
import psycopg
from psycopg.rows import class_row, dict_row
from psycopg.types.json import Jsonb

from runningcoach.metrics.activity import Facts, RecordingMetrics
from runningcoach.metrics.efforts import FastestStretch as Stretch
from runningcoach.metrics.totals import Stated
from runningcoach.model.activity import BestEffort
from runningcoach.store.database import statements
from runningcoach.store.database.arrays import register_numpy

SQL = statements("facts")

AVERAGES = (
    "average_hr_bpm", "max_hr_bpm", "average_speed_mps", "average_cadence_spm", "average_power_w",
    "average_temperature_c",
)  # fmt: skip
_BEST = tuple(f"best_{name}" for name in Stretch._fields)
_COLUMNS = tuple(f.name for f in fields(Facts) if f.name != "best_efforts")


@dataclass(frozen=True, slots=True, eq=False)
class ActivityInput:
    """The inputs of deriving from an activity: its facts and its other columns."""

    activity_id: int
    local_date: date
    sport: str
    sub_sport: str | None
    rpe: float | None
    timer_s: float | None
    ascent_m: float | None
    descent_m: float | None
    distance_m: float | None
    is_race: bool
    device_training_effect: float | None
    air_temperature_c: float | None
    dew_point_c: float | None
    facts: Facts
    average_cadence_spm: float | None = None
    use_for_estimates: bool | None = None

    @property
    def is_run(self) -> bool:
        """Return whether it counts as a run."""
        return self.sport == "running"


@dataclass(frozen=True, slots=True)
class SampledActivity:
    """An activity whose samples can be read again; `engine_version` made the facts it has.

    `stated` are the totals that its file states, `totals` the columns of those decided.
    """

    activity_id: int
    sport: str
    is_treadmill: bool
    source: str
    path: str
    pauses_s: list[int]
    engine_version: str | None
    stated: dict[str, float]
    totals: dict[str, Any]

    @property
    def pauses(self) -> tuple[tuple[int, int], ...]:
        """The pauses as [from, to) pairs of seconds since the start."""
        return tuple(zip(self.pauses_s[::2], self.pauses_s[1::2], strict=True))


def put(conn: psycopg.Connection[Any], user_id: int, activity_id: int, facts: Facts) -> None:
    """Replace the facts and best efforts of an activity."""
    put_many(conn, user_id, {activity_id: facts})


def put_many(conn: psycopg.Connection[Any], user_id: int, facts: Mapping[int, Facts]) -> None:
    """Replace the facts and best efforts of many activities in one round trip."""
    keys = [{"activity_id": activity_id, "user_id": user_id} for activity_id in facts]
    keyed = list(zip(keys, facts.values(), strict=True))
    with conn.cursor() as cursor:
        register_numpy(cursor)
        cursor.executemany(
            SQL["put"],
            [key | _row(activity_facts) for key, activity_facts in keyed],
        )
        cursor.executemany(SQL["clear_best_efforts"], keys)
        efforts = [key | _efforts(activity_facts) for key, activity_facts in keyed]
        cursor.executemany(SQL["put_best_efforts"], efforts)


def put_totals(
    conn: psycopg.Connection[Any], user_id: int, decided: Mapping[int, Mapping[str, Any]]
) -> None:
    """Write decided totals, by activity: the columns of `totals_row`."""
    rows = [{"activity_id": key, "user_id": user_id, **row} for key, row in decided.items()]
    with conn.cursor() as cursor:
        cursor.executemany(SQL["put_totals"], rows)
        cursor.executemany(SQL["put_pauses"], rows)


def totals_row(stated: Stated, metrics: RecordingMetrics) -> dict[str, Any]:
    """Return the columns of the totals, and the pauses, that were decided for an activity.

    Averages are those that the file states, else those of the samples.
    """
    stated_totals = asdict(stated)
    averages = {
        name: metrics.averages.get(name) if stated_totals[name] is None else stated_totals[name]
        for name in AVERAGES
    }
    decided = asdict(metrics.totals)
    pauses = decided.pop("pauses")
    return {**decided, **averages, "pauses_s": [second for pause in pauses for second in pause]}


def _row(facts: Facts) -> dict[str, Any]:
    row = {name: getattr(facts, name) for name in _COLUMNS}
    return row | {"flags": list(facts.flags), "reasons": Jsonb(facts.reasons)}


def _efforts(facts: Facts) -> dict[str, Any]:
    """Return the fastest stretches, one array a column."""
    table = np.array([tuple(e) for e in facts.best_efforts], np.float64).reshape(-1, 4).T
    return dict(zip(Stretch._fields, table.copy(), strict=True))


def list_inputs(
    conn: psycopg.Connection[Any], user_id: int, activity_id: int | None = None
) -> list[ActivityInput]:
    """Return all activities with their facts, oldest first; with an id, only that one."""
    with conn.cursor(binary=True, row_factory=dict_row) as cursor:
        register_numpy(cursor)
        row = {"user_id": user_id, "activity_id": activity_id}
        cursor.execute(SQL["all_for"], row)
        return [_to_input(row) for row in cursor]


def _to_input(row: dict[str, Any]) -> ActivityInput:
    efforts = [row.pop(name) for name in _BEST]
    stretches: tuple[Stretch, ...] = ()
    if efforts[0] is not None:
        columns = [column.tolist() for column in efforts]
        stretches = tuple(Stretch(*effort) for effort in zip(*columns, strict=True))
    values = {name: row.pop(name) for name in _COLUMNS}
    values["flags"] = tuple(values["flags"])
    return ActivityInput(**row, facts=Facts(**values, best_efforts=stretches))


def get(conn: psycopg.Connection[Any], user_id: int, activity_id: int) -> Facts | None:
    """Return the facts of one activity; None when it is not this user's or has none."""
    inputs = list_inputs(conn, user_id, activity_id)
    return inputs[0].facts if inputs else None


def best_efforts(conn: psycopg.Connection[Any], user_id: int, activity_id: int) -> list[BestEffort]:
    """Return the fastest stretches of one activity, shortest first."""
    with conn.cursor(row_factory=class_row(BestEffort)) as cursor:
        row = {"user_id": user_id, "activity_id": activity_id}
        return cursor.execute(SQL["best_efforts"], row).fetchall()


def fastest(
    conn: psycopg.Connection[Any],
    user_id: int,
    first: date = date.min,
    last: date = date.max,
) -> list[BestEffort]:
    """Return the athlete's best of each distance between two days, shortest first."""
    with conn.cursor(row_factory=class_row(BestEffort)) as cursor:
        row = {"user_id": user_id, "first": first, "last": last}
        return cursor.execute(SQL["fastest"], row).fetchall()


def list_sampled(conn: psycopg.Connection[Any], user_id: int) -> list[SampledActivity]:
    """Return the activities whose samples can be read again, oldest first."""
    with conn.cursor(row_factory=class_row(SampledActivity)) as cursor:
        return cursor.execute(SQL["sampled"], {"user_id": user_id}).fetchall()
