"""Puts a text where somebody else's words can stand: names, notes, races, plans, documents."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from runningcoach.base import i18n
from runningcoach.coach.knowledge import documents
from runningcoach.coach.plans import versions
from runningcoach.coach.plans.athlete import load_athlete
from runningcoach.coach.plans.expander import expand_draft
from runningcoach.model.plan_draft import PlanDraft
from runningcoach.store import plans
from tests.coach.talk.whole_way.conftest import TalkingRunner


def _latest(runner: TalkingRunner, column: str, text: str) -> None:
    runner.conn.execute(
        f"UPDATE activities SET {column} = %s WHERE id = (SELECT id FROM activities"  # noqa: S608
        " WHERE user_id = %s ORDER BY started_at DESC LIMIT 1)",
        [text, runner.user.id],
    )


def _name(runner: TalkingRunner, text: str) -> None:
    _latest(runner, "name", text)


def _note(runner: TalkingRunner, text: str) -> None:
    _latest(runner, "notes", text)


def _race(runner: TalkingRunner, text: str) -> None:
    runner.conn.execute("UPDATE races SET name = %s WHERE user_id = %s", [text, runner.user.id])


def _plan(runner: TalkingRunner, text: str) -> None:
    """Propose a week whose title, assumption and note hold the text."""
    waiting = plans.get_proposed(runner.conn, runner.user.id)
    assert waiting is not None
    request = waiting.plan.request
    start = waiting.plan.weeks[0].start
    days: list[dict[str, Any]] = [
        {"date": start + timedelta(days=n), "template": "easy", "distance_km": 6} for n in range(6)
    ]
    days[3] |= {"template": "tempo", "reps": 1, "rep_seconds": 1200, "note": text[:400]}
    days.append({"date": start + timedelta(days=6), "template": "rest"})
    draft = PlanDraft.model_validate(
        {
            "title": text[:100],
            "assumptions": [text],
            "weeks": [{"start": start, "phase": "build", "focus": text, "days": days}],
        }
    )
    athlete = load_athlete(runner.conn, runner.user.id, date(2027, 3, 10))
    with i18n.speaking("ko"):
        plan = expand_draft(draft, request, athlete)
    versions.propose_plan(runner.conn, runner.user.id, plan, "model")


def _document(runner: TalkingRunner, text: str) -> None:
    documents.add_document(runner.conn, runner.user.id, f"Guide: {text[:60]}", text)


def _nowhere(runner: TalkingRunner, text: str) -> None:
    """The text is in the message itself."""


PUT: dict[str, Callable[[TalkingRunner, str], None]] = {
    "name": _name,
    "note": _note,
    "race": _race,
    "plan": _plan,
    "document": _document,
    "pasted": _nowhere,
}
