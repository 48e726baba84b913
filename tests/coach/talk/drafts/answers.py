"""Answers of models to one question: the week that is asked for, and a sound answer to it."""

import json
from datetime import date, timedelta
from typing import Any

from runningcoach.coach.plans.paces import training_paces
from runningcoach.coach.talk.drafts.normal_form import DraftQuestion
from runningcoach.model.plan_request import AthleteState, PlanRequest

MONDAY = date(2027, 3, 1)
QUESTION = DraftQuestion(MONDAY, MONDAY + timedelta(days=6), "10k", "Asia/Seoul")
REQUEST = PlanRequest(
    goal="10k",
    start=MONDAY,
    race_date=date(2027, 5, 2),
    available_weekdays=(1, 3, 5, 6),
)
ATHLETE = AthleteState(
    today=MONDAY,
    weekly_km=(30.0, 31.0, 28.0, 32.0),
    longest_30d_km=12.0,
    days_since_run=1,
    paces=training_paces(44.0, "test"),
)
SESSIONS: dict[int, dict[str, Any]] = {
    1: {"template": "easy", "distance_km": 7.0, "duration_min": 44, "intensity": "E"},
    3: {
        "template": "cruise", "distance_km": 8.0, "duration_min": 47, "reps": 4,
        "rep_distance_m": 1000, "recovery_seconds": 60, "intensity": "T",
    },
    5: {"template": "easy", "distance_km": 6.0, "duration_min": 38, "intensity": "E"},
    6: {"template": "long", "distance_km": 12.0, "duration_min": 76, "intensity": "E"},
}  # fmt: skip


def sound_answer() -> dict[str, Any]:
    """Return a draft that needs no repair."""
    days = [
        {
            "date": (MONDAY + timedelta(days=number)).isoformat(),
            "template": "rest", "distance_km": None, "duration_min": None, "reps": None,
            "rep_distance_m": None, "rep_seconds": None, "recovery_seconds": None,
            "intensity": "open", "note": "", **SESSIONS.get(number, {}),
        }
        for number in range(7)
    ]  # fmt: skip
    week = {"start": MONDAY.isoformat(), "phase": "build", "is_cutback": False, "focus": "역치"}
    return {
        "schema_version": "1", "title": "10 km 준비", "rationale_ko": "조금 늘렸습니다.",
        "assumptions": [], "questions": [], "weeks": [{**week, "days": days}],
    }  # fmt: skip


def as_text(answer: Any) -> str:
    """Return an answer as JSON."""
    return json.dumps(answer, ensure_ascii=False)
