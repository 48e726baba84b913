"""Answers of models that should be plans, and what became of each."""

from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from runningcoach.base.key_masking import mask_keys
from runningcoach.model.conversation import DraftAttempt, DraftTreatment
from runningcoach.model.plan_edit import PlanFinding
from runningcoach.store.database import statements

type Connection = psycopg.Connection[Any]

SQL = statements("ai_drafts")


def add(
    conn: Connection,
    user_id: int,
    *,
    round: int,
    text: str,
    treatment: DraftTreatment,
    reasons: Sequence[str] = (),
    changes: Sequence[str] = (),
    findings: Sequence[PlanFinding] = (),
    conversation_id: int | None = None,
    plan_id: int | None = None,
) -> DraftAttempt:
    """Store an attempt; `round` counts those of one proposal from 1."""
    row = {
        "user_id": user_id,
        "conversation_id": conversation_id,
        "round": round,
        "text": mask_keys(text),
        "treatment": treatment,
        "reasons": Jsonb(list(reasons)),
        "changes": Jsonb(list(changes)),
        "findings": Jsonb([finding.model_dump(mode="json") for finding in findings]),
        "plan_id": plan_id,
    }
    return conn.cursor(row_factory=class_row(DraftAttempt)).execute(SQL["add"], row).fetchall()[0]


def set_plan(conn: Connection, user_id: int, draft_id: int, plan_id: int) -> None:
    """Note which proposed plan came of an attempt."""
    conn.execute(SQL["set_plan"], {"user_id": user_id, "id": draft_id, "plan_id": plan_id})


def get(conn: Connection, user_id: int, draft_id: int) -> DraftAttempt | None:
    """Return an attempt; None where the runner has none of this number."""
    row = {"user_id": user_id, "id": draft_id}
    return conn.cursor(row_factory=class_row(DraftAttempt)).execute(SQL["get"], row).fetchone()


def list_recent(
    conn: Connection, user_id: int, limit: int, before_id: int | None = None
) -> list[DraftAttempt]:
    """Return attempts, newest first; those older than `before_id` where it is given."""
    row = {"user_id": user_id, "limit": limit, "before": before_id}
    return conn.cursor(row_factory=class_row(DraftAttempt)).execute(SQL["recent"], row).fetchall()


def delete_all(conn: Connection, user_id: int) -> int:
    """Delete all attempts of a runner, and return their number; plans stay."""
    return conn.execute(SQL["delete_all"], {"user_id": user_id}).rowcount
