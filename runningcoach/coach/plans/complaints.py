"""The runner is ill or something hurts: noted, and the plan looked at at once."""

from datetime import date, timedelta
from typing import Any, NamedTuple

import psycopg

from runningcoach.base.errors import RunningCoachError
from runningcoach.model.complaint import Complaint, ComplaintKind
from runningcoach.model.stored_plan import AdaptationOutcome, StoredPlan
from runningcoach.model.user import User
from runningcoach.store import complaints

type Connection = psycopg.Connection[Any]

EARLIEST_DAYS = 14
"""How long ago a complaint that is noted now may have begun."""


class ComplaintDayWrong(RunningCoachError):
    """A complaint begins today or on one of the last days."""

    code = "plans.complaint_day"
    status = 422


class ComplaintNotFound(RunningCoachError):
    """No complaint of this number lasts, or it is another runner's."""

    code = "api.not_found"
    status = 404


class ComplaintAnswer(NamedTuple):
    """A complaint, and what became of the plan."""

    complaint: Complaint
    outcome: AdaptationOutcome
    proposal: StoredPlan | None


def note_complaint(
    conn: Connection, user: User, kind: ComplaintKind, began_on: date, today: date
) -> ComplaintAnswer:
    """Note a complaint and look at the plan. Raises ComplaintDayWrong."""
    if not today - timedelta(days=EARLIEST_DAYS) <= began_on <= today:
        raise ComplaintDayWrong(days=EARLIEST_DAYS)
    noted = complaints.begin(conn, user.id, kind, began_on)
    return _look(conn, user, noted, today)


def end_complaint(conn: Connection, user: User, complaint_id: int, today: date) -> ComplaintAnswer:
    """Note that a complaint is over and look at the plan. Raises ComplaintNotFound."""
    ended = complaints.end(conn, user.id, complaint_id, today)
    if ended is None:
        raise ComplaintNotFound
    return _look(conn, user, ended, today)


def _look(conn: Connection, user: User, complaint: Complaint, today: date) -> ComplaintAnswer:
    from runningcoach.coach.plans.adaptation.proposals import adapt_plan  # loaded by the few

    report = adapt_plan(conn, user.id, today, user.language)
    return ComplaintAnswer(complaint, report.outcome, report.proposal)
