"""The form that asks for a plan; it begins with what is known of the runner."""

from typing import Any, get_args

from pydantic import BaseModel

from runningcoach.base import i18n, units
from runningcoach.base.i18n import t
from runningcoach.coach.plans.overview import PlanOverview
from runningcoach.coach.plans.request_defaults import usual_week_km
from runningcoach.model.plan_request import (
    Ambition,
    AthleteState,
    GoalKind,
    PlanRequest,
    TuneUpRace,
)
from runningcoach.pages import formatting, page
from runningcoach.pages.markup import Piece, macros

PLAN = macros("plan")

API = "/api/v1/plans"
GOALS: tuple[GoalKind, ...] = get_args(GoalKind)
RACES = ("5k", "10k", "hm", "m")
"""Goals that need the date of a race."""
DEFAULT_WEEKS = 8
NUMBERS = ("target_time_s", "weeks", "weekday_max_min", "long_max_min")
"""Fields of a request that are numbers within limits."""
FIELD_OF_ERROR = {
    "planner.race_in_past": "race_date",
    "planner.race_too_near": "race_date",
    "planner.race_too_far": "race_date",
    "planner.race_on_red_day": "race_date",
    "planner.start_in_past": "start",
    "planner.too_few_training_days": "available_weekdays",
    "planner.long_day_not_available": "long_day",
    "planner.limits_contradictory": "long_max_min",
    "planner.tune_up_misplaced": "tune_ups",
    "planner.goal_too_fast": "target_time",
    "planner.goal_too_far": "goal",
    "planner.goal_too_far_injured": "goal",
    "planner.goal_out_of_reach": "goal",
    "planner.long_limit_too_short": "long_max_min",
}
"""The field that an error of the planner is about."""


def card(overview: PlanOverview | None, request: PlanRequest, athlete: AthleteState) -> Piece:
    """Return the form: in full where there is no plan, else closed."""
    body = PLAN.form(API, _fields(request), FIELD_OF_ERROR, _wrong(), known(athlete))
    if overview is None:
        lead = page.paragraph(t("plan_page.form.lead"), "lead")
        return page.card(t("plan_page.form.first_title"), lead, body, name="plan-ask")
    return PLAN.folded_form(body)


def limits() -> dict[str, tuple[int, int]]:
    """Return the least and the greatest number that a request takes, by its field."""
    found = {name: _bounds(PlanRequest, name) for name in NUMBERS}
    return found | {"distance_m": _bounds(TuneUpRace, "distance_m")}


def _bounds(record: type[BaseModel], name: str) -> tuple[int, int]:
    field = record.model_json_schema()["properties"][name]
    bounds = next((part for part in field.get("anyOf", ()) if "minimum" in part), field)
    return bounds["minimum"], bounds["maximum"]


def _wrong() -> dict[str, str]:
    """Return what is wrong with a field, by its name."""
    bounds = limits()
    written = {
        "target_time": map(units.clock, bounds["target_time_s"]),
        "tune_ups": (f"{units.km(metres):g}" for metres in bounds["distance_m"]),
        **{name: bounds[name] for name in ("weeks", "weekday_max_min", "long_max_min")},
    }
    words: dict[str, str] = i18n.words(i18n.language(), "plan_page")["form"]["wrong"]
    filled: dict[str, str] = {}
    for name, (low, high) in written.items():
        filled[name] = words[name].format(low=low, high=high)
    return words | filled


def known(athlete: AthleteState) -> str:
    """Return what a plan starts from, in a sentence."""
    if not any(athlete.weekly_km):
        return t("plan_page.form.known_nothing")
    return t(
        "plan_page.form.known",
        km=formatting.number(usual_week_km(athlete), 1),
        longest=formatting.number(athlete.longest_30d_km, 1),
    )


def _fields(request: PlanRequest) -> dict[str, Any]:
    """Return the values that the form begins with."""
    return {
        "limits": limits(),
        "goals": [(goal, t(f"plan_page.goals.{goal}")) for goal in GOALS],
        "goal": request.goal,
        "races": RACES,
        "race_date": request.race_date.isoformat() if request.race_date else "",
        "race_name": request.race_name,
        "target_time": units.clock(request.target_time_s) if request.target_time_s else "",
        "weeks": request.weeks or DEFAULT_WEEKS,
        "start": request.start.isoformat(),
        "weekdays": [(day, t(f"charts.weekdays.{day}")) for day in range(7)],
        "available": request.available_weekdays,
        "long_day": request.long_day,
        "treadmill": request.treadmill_weekdays,
        "weekday_max_min": request.weekday_max_min or "",
        "long_max_min": request.long_max_min or "",
        "with_hills": request.with_hills,
        "by_heart_rate": request.by_heart_rate,
        "ambition": request.ambition,
        "ambitions": [(name, t(f"plan_page.form.{name}")) for name in get_args(Ambition)],
        "tune_ups": [_tune_up(race) for race in request.tune_ups],
    }


def _tune_up(race: TuneUpRace) -> dict[str, str]:
    return {
        "date": race.date.isoformat(),
        "km": f"{units.km(race.distance_m):g}",
        "name": race.name,
    }
