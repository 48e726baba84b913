"""Attempts and the versions that come of them: only what was checked is ever stored as a plan."""

from collections.abc import Sequence
from typing import Any

import psycopg

from runningcoach.coach.plans.versions import OtherProposalOpen, propose_plan
from runningcoach.coach.talk.drafts.draft_plans import CheckedDraft
from runningcoach.coach.talk.drafts.storable_text import storable
from runningcoach.model.conversation import DraftAttempt
from runningcoach.model.plan import Plan, PlanNote
from runningcoach.model.stored_plan import PlanOrigin, StoredPlan
from runningcoach.store import ai_drafts, plans

type Connection = psycopg.Connection[Any]

BY_RULES = "drafts.note.by_rules"
"""The reason of a plan that the rules made in place of a model's."""


def find_replaceable(conn: Connection, user_id: int) -> StoredPlan | None:
    """Return the waiting proposal that a plan by a model may take the place of.

    It is a model's, or the rules made it in place of one. Raises OtherProposalOpen for another.
    """
    waiting = plans.get_proposed(conn, user_id)
    if waiting is None or waiting.origin == "model":
        return waiting
    if any(note.key == BY_RULES for note in waiting.reasons):
        return waiting
    raise OtherProposalOpen(id=waiting.id, version=waiting.version)


def add_attempt(
    conn: Connection,
    user_id: int,
    number: int,
    text: str,
    checked: CheckedDraft,
    conversation_id: int | None = None,
) -> DraftAttempt:
    """Store an answer of a model and what became of it."""
    return ai_drafts.add(
        conn,
        user_id,
        round=number,
        text=storable(text),
        treatment=checked.treatment,
        reasons=[storable(reason) for reason in checked.reasons],
        changes=[storable(change) for change in checked.changes],
        findings=checked.findings,
        conversation_id=conversation_id,
    )


def propose_model_plan(
    conn: Connection,
    user_id: int,
    attempt: DraftAttempt,
    checked: CheckedDraft,
    plan: Plan,
    parent_id: int | None = None,
) -> StoredPlan:
    """Propose the plan of an attempt. Raises OtherProposalOpen."""
    with conn.transaction():
        stored = _propose(conn, user_id, plan, "model", checked.notes, parent_id)
        ai_drafts.set_plan(conn, user_id, attempt.id, stored.id)
        return stored


def propose_rule_plan(conn: Connection, user_id: int, plan: Plan, why: str) -> StoredPlan:
    """Propose the plan that the rules made in place of a model's. Raises OtherProposalOpen."""
    note = PlanNote(key=BY_RULES, values={"why": storable(why)})
    return _propose(conn, user_id, plan, "rule", [note])


def _propose(
    conn: Connection,
    user_id: int,
    plan: Plan,
    origin: PlanOrigin,
    reasons: Sequence[PlanNote],
    parent_id: int | None = None,
) -> StoredPlan:
    with conn.transaction():
        plans.lock(conn, user_id)
        waiting = find_replaceable(conn, user_id)
        replaced_id = waiting.id if waiting else None
        return propose_plan(
            conn, user_id, plan, origin, parent_id, reasons, replaced_id=replaced_id
        )  # fmt: skip
