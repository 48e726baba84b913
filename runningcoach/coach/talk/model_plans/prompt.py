"""What a model is told and asked when it writes a plan: the rules in short, the runner, the weeks.

The instructions and the runner come first and stay the same through all calls for a plan, so that
a server need not read them anew.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from runningcoach.base.key_masking import mask_keys
from runningcoach.base.units import clock
from runningcoach.coach.talk.drafts.draft_guide import (
    dated,
    form_text,
    request_fields,
    rules_text,
)
from runningcoach.coach.talk.drafts.untrusted_text import visible
from runningcoach.coach.talk.prompts import part
from runningcoach.model.conversation import PrivacyLevel
from runningcoach.model.plan_request import AthleteState, PlanRequest, TrainingPaces

INSTRUCTIONS = Path(__file__).with_name("instructions.md")
LANGUAGES = {"ko": "Korean", "en": "English"}
LONGEST_WISHES = 2_000
BANDS = ("easy", "marathon", "threshold", "interval", "repetition")
HEALTH_FIELDS = ("age", "is_injured", "readiness_band", "is_red_today")
TRAINING_FIELDS = ("longest_30d_km", "days_since_run")

WHOLE_PLAN = "Write the draft of the weeks that begin on: {weeks}."
OUTLINE = (
    "Write an outline of all weeks, without days, that begin on: {weeks}. km is the whole week,"
    " long_km its longest run."
)
PART = (
    "Write the draft of these weeks of the outline alone, with their days, that begin on: {weeks}."
    " Keep to the outline's kilometres; ask no questions."
)
AGAIN = (
    "Write these weeks of your draft anew, with their days, that begin on: {weeks}. Ask no"
    " questions. Mend what is wrong and keep the rest:\n{problems}"
)


@cache
def instructions(language: str, amber_sign: str | None = None) -> str:
    """Return what a model is told, with the limits of the rules; its words to be in `language`.

    A sign to be careful with in the wishes adds its rule: no progression.
    """
    told = INSTRUCTIONS.read_text(encoding="utf-8").format(
        language=LANGUAGES[language], form=form_text("en"), rules=rules_text("en")
    )
    return told if amber_sign is None else f"{told}{part('amber', category=amber_sign)}\n"


def runner_message(
    request: PlanRequest, athlete: AthleteState, wishes: str, level: PrivacyLevel
) -> str:
    """Return the runner as data: what is asked of the plan, what is known by the privacy level."""
    return _json({
        "today": dated(athlete.today),
        "request": request_fields(request),
        "athlete": _athlete(athlete, level),
        "wishes": mask_keys(visible(wishes))[:LONGEST_WISHES],
    })  # fmt: skip


def _athlete(athlete: AthleteState, level: PrivacyLevel) -> dict[str, Any]:
    """Return what may be said of the athlete; single runs and health from their level on."""
    known: dict[str, Any] = {"weekly_km_oldest_first": [round(km, 1) for km in athlete.weekly_km]}
    fields = TRAINING_FIELDS if level != "summary" else ()
    fields += HEALTH_FIELDS if level == "health" else ()
    for name in fields:
        value = getattr(athlete, name)
        known[name] = round(value, 1) if isinstance(value, float) else value
    known["paces_per_km"] = _paces(athlete.paces)
    return {name: value for name, value in known.items() if value is not None}


def _paces(paces: TrainingPaces | None) -> dict[str, str] | None:
    if paces is None:
        return None
    bands = {band: getattr(paces, band) for band in BANDS}
    return {band: f"{clock(slow)}-{clock(fast)}" for band, (slow, fast) in bands.items()}


def task_message(
    task: str, weeks: Sequence[date], draft: Mapping[str, Any], problems: Sequence[str] = ()
) -> str:
    """Return what is asked for; `draft` is what there is so far, an outline or weeks."""
    words = task.format(
        weeks=", ".join(week.isoformat() for week in weeks),
        problems="\n".join(f"- {problem}" for problem in problems),
    )
    return f"{words}\n\n{_json(draft)}" if draft else words


def _json(content: Mapping[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))
