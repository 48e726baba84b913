"""What is planned, on any page: today's workout, what comes next, and a proposal that waits."""

import json
from collections.abc import Sequence
from datetime import date, timedelta
from typing import get_args

from runningcoach.base.i18n import t
from runningcoach.coach.plans.calendar import CalendarWorkout, PlannedTotals, TrainingCalendarDay
from runningcoach.coach.plans.overview import note_text
from runningcoach.coach.plans.plan_in_force import PlanInForce
from runningcoach.model.complaint import Complaint, ComplaintKind
from runningcoach.model.plan import PlanNote
from runningcoach.model.plan_request import TrainingPaces
from runningcoach.pages import formatting, page
from runningcoach.pages.markup import Piece, join, macros
from runningcoach.pages.tiles import workouts
from runningcoach.pages.tiles.plan_review import spoken

CALENDAR = macros("calendar")
CARDS = macros("cards")
WORKOUTS = macros("workouts")

COMPLAINTS = "/api/v1/complaints"
AHEAD = timedelta(days=8)
"""How far today's card looks for what comes next."""
MOST_NEXT = 4


def notice(plan: PlanInForce) -> Piece:
    """Return that a proposal waits, or where a plan is made; nothing where neither is so."""
    return proposal(plan) or _no_plan(plan)


def proposal(plan: PlanInForce) -> Piece:
    """Return that a proposal waits, and where it is decided; nothing where none does."""
    waiting = plan.proposed
    if waiting is None:
        return ""
    key = waiting.origin if plan.is_small_change else "plan"
    reasons = " · ".join(map(_spoken, waiting.reasons))
    hint = t(f"calendar.proposal.{key}_hint", count=len(plan.changes))
    link = page.link(t("calendar.proposal.open"), "plan.ipynb", "button main")
    return CALENDAR.proposal(t(f"calendar.proposal.{key}"), reasons, hint, link)


def complaints(plan: PlanInForce, lasting: Sequence[Complaint]) -> Piece:
    """Return the buttons that note illness and pain, or end them; nothing without a plan."""
    if plan.current is None:
        return ""
    kinds: tuple[ComplaintKind, ...] = get_args(ComplaintKind)
    known = {one.kind: one for one in lasting}
    rows = [_complaint(kind, known.get(kind)) for kind in kinds]
    return page.card(t("calendar.complaints.title"), CALENDAR.complaints(rows), name="complaints")


def _complaint(kind: ComplaintKind, lasting: Complaint | None) -> dict[str, str]:
    if lasting is None:
        words, body = t(f"calendar.complaints.{kind}"), json.dumps({"kind": kind})
        return {"since": "", "button": words, "path": COMPLAINTS, "body": body}
    day = formatting.day(lasting.began_on)
    return {
        "since": t(f"calendar.complaints.{kind}_since", day=day),
        "button": t("calendar.complaints.over"),
        "path": f"{COMPLAINTS}/{lasting.id}/end",
        "body": "",
    }


def _no_plan(plan: PlanInForce) -> Piece:
    if plan.current:
        return ""
    link = page.link(t("calendar.no_plan.make"), "plan.ipynb", "button main")
    return CALENDAR.proposal(t("calendar.no_plan.what"), "", t("calendar.no_plan.hint"), link)


def _spoken(note: PlanNote) -> str:
    return note_text(note.model_copy(update={"values": spoken(note.values)}))


# ---- planned against run ----------------------------------------------------------------------


def total_stats(totals: PlannedTotals) -> list[Piece]:
    """Return planned against run in numbers: distance, sessions, how well they were kept."""
    run = page.stat(
        t("calendar.totals.run"),
        formatting.km(totals.run_m, 1),
        "km",
        note=t("calendar.totals.of_planned", km=formatting.km(totals.planned_m, 1))
        if totals.planned_m
        else "",
    )
    if not totals.workouts:
        return [run]
    sessions = page.stat(
        t("calendar.totals.sessions"),
        t("calendar.totals.of", done=totals.workouts_done, all=totals.workouts),
        note=t("calendar.totals.missed", count=totals.workouts_missed)
        if totals.workouts_missed
        else "",
    )
    kept = page.stat(
        page.explained(t("calendar.totals.compliance"), t("calendar.totals.compliance_hint")),
        formatting.number(totals.compliance_pct),
        "%",
        why="" if totals.compliance_pct is not None else t("calendar.totals.nothing_judged"),
    )
    return [run, sessions, kept]


# ---- today -----------------------------------------------------------------------------------


def today(days: Sequence[TrainingCalendarDay], paces: TrainingPaces | None, today: date) -> Piece:
    """Return today's workouts with their steps, and the next; nothing where none is planned."""
    planned = [workout for day in days if day.date == today for workout in day.workouts]
    following = [row for day in days if day.date > today for row in day.workouts][:MOST_NEXT]
    if not planned and not following:
        return ""
    left = join([_workout(row, paces) for row in planned] or [_rest(), *_first(following, paces)])
    parts = [CARDS.section("", left), *([_following(following)] if following else [])]
    return page.card(
        t("calendar.today_card.title"),
        CARDS.columns(parts),
        aside=page.link(t("calendar.today_card.all"), "calendar.ipynb"),
        name="planned-today",
    )


def _rest() -> Piece:
    return WORKOUTS.rest(t("calendar.today_card.rest_title"), t("calendar.today_card.rest_hint"))


def _first(rows: Sequence[CalendarWorkout], paces: TrainingPaces | None) -> list[Piece]:
    """Return the shape and steps of the next workout, which a day off leads up to."""
    return [WORKOUTS.next(_named(row), *_shape(row, paces)) for row in rows[:1]]


def _named(row: CalendarWorkout) -> str:
    day = formatting.day(row.day) if row.day else ""
    return " · ".join(filter(None, (day, workouts.title(row.workout))))


def _shape(row: CalendarWorkout, paces: TrainingPaces | None) -> tuple[Piece, Piece]:
    return workouts.profile(row.workout, paces), workouts.steps(row.workout, paces)


def _workout(row: CalendarWorkout, paces: TrainingPaces | None) -> Piece:
    return WORKOUTS.today(
        workouts.colour(row.workout),
        workouts.title(row.workout),
        workouts.verdict_badge(row.adherence) if row.adherence else "",
        workouts.about(row.distance_m, row.duration_s),
        workouts.purpose(row.workout),
        *_shape(row, paces),
    )


def _following(rows: Sequence[CalendarWorkout]) -> Piece:
    lines = [
        (
            workouts.colour(row.workout),
            formatting.day(row.day) if row.day else "",
            workouts.title(row.workout),
            workouts.about(row.distance_m, row.duration_s),
        )
        for row in rows
    ]
    return CARDS.section(t("calendar.today_card.next"), WORKOUTS.following(lines))
