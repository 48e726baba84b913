"""Plans of the rule planner written as flat drafts: what a good model would answer."""

import json
from typing import Any

from runningcoach.coach.plans.estimates import estimate_workout

EMPTY = dict.fromkeys(
    ("distance_km", "duration_min", "reps", "rep_distance_m", "rep_seconds", "recovery_seconds")
)
REST = {"template": "rest", **EMPTY, "intensity": "open", "note": ""}
INTENSITIES = {
    "easy": "E", "recovery": "E", "long": "E", "steady": "M", "tempo": "T", "cruise": "T",
    "vo2max": "I", "repetition": "R", "race_pace": "M", "openers": "E",
}  # fmt: skip


def flat_draft(plan, paces) -> dict[str, Any]:
    """Return a plan as a draft."""
    return {
        "schema_version": "1", "title": "", "rationale_ko": "조금씩 늘려요.", "assumptions": [],
        "questions": [], "weeks": [_week(week, paces) for week in plan.weeks],
    }  # fmt: skip


def as_text(draft) -> str:
    """Return a draft as JSON."""
    return json.dumps(draft, ensure_ascii=False)


def _week(week, paces):
    return {
        "start": week.start.isoformat(), "phase": week.phase, "is_cutback": week.is_cutback,
        "focus": "", "days": [_day(day, paces) for day in week.days],
    }  # fmt: skip


def _day(day, paces):
    rest = {
        "date": day.date.isoformat(),
        "template": "rest",
        **EMPTY,
        "intensity": "open",
        "note": "",
    }
    if not day.workouts:
        return rest
    (workout,) = day.workouts
    km = round(estimate_workout(workout, paces).distance_m / 1000, 1)
    template = "long" if workout.type == "long_progression" else workout.type
    sized = {
        "template": template,
        "distance_km": km,
        "intensity": INTENSITIES.get(template, "open"),
    }
    repeats = [step for step in workout.steps if step.kind == "repeat"]
    if repeats and template not in ("easy", "recovery", "long", "openers"):
        sized |= _set(repeats[0])
    if template == "race_pace" and not repeats:
        sized["template"] = "steady"
    if template == "tempo" and not repeats:
        main = next(s for s in workout.steps if s.intensity in ("main", "interval"))
        sized |= {"reps": 1, **_end(main)}
    return rest | sized


def _set(repeat):
    first, *others = repeat.steps
    recovery = next((getattr(s.end, "seconds", None) for s in others), None)
    return {"reps": repeat.times, "recovery_seconds": recovery, **_end(first)}


def _end(step):
    seconds, meters = getattr(step.end, "seconds", None), getattr(step.end, "meters", None)
    return {"rep_seconds": seconds} if seconds else {"rep_distance_m": meters}
