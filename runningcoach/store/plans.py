"""Versions of training plans. What a version holds never changes; only its status does."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import psycopg
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from runningcoach.model.canonical import record_sha256
from runningcoach.model.plan import Plan, PlanNote
from runningcoach.model.plan_request import GoalKind
from runningcoach.model.record import Record
from runningcoach.model.stored_plan import PlanOrigin, PlanStatus, StoredPlan
from runningcoach.store.database import statements

type Connection = psycopg.Connection[Any]

SQL = statements("plans")


class PlanVersion(Record):
    """A version of a plan in a list: everything but its weeks."""

    id: int
    version: int
    parent_id: int | None = None
    status: PlanStatus
    origin: PlanOrigin
    sha256: str
    title: str
    goal: GoalKind
    first_day: date
    last_day: date
    created_at: datetime
    approved_at: datetime | None = None
    archived_at: datetime | None = None


def lock(conn: Connection, user_id: int) -> None:
    """Let nobody else change the runner's versions until this transaction ends."""
    conn.execute(SQL["lock"], {"user_id": user_id})


def create(
    conn: Connection,
    user_id: int,
    plan: Plan,
    origin: PlanOrigin,
    parent_id: int | None = None,
    reasons: Sequence[PlanNote] = (),
) -> StoredPlan:
    """Store a plan as the next version, proposed; its hash is computed here."""
    row = {
        "user_id": user_id,
        "parent_id": parent_id,
        "origin": origin,
        "content": Jsonb(plan.model_dump(mode="json", by_alias=True)),
        "sha256": record_sha256(plan),
        "reasons": Jsonb([reason.model_dump(mode="json") for reason in reasons]),
    }
    return conn.cursor(row_factory=class_row(StoredPlan)).execute(SQL["create"], row).fetchall()[0]


def get(conn: Connection, user_id: int, plan_id: int) -> StoredPlan | None:
    """Return a version."""
    params = {"user_id": user_id, "id": plan_id}
    return conn.cursor(row_factory=class_row(StoredPlan)).execute(SQL["get"], params).fetchone()


def get_current(conn: Connection, user_id: int) -> StoredPlan | None:
    """Return the plan that the runner approved last and follows."""
    return _of_status(conn, user_id, "current")


def get_proposed(conn: Connection, user_id: int) -> StoredPlan | None:
    """Return the version that waits for the runner's word."""
    return _of_status(conn, user_id, "proposed")


def _of_status(conn: Connection, user_id: int, status: PlanStatus) -> StoredPlan | None:
    params = {"user_id": user_id, "status": status}
    rows = conn.cursor(row_factory=class_row(StoredPlan))
    return rows.execute(SQL["of_status"], params).fetchone()


def list_versions(
    conn: Connection, user_id: int, limit: int, before_id: int | None = None
) -> list[PlanVersion]:
    """Return versions, newest first; those older than `before_id` where it is given."""
    params = {"user_id": user_id, "limit": limit, "before": before_id}
    return conn.cursor(row_factory=class_row(PlanVersion)).execute(SQL["list"], params).fetchall()


def list_declined_reasons(conn: Connection, user_id: int, limit: int = 100) -> list[PlanNote]:
    """Return the first reasons of rejected proposals of adaptation, newest first."""
    rows = conn.execute(SQL["declined_reasons"], {"user_id": user_id, "limit": limit})
    return [PlanNote.model_validate(content) for (content,) in rows]


def set_status(
    conn: Connection, user_id: int, plan_id: int, former: PlanStatus, status: PlanStatus
) -> StoredPlan | None:
    """Move a version from one status to another; None when it does not have the former."""
    params = {"user_id": user_id, "id": plan_id, "former": former, "status": status}
    rows = conn.cursor(row_factory=class_row(StoredPlan))
    return rows.execute(SQL["set_status"], params).fetchone()
