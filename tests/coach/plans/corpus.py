"""The drafts of the plan corpus, as the product's records."""

import json
from datetime import date
from pathlib import Path
from typing import Any

from runningcoach.coach.plans.paces import training_paces
from runningcoach.model.plan_draft import PlanDraft
from runningcoach.model.plan_request import AthleteState, PlanRequest


def items(folder: Path, name: str) -> list[dict[str, Any]]:
    """Return the items of a file of the corpus."""
    content = json.loads((folder / "plans" / f"{name}.json").read_text(encoding="utf-8"))
    return content["plans"]


def athlete_of(item: dict[str, Any]) -> AthleteState:
    """Return the athlete of a draft."""
    stated = item["athlete"]
    return AthleteState(
        today=date.fromisoformat(stated.get("today", item["draft"]["weeks"][0]["start"])),
        weekly_km=tuple(stated.get("recent_weekly_km") or stated["recent"]),
        longest_30d_km=stated.get("longest_30d_km") or stated["longest"],
        days_since_run=stated.get("gap_days", 1),
        paces=training_paces(stated.get("pace_index") or stated["idx"], "corpus"),
        is_red_today=bool(stated.get("red_today")),
    )


def request_of(item: dict[str, Any]) -> PlanRequest:
    """Return the request that a draft answers; the race is on the last day where none is stated."""
    stated = item["athlete"]
    last_day = item["draft"]["weeks"][-1]["days"][-1]["date"]
    return PlanRequest(
        goal=stated["goal"],
        start=athlete_of(item).today,
        race_date=date.fromisoformat(stated.get("race_date", last_day)),
        available_weekdays=tuple(stated.get("available_weekdays") or stated["days"]),
        long_day=stated["long_day"],
        weekday_max_min=stated["weekday_min"],
        long_max_min=stated["long_min"],
    )


def draft_of(item: dict[str, Any]) -> PlanDraft:
    """Return the draft of an item. Raises ValidationError where it does not pass the schema."""
    return PlanDraft.model_validate(item["draft"])
