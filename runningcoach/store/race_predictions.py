"""What the whole history says of races to come, and the history in a page."""

from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from runningcoach.model.fitness import Baseline, PredictionMethod, RacePrediction
from runningcoach.store.database import statements
from runningcoach.store.database.finite_values import REASON, finite_records, is_finite
from runningcoach.store.database.row_replacement import replace


def replace_predictions(
    conn: psycopg.Connection[Any], user_id: int, rows: Sequence[RacePrediction]
) -> int:
    """Put race times in the place of all earlier ones; return how many were written."""
    sql = statements("race_predictions")
    finite = (_finite(row) for row in rows)
    return replace(conn, sql["clear_predictions"], sql["put_predictions"], user_id, finite)


def _finite(row: RacePrediction) -> RacePrediction:
    """Return a prediction whose numbers are finite; a method without a finite time says none."""
    methods = [
        one
        if is_finite(one.time_s) and is_finite(one.inputs)
        else PredictionMethod(method=one.method, reason=REASON)
        for one in row.methods
    ]
    return next(finite_records([row.model_copy(update={"methods": methods})]))


def predictions(conn: psycopg.Connection[Any], user_id: int) -> list[RacePrediction]:
    """Return the race times as of the last day derived, shortest distance first."""
    with conn.cursor(row_factory=class_row(RacePrediction)) as cursor:
        return cursor.execute(
            statements("race_predictions")["predictions"], {"user_id": user_id}
        ).fetchall()


def replace_baseline(conn: psycopg.Connection[Any], user_id: int, found: Baseline | None) -> int:
    """Put the history in a page in the place of the earlier one; return how many were written.

    None leaves no page.
    """
    if found is None:
        conn.execute(statements("race_predictions")["clear_baseline"], {"user_id": user_id})
        return 0
    (finite,) = finite_records([found])
    body = Jsonb(finite.model_dump(mode="json"))
    row = {"user_id": user_id, "as_of": found.as_of, "body": body}
    return conn.execute(statements("race_predictions")["put_baseline"], row).rowcount


def baseline(conn: psycopg.Connection[Any], user_id: int) -> Baseline | None:
    """Return the history in a page; None before anything was derived."""
    found = conn.execute(
        statements("race_predictions")["baseline"], {"user_id": user_id}
    ).fetchone()
    return None if found is None else Baseline.model_validate(found[0])


def algorithms(conn: psycopg.Connection[Any], user_id: int) -> dict[str, str]:
    """Return which algorithm made the stored values, by metric."""
    found = conn.execute(statements("race_predictions")["algorithms"], {"user_id": user_id})
    return dict(found.fetchall())


def replace_algorithms(
    conn: psycopg.Connection[Any], user_id: int, made_by: Mapping[str, str]
) -> None:
    """Note which algorithm made the stored values of each metric."""
    conn.execute(statements("race_predictions")["clear_algorithms"], {"user_id": user_id})
    row = {"user_id": user_id, "metrics": list(made_by), "algorithms": list(made_by.values())}
    conn.execute(statements("race_predictions")["put_algorithms"], row)
