"""Plans of the corpus as records of the product, and the athletes that they were made for."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from runningcoach.coach.plans.paces import training_paces
from runningcoach.model.plan import Plan, PlanDay, PlanWeek
from runningcoach.model.plan_request import AthleteState, PlanRequest
from runningcoach.model.workout import (
    BandTarget,
    DistanceEnd,
    TimeEnd,
    Workout,
    WorkoutItem,
    WorkoutRepeat,
    WorkoutStep,
)

START = date(2027, 1, 4)
BANDS = {"M": "M", "HM": "M", "T": "T", "I10": "T", "I": "I", "R": "R"}
TYPES = {"test": "time_trial", "walk": "cross_training", "cross": "cross_training"}
EASY = BandTarget(name="E")


def read_plans(folder: Path, name: str) -> list[dict[str, Any]]:
    """Return the plans of a file of the corpus."""
    return json.loads((folder / "plans" / name).read_text(encoding="utf-8"))["plans"]


def published_plan(item: dict[str, Any]) -> tuple[Plan, AthleteState]:
    """Return a published plan, and an athlete with twelve weeks of the assumed start behind."""
    race = item["race"]
    race_date = START + timedelta(days=7 * (race["week"] - 1) + race["dow"]) if race else None
    weeks = [published_week(week) for week in item["weeks"]]
    if race_date and race_date > weeks[-1].days[-1].date:
        weeks.append(race_week(weeks[-1].start + timedelta(days=7), race_date, race["km"]))
    request = PlanRequest(
        goal=item["goal"], start=START, race_date=race_date, available_weekdays=tuple(range(7))
    )
    start = item["assumed_start"]
    athlete = AthleteState(
        today=START,
        weekly_km=(start["km_per_week"],) * 12,
        longest_30d_km=start["longest_km"],
        days_since_run=1,
        paces=training_paces(item["pace_index"], "assumed"),
    )
    return Plan(title=item["title"], request=request, weeks=tuple(weeks)), athlete


def published_week(week: dict[str, Any]) -> PlanWeek:
    start = START + timedelta(days=7 * (week["n"] - 1))
    days = {day: PlanDay(date=start + timedelta(days=day)) for day in range(7)}
    for day in week["days"]:
        workout = published_workout(day)
        there = days[day["dow"]]
        workouts = (*there.workouts, *([workout] if workout else []))
        days[day["dow"]] = there.model_copy(update={"workouts": workouts})
    return PlanWeek(start=start, phase="build", days=tuple(days.values()))


def race_week(start: date, race_date: date, km: float) -> PlanWeek:
    days = tuple(
        PlanDay(date=day, workouts=(session("race", [step("main", km)]),) * (day == race_date))
        for day in (start + timedelta(days=i) for i in range(7))
    )
    return PlanWeek(start=start, phase="race", days=days)


def published_workout(day: dict[str, Any]) -> Workout | None:
    kind = day["kind"]
    if kind == "rest":
        return None
    if kind in ("walk", "cross"):
        return session("cross_training", [])
    if kind == "run_walk":
        return session(kind, run_walk_steps(day))
    km = day.get("km", 0.0)
    if kind == "race":
        race_km = day.get("race_km", km)
        return session(kind, [*easy_steps(km - race_km), step("main", race_km)])
    if kind == "test":
        return session("time_trial", [step("interval", km, "I")])
    hard_km = min(day.get("hard_km", 0.0), km)
    if not hard_km:
        return session(kind, [step("main", km)])
    around = easy_steps((km - hard_km) / 2)
    return session(kind, [*around, step("interval", hard_km, BANDS[day["zone"]]), *around])


def run_walk_steps(day: dict[str, Any]) -> list[WorkoutItem]:
    return [
        WorkoutRepeat(
            times=times,
            steps=tuple(
                WorkoutStep(intensity=intensity, end=TimeEnd(seconds=int(seconds)))
                for intensity, seconds in (("interval", run_s), ("recovery", walk_s))
                if seconds
            ),
        )
        for times, run_s, walk_s in day["run_walk"]
        if run_s or walk_s
    ]


def easy_steps(km: float) -> list[WorkoutStep]:
    return [step("warmup", km)] if km >= 0.1 else []


def step(intensity: str, km: float, band: str = "E") -> WorkoutStep:
    return WorkoutStep(
        intensity=intensity,
        end=DistanceEnd(meters=max(1, round(1000 * km))),
        target=BandTarget(name=band),
    )


def session(kind: str, steps: list[WorkoutItem]) -> Workout:
    return Workout(type=TYPES.get(kind, kind), title=kind, steps=tuple(steps))


def draft_athlete(item: dict[str, Any]) -> tuple[PlanRequest, AthleteState]:
    """Return the request and the athlete of a draft of the corpus, clean or bad."""
    athlete = item["athlete"]
    weeks = item["draft"]["weeks"]
    today = date.fromisoformat(athlete.get("today", "2027-01-04"))
    days = [day for week in weeks for day in week["days"] if day["template"] in ("race",)]
    race = athlete.get("race_date") or (days[-1]["date"] if days else None)
    request = PlanRequest(
        goal=athlete["goal"],
        start=today,
        race_date=date.fromisoformat(race) if race else None,
        available_weekdays=tuple(athlete.get("available_weekdays") or athlete["days"]),
        long_day=athlete["long_day"],
        weekday_max_min=athlete["weekday_min"],
        long_max_min=athlete["long_min"],
    )
    longest = athlete.get("longest_30d_km") or athlete["longest"]
    state = AthleteState(
        today=today,
        weekly_km=tuple(athlete.get("recent_weekly_km") or athlete["recent"]),
        longest_30d_km=longest,
        days_since_run=athlete.get("gap_days", 1),
        is_red_today=bool(athlete.get("red_today", False)),
        paces=training_paces(athlete.get("pace_index") or athlete["idx"], "race"),
    )
    return request, state
