"""Race predictions, the baseline of the history, and the algorithms that made stored values."""

from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from runningcoach.model.fitness import Baseline, PredictionMethod, RacePrediction
from runningcoach.store.database import statements
from runningcoach.store.database.finite_values import REASON, finite_records, is_finite
from runningcoach.store.database.row_replacement import replace

SQL = statements("race_predictions")


def replace_predictions(
    conn: psycopg.Connection[Any], user_id: int, rows: Sequence[RacePrediction]
) -> int:
    """Replace all race predictions; return how many were written."""
    finite = (_finite(row) for row in rows)
    return replace(conn, SQL["clear_predictions"], SQL["put_predictions"], user_id, finite)


def _finite(row: RacePrediction) -> RacePrediction:
    """Return a prediction with finite numbers; a method without a finite time has none."""
    methods = [
        method
        if is_finite(method.time_s) and is_finite(method.inputs)
        else PredictionMethod(method=method.method, reason=REASON)
        for method in row.methods
    ]
    return next(finite_records([row.model_copy(update={"methods": methods})]))


def predictions(conn: psycopg.Connection[Any], user_id: int) -> list[RacePrediction]:
    """Return the race times as of the last day derived, shortest distance first."""
    with conn.cursor(row_factory=class_row(RacePrediction)) as cursor:
        return cursor.execute(SQL["predictions"], {"user_id": user_id}).fetchall()


def replace_baseline(conn: psycopg.Connection[Any], user_id: int, baseline: Baseline | None) -> int:
    """Replace the stored baseline; return how many rows were written.

    None removes it.
    """
    if baseline is None:
        conn.execute(SQL["clear_baseline"], {"user_id": user_id})
        return 0
    (finite,) = finite_records([baseline])
    body = Jsonb(finite.model_dump(mode="json"))
    params = {"user_id": user_id, "as_of": baseline.as_of, "body": body}
    return conn.execute(SQL["put_baseline"], params).rowcount


def baseline(conn: psycopg.Connection[Any], user_id: int) -> Baseline | None:
    """Return the baseline; None before anything was derived."""
    row = conn.execute(SQL["baseline"], {"user_id": user_id}).fetchone()
    return None if row is None else Baseline.model_validate(row[0])


def algorithms(conn: psycopg.Connection[Any], user_id: int) -> dict[str, str]:
    """Return the algorithms that made the stored values, by metric."""
    cursor = conn.execute(SQL["algorithms"], {"user_id": user_id})
    return dict(cursor.fetchall())


def replace_algorithms(
    conn: psycopg.Connection[Any], user_id: int, algorithms: Mapping[str, str]
) -> None:
    """Store the algorithms that made the stored values, by metric."""
    conn.execute(SQL["clear_algorithms"], {"user_id": user_id})
    row = {"user_id": user_id, "metrics": list(algorithms), "algorithms": list(algorithms.values())}
    conn.execute(SQL["put_algorithms"], row)
