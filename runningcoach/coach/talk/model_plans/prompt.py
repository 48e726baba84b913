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
from runningcoach.base.units import M_PER_KM, clock
from runningcoach.coach.plans import limits
from runningcoach.coach.talk.drafts.untrusted_text import visible
from runningcoach.model.conversation import PrivacyLevel
from runningcoach.model.plan_request import AthleteState, PlanRequest, TrainingPaces

INSTRUCTIONS = Path(__file__).with_name("instructions.md")
PROMPT_VERSION = "plan-2026-11-30"
LANGUAGES = {"ko": "Korean", "en": "English"}
LONGEST_WISHES = 2_000
BANDS = ("easy", "marathon", "threshold", "interval", "repetition")
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
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
def instructions(language: str) -> str:
    """Return what a model is told, with the limits of the rules; its words to be in `language`."""
    shares = [f"{100 * share:.0f} %" for share in limits.LONG_SHARE_ERROR.values()]
    return INSTRUCTIONS.read_text(encoding="utf-8").format(
        language=LANGUAGES[language],
        ramp_percent=_percent(limits.RAMP_WARN_SHARE - 1),
        ramp_km=f"{limits.RAMP_WARN_KM:g}",
        relief_percent=_percent(limits.RELIEF_WEEK_SHARE),
        single_percent=_percent(limits.SINGLE_RUN_WARN_SHARE - 1),
        long_shares=", ".join(shares),
        hard_percent=_percent(limits.HARD_TIME_WARN),
        quality_days=limits.QUALITY_DAYS_MOST - 1,
        interval_km=f"{limits.INTERVAL_WARN_M / M_PER_KM:g}",
        threshold_km=f"{limits.THRESHOLD_WARN_M / M_PER_KM:g}",
        taper_percent=_percent(limits.TAPER_RACE_WEEK_SHARE),
        break_days=limits.BREAK_DAYS,
    )


def _percent(share: float) -> str:
    return f"{100 * share:.0f}"


def runner_message(
    request: PlanRequest, athlete: AthleteState, wishes: str, level: PrivacyLevel
) -> str:
    """Return the runner as data: what is asked of the plan, what is known by the privacy level."""
    return _json({
        "today": _day(athlete.today),
        "request": _request(request),
        "athlete": _athlete(athlete, level),
        "wishes": mask_keys(visible(wishes))[:LONGEST_WISHES],
    })  # fmt: skip


def _request(request: PlanRequest) -> dict[str, Any]:
    """Return a request without names of races: they often are those of places."""
    left_out = {"race_name": True, "tune_ups": {"__all__": {"name"}}}
    fields = request.model_dump(mode="json", exclude=left_out, exclude_none=True)  # pyright: ignore[reportArgumentType]
    days = [WEEKDAYS[number] for number in request.available_weekdays]
    named: dict[str, Any] = {
        "start": _day(request.start), "available_weekdays": days,
        "long_day": WEEKDAYS[request.long_day],
    }  # fmt: skip
    if request.race_date is not None:
        named["race_date"] = _day(request.race_date)
    if distance_m := limits.RACE_DISTANCE_M.get(request.goal):
        named["race_km"] = distance_m / M_PER_KM
    if request.target_time_s is not None:
        named["target_time"] = clock(request.target_time_s)
    return fields | named


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


def _day(day: date) -> str:
    return f"{day.isoformat()} ({WEEKDAYS[day.weekday()]})"


def _json(content: Mapping[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))
