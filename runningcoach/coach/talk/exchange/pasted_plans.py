"""What comes back from another chat: read, checked, and proposed where it is sound.

Nothing in a text is run, followed or believed. What was put right and what is refused is told in
sentences, with a text to paste back.
"""

import codecs
import html
import re
from collections.abc import Iterable
from datetime import date
from typing import Any

import psycopg

from runningcoach.base import i18n, periods
from runningcoach.coach.plans.versions import propose_plan
from runningcoach.coach.talk.drafts.asked_weeks import plan_question
from runningcoach.coach.talk.drafts.draft_plans import CheckedDraft, check_text
from runningcoach.coach.talk.drafts.draft_words import change_texts
from runningcoach.coach.talk.drafts.normal_form import DraftChange
from runningcoach.coach.talk.drafts.planning_athlete import load_planning_athlete
from runningcoach.coach.talk.drafts.reading import LONGEST_TEXT
from runningcoach.coach.talk.drafts.storable_text import storable
from runningcoach.coach.talk.drafts.usual_request import usual_request
from runningcoach.coach.talk.exchange.exported_plans import check_exported_plan, find_exported_plan
from runningcoach.coach.talk.exchange.reply_texts import reply_text
from runningcoach.model.conversation import PastedPlan, UnderstoodPlan
from runningcoach.model.plan import Plan
from runningcoach.model.plan_draft import PlanDraft
from runningcoach.model.plan_request import AthleteState, PlanRequest
from runningcoach.model.stored_plan import StoredPlan
from runningcoach.model.user import User
from runningcoach.store import ai_imports, plans

type Connection = psycopg.Connection[Any]

WEB_PAGE = re.compile(
    r"&(quot|#34|#x22|nbsp|lt|amp);|</?(pre|code|div|p|span|br|html|body)\b", re.I
)
TAG = re.compile(r"<[^<>]*>")


def read_bytes(content: bytes) -> str:
    """Return the text of a file: UTF-8 or UTF-16 with its mark, else Korean as Windows wrote it."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp949", "replace")


def take_pasted_plan(
    conn: Connection, user: User, text: str, request: PlanRequest | None = None
) -> PastedPlan:
    """Read a pasted text, store what became of it, and propose its plan where it is sound.

    Without a request it is taken to be for the aim of the current plan, else for the races that
    are entered. Raises OtherProposalOpen: then nothing is stored.
    """
    with i18n.speaking(user.language), conn.transaction():
        plans.lock(conn, user.id)
        athlete = load_planning_athlete(conn, user.id, periods.today(user.timezone))
        asked = request or usual_request(conn, user.id, athlete)
        current = plans.get_current(conn, user.id)
        checked = check_pasted_text(
            text, asked, athlete, user.timezone, current, is_request_given=request is not None
        )
        return store_pasted_plan(conn, user, text, checked, asked, current)


def store_pasted_plan(
    conn: Connection,
    user: User,
    text: str,
    checked: CheckedDraft,
    request: PlanRequest,
    current: StoredPlan | None = None,
) -> PastedPlan:
    """Store a pasted text and what became of it, and propose its plan where there is one.

    Raises OtherProposalOpen.
    """
    with conn.transaction():
        stored = _propose(conn, user.id, checked, current)
        taken = ai_imports.add(
            conn,
            user.id,
            text=storable(text)[:LONGEST_TEXT],
            treatment=checked.treatment,
            reasons=[storable(reason) for reason in checked.reasons],
            changes=[storable(change) for change in checked.changes],
            questions=[storable(question) for question in checked.questions],
            findings=checked.findings,
            plan_id=stored.id if stored else None,
        )
    return PastedPlan(
        **dict(taken),
        understood=_understood(checked),
        reply=reply_text(checked, request),
        request=request,
    )


def _propose(
    conn: Connection, user_id: int, checked: CheckedDraft, current: StoredPlan | None
) -> StoredPlan | None:
    if checked.plan is None:
        return None
    parent_id = current.id if current and checked.is_part else None
    return propose_plan(conn, user_id, checked.plan, "import", parent_id, checked.notes)


def check_pasted_text(
    text: str,
    request: PlanRequest,
    athlete: AthleteState,
    timezone: str,
    current: StoredPlan | None = None,
    *,
    is_request_given: bool = True,
) -> CheckedDraft:
    """Return the plan that a pasted text holds, or why it holds none; nothing is stored."""
    checked = _check(text, request, athlete, timezone, current)
    if "no_json" in checked.reason_keys and WEB_PAGE.search(text):
        unpacked = html.unescape(TAG.sub(" ", text))
        again = _check(unpacked, request, athlete, timezone, current)
        if "no_json" not in again.reason_keys:
            changes = (*change_texts([DraftChange("html")]), *again.changes)
            treatment = "repair" if again.treatment == "accept" else again.treatment
            checked = again._replace(treatment=treatment, changes=changes)
    if not is_request_given and _is_goal_unknown(checked, request):
        reason = i18n.t("drafts.reason.goal_unknown")
        return checked._replace(
            treatment="ask", plan=None, reasons=(reason,), reason_keys=("goal_unknown",)
        )  # fmt: skip
    return checked


def _check(
    text: str,
    request: PlanRequest,
    athlete: AthleteState,
    timezone: str,
    current: StoredPlan | None,
) -> CheckedDraft:
    exported = find_exported_plan(text) if len(text) <= LONGEST_TEXT else None
    if exported is not None:
        return check_exported_plan(exported, request, athlete)
    return check_text(
        text,
        plan_question(request, timezone),
        request,
        athlete,
        origin="import",
        current=current.plan if current else None,
    )


def _is_goal_unknown(checked: CheckedDraft, request: PlanRequest) -> bool:
    """Return whether a sound draft leads to a race of which nothing is known here."""
    if checked.plan is None or checked.draft is None or request.race_date is not None:
        return False
    return any(day.template == "race" for week in checked.draft.weeks for day in week.days)


def _understood(checked: CheckedDraft) -> UnderstoodPlan | None:
    if checked.draft is not None and checked.draft.weeks:
        return _understood_draft(checked.draft)
    return _understood_plan(checked.plan) if checked.plan else None


def _understood_draft(draft: PlanDraft) -> UnderstoodPlan:
    days = [day for week in draft.weeks for day in week.days]
    run = [day for day in days if day.template != "rest"]
    km = sum(day.distance_km for day in run if day.distance_km)
    first, last = _span(draft.weeks[0].start, (day.date for day in days))
    return UnderstoodPlan(
        title=draft.title,
        weeks=len(draft.weeks),
        first_day=first,
        last_day=last,
        sessions=len(run),
        km=round(km, 1) if km else None,
    )


def _understood_plan(plan: Plan) -> UnderstoodPlan:
    days = [day for week in plan.weeks for day in week.days]
    first, last = _span(plan.weeks[0].start, (day.date for day in days))
    return UnderstoodPlan(
        title=plan.title,
        weeks=len(plan.weeks),
        first_day=first,
        last_day=last,
        sessions=sum(len(day.workouts) for day in days),
    )


def _span(start: date, days: Iterable[date]) -> tuple[date, date]:
    every = [*days]
    return min(every, default=start), max(every, default=start)
