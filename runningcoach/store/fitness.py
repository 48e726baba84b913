"""What was derived: measures of activities, fitness by day, weeks and months."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import psycopg
from psycopg.rows import class_row, dict_row

from runningcoach.model.activity import ActivityMetrics
from runningcoach.model.fitness import DailyFitness, Period, RecoveryDay, Summary
from runningcoach.model.user import Preferences, Sex
from runningcoach.store.database import statements
from runningcoach.store.database.finite_values import finite_records, finite_row
from runningcoach.store.database.row_replacement import put_rows, replace

SQL = statements("fitness")

LONGEST_ERROR = 1_000


@dataclass(frozen=True, slots=True)
class AthleteProfile:
    """The columns of an account that deriving depends on."""

    sex: Sex
    birth_date: date | None
    timezone: str
    preferences: Preferences


@dataclass(frozen=True, slots=True)
class DeriveState:
    """Whether derived rows are stale, and the last derived day."""

    is_stale: bool
    last: date | None


def mark_stale(conn: psycopg.Connection[Any], user_id: int, since: date) -> None:
    """Mark derived rows as stale from a day on."""
    conn.execute(SQL["mark_stale"], {"user_id": user_id, "since": since})


def get_derive_state(conn: psycopg.Connection[Any], user_id: int) -> DeriveState:
    """Return whether derived rows are stale, and the last derived day."""
    with conn.cursor(row_factory=class_row(DeriveState)) as cursor:
        stored = cursor.execute(SQL["state"], {"user_id": user_id}).fetchone()
    return stored or DeriveState(is_stale=False, last=None)


def count_changes(conn: psycopg.Connection[Any], user_id: int) -> int:
    """Return the number of changes since derived rows were up to date."""
    row = conn.execute(SQL["noted_changes"], {"user_id": user_id}).fetchone()
    return int(row[0]) if row else 0


def clear_stale(conn: psycopg.Connection[Any], user_id: int, changes: int) -> None:
    """Clear the stale mark, unless more than `changes` were counted."""
    row = {"user_id": user_id, "changes": changes}
    conn.execute(SQL["clear_stale"], row)


def note_failure(
    conn: psycopg.Connection[Any], user_id: int, today: date, error: BaseException
) -> None:
    """Record why stale rows, at least today's, could not be derived."""
    words = f"{type(error).__name__}: {error}".replace("\0", "")[:LONGEST_ERROR]
    row = {"user_id": user_id, "today": today, "error": words}
    conn.execute(SQL["note_failure"], row)


def get_profile(conn: psycopg.Connection[Any], user_id: int) -> AthleteProfile:
    """Return the profile that deriving depends on. Raises KeyError for an unknown user."""
    with conn.cursor(row_factory=dict_row) as cursor:
        row = cursor.execute(SQL["athlete"], {"user_id": user_id}).fetchone()
    if row is None:
        raise KeyError(user_id)
    who = {name: row.pop(name) for name in ("sex", "birth_date", "timezone")}
    return AthleteProfile(**who, preferences=Preferences(**row))


def resting_hr(conn: psycopg.Connection[Any], user_id: int) -> list[tuple[date, float]]:
    """Return resting heart rate by day, oldest first."""
    return conn.execute(SQL["resting_hr"], {"user_id": user_id}).fetchall()


def hashes(conn: psycopg.Connection[Any], user_id: int) -> dict[int, str]:
    """Return the hash of the inputs of each activity's measures, by activity."""
    return dict(conn.execute(SQL["hashes"], {"user_id": user_id}).fetchall())


def put_metrics(conn: psycopg.Connection[Any], user_id: int, rows: Sequence[dict[str, Any]]) -> int:
    """Store measures of activities; return how many rows changed.

    Rows hold every column but `user_id`, None where unknown; other activities keep theirs.
    A number that is not finite becomes unknown.
    """
    finite = [finite_row(row) for row in rows]
    if not finite:
        return 0
    return put_rows(conn, SQL["clear_metrics"], SQL["put_metrics"], user_id, finite)


def delete_metrics(
    conn: psycopg.Connection[Any], user_id: int, activity_ids: Iterable[int]
) -> None:
    """Remove the measures of activities."""
    row = {"user_id": user_id, "activity_ids": list(activity_ids)}
    conn.execute(SQL["forget_metrics"], row)


def metrics_of(
    conn: psycopg.Connection[Any], user_id: int, activity_id: int
) -> ActivityMetrics | None:
    """Return the measures of one activity; None when there are none for this user."""
    with conn.cursor(row_factory=class_row(ActivityMetrics)) as cursor:
        row = {"user_id": user_id, "activity_id": activity_id}
        return cursor.execute(SQL["metrics_of"], row).fetchone()


def metrics(conn: psycopg.Connection[Any], user_id: int) -> dict[int, ActivityMetrics]:
    """Return the measures of all activities, by activity."""
    with conn.cursor(row_factory=class_row(ActivityMetrics)) as cursor:
        rows = cursor.execute(SQL["metrics"], {"user_id": user_id}).fetchall()
    return {row.activity_id: row for row in rows}


def replace_daily(conn: psycopg.Connection[Any], user_id: int, rows: Sequence[DailyFitness]) -> int:
    """Put days in the place of all earlier ones; return how many were written."""
    return replace(conn, SQL["clear_daily"], SQL["put_daily"], user_id, finite_records(rows))


def daily(
    conn: psycopg.Connection[Any], user_id: int, first: date, last: date
) -> list[DailyFitness]:
    """Return the days from `first` to `last`, oldest first."""
    with conn.cursor(row_factory=class_row(DailyFitness)) as cursor:
        row = {"user_id": user_id, "first": first, "last": last}
        return cursor.execute(SQL["daily"], row).fetchall()


def replace_recovery(
    conn: psycopg.Connection[Any], user_id: int, rows: Sequence[RecoveryDay]
) -> int:
    """Put mornings in the place of all earlier ones; return how many were written."""
    return replace(conn, SQL["clear_recovery"], SQL["put_recovery"], user_id, finite_records(rows))


def recovery(
    conn: psycopg.Connection[Any], user_id: int, first: date, last: date
) -> list[RecoveryDay]:
    """Return the mornings from `first` to `last` of which anything is known, oldest first."""
    with conn.cursor(row_factory=class_row(RecoveryDay)) as cursor:
        row = {"user_id": user_id, "first": first, "last": last}
        return cursor.execute(SQL["recovery"], row).fetchall()


def replace_summaries(conn: psycopg.Connection[Any], user_id: int, rows: Sequence[Summary]) -> int:
    """Put periods of all kinds in the place of earlier ones; return how many were written."""
    return replace(
        conn, SQL["clear_summaries"], SQL["put_summaries"], user_id, finite_records(rows)
    )


def summaries(
    conn: psycopg.Connection[Any], user_id: int, period: Period, first: date, last: date
) -> list[Summary]:
    """Return the periods of one kind that start from `first` to `last`, oldest first."""
    with conn.cursor(row_factory=class_row(Summary)) as cursor:
        row = {"user_id": user_id, "period": period, "first": first, "last": last}
        return cursor.execute(SQL["summaries"], row).fetchall()
