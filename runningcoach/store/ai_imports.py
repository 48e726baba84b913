"""Texts that runners brought from other chats, and what became of each."""

from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from runningcoach.base.key_masking import mask_keys
from runningcoach.model.conversation import AiImport, DraftTreatment
from runningcoach.model.plan_edit import PlanFinding
from runningcoach.store.database import statements

type Connection = psycopg.Connection[Any]

SQL = statements("ai_imports")


def add(
    conn: Connection,
    user_id: int,
    *,
    text: str,
    treatment: DraftTreatment,
    reasons: Sequence[str] = (),
    changes: Sequence[str] = (),
    questions: Sequence[str] = (),
    findings: Sequence[PlanFinding] = (),
    plan_id: int | None = None,
) -> AiImport:
    """Store a text that was pasted, and what became of it."""
    row = {
        "user_id": user_id,
        "text": mask_keys(text),
        "treatment": treatment,
        "reasons": Jsonb(list(reasons)),
        "changes": Jsonb(list(changes)),
        "questions": Jsonb(list(questions)),
        "findings": Jsonb([finding.model_dump(mode="json") for finding in findings]),
        "plan_id": plan_id,
    }
    return conn.cursor(row_factory=class_row(AiImport)).execute(SQL["add"], row).fetchall()[0]


def get(conn: Connection, user_id: int, import_id: int) -> AiImport | None:
    """Return an import; None where the runner has none of this number."""
    row = {"user_id": user_id, "id": import_id}
    return conn.cursor(row_factory=class_row(AiImport)).execute(SQL["get"], row).fetchone()


def get_text(conn: Connection, user_id: int, import_id: int) -> str | None:
    """Return the text of an import as it was pasted."""
    row = conn.execute(SQL["text"], {"user_id": user_id, "id": import_id}).fetchone()
    return row[0] if row else None


def list_recent(
    conn: Connection, user_id: int, limit: int, before_id: int | None = None
) -> list[AiImport]:
    """Return imports, newest first; those older than `before_id` where it is given."""
    row = {"user_id": user_id, "limit": limit, "before": before_id}
    return conn.cursor(row_factory=class_row(AiImport)).execute(SQL["recent"], row).fetchall()


def delete_all(conn: Connection, user_id: int) -> int:
    """Delete all imports of a runner, and return their number; plans stay."""
    return conn.execute(SQL["delete_all"], {"user_id": user_id}).rowcount
