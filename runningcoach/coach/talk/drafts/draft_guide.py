"""What the author of a draft has to know: its form, the rules in short, what is asked for."""

from datetime import date, timedelta
from functools import cache
from typing import Any, get_args

from runningcoach.base import i18n
from runningcoach.base.units import M_PER_KM, clock
from runningcoach.coach.plans import limits
from runningcoach.coach.talk.drafts.reading import EXAMPLE_TITLE
from runningcoach.model.plan import Phase
from runningcoach.model.plan_draft import DraftTemplate
from runningcoach.model.plan_request import PlanRequest

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
EXAMPLE_DAYS: dict[int, dict[str, Any]] = {
    1: {"template": "easy", "distance_km": 6.0, "intensity": "E"},
    3: {
        "template": "cruise", "distance_km": 8.0, "reps": 4, "rep_distance_m": 1000,
        "recovery_seconds": 60, "intensity": "T",
    },
    5: {"template": "recovery", "distance_km": 5.0, "intensity": "E"},
    6: {"template": "long", "distance_km": 12.0, "intensity": "E"},
}  # fmt: skip


@cache
def form_text(language: str) -> str:
    """Return how a draft is written."""
    templates, phases = get_args(DraftTemplate), get_args(Phase)
    words = i18n.t(
        "exchange.form.text", language, templates=", ".join(templates), phases=", ".join(phases)
    )
    return words.strip()


@cache
def rules_text(language: str) -> str:
    """Return the rules in short, with the limits that they are held to."""
    shares = (f"{_percent(share)} %" for share in limits.LONG_SHARE_ERROR.values())
    words = i18n.t(
        "exchange.form.rules",
        language,
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
    return words.strip()


def _percent(share: float) -> str:
    return f"{100 * share:.0f}"


def request_fields(request: PlanRequest) -> dict[str, Any]:
    """Return what is asked for, without names of races: they often are those of places."""
    fields = request.model_dump(mode="json", exclude={"race_name", "tune_ups"}, exclude_none=True)
    named: dict[str, Any] = {
        "start": dated(request.start),
        "available_weekdays": [WEEKDAYS[number] for number in request.available_weekdays],
        "long_day": WEEKDAYS[request.long_day],
        "treadmill_weekdays": [WEEKDAYS[number] for number in request.treadmill_weekdays],
        "tune_ups": [
            {"date": dated(race.date), "distance_km": race.distance_m / M_PER_KM}
            for race in request.tune_ups
        ],
    }
    if request.race_date is not None:
        named["race_date"] = dated(request.race_date)
    if distance_m := limits.RACE_DISTANCE_M.get(request.goal):
        named["race_km"] = distance_m / M_PER_KM
    if request.target_time_s is not None:
        named["target_time"] = clock(request.target_time_s)
    return {name: value for name, value in (fields | named).items() if value != []}


def dated(day: date) -> str:
    """Return a date with its weekday, for somebody who cannot be trusted to know it."""
    return f"{day.isoformat()} {WEEKDAYS[day.weekday()]}"


def example_draft(monday: date) -> dict[str, Any]:
    """Return a draft of one week, fields that do not apply left out."""
    days = [
        {"date": (monday + timedelta(days=number)).isoformat()}
        | EXAMPLE_DAYS.get(number, {"template": "rest"})
        for number in range(len(WEEKDAYS))
    ]
    week = {"start": monday.isoformat(), "phase": "base", "is_cutback": False, "focus": "..."}
    return {
        "schema_version": "1", "title": EXAMPLE_TITLE, "rationale_ko": "...",
        "assumptions": ["..."], "questions": [], "weeks": [{**week, "days": days}],
    }  # fmt: skip
