"""A plan that the runner asks for in a talk: what is handed to the tool that proposes it."""

from collections.abc import Iterator
from datetime import date, timedelta

from runningcoach.simulators.openai.brain.plan_drafts import (
    USUAL_DAYS,
    DraftRequest,
    athlete_of,
    proposal_arguments,
)
from runningcoach.simulators.openai.brain.quantities import WEEKDAYS
from runningcoach.simulators.openai.brain.turn import Json, QuestionTurn

PROPOSE = "propose_plan"
GOALS = {"5 km": "5k", "10 km": "10k", "half marathon": "hm", "marathon": "m"}
RACES = {"half_marathon": "hm", "marathon": "m"}
RACE_KM = {"5k": 5.0, "10k": 10.0, "hm": 21.0975, "m": 42.195}
WEEKS_WITHOUT_RACE, MOST_WEEKS = 4, 16
LEAST_DAYS = 3
WEEK = timedelta(weeks=1)


def proposals(turn: QuestionTurn) -> Iterator[Json]:
    """Yield the arguments of the tool that proposes a plan, once what it needs has come back."""
    athlete = turn.result("athlete")
    if turn.today is None or not athlete or not _is_looked_up(turn):
        return
    weekly = athlete.get("weekly_km_of_whole_weeks_oldest_first", [])
    longest = turn.result("long_runs").get("longest_of_30_days_km")
    runner = athlete_of(weekly, longest, athlete.get("days_since_last_run"))
    yield proposal_arguments(_wanted(turn, athlete), runner, WEEKS_WITHOUT_RACE, turn.language)


def _is_looked_up(turn: QuestionTurn) -> bool:
    return bool(turn.results("goal")) and bool(turn.results("long_runs"))


def _wanted(turn: QuestionTurn, athlete: Json) -> DraftRequest:
    """Return what the runner asked for: a distance that was named, else the goal race."""
    assert turn.today is not None  # noqa: S101 - `proposals` looked
    first = turn.today + timedelta(days=-turn.today.weekday() % 7)
    race = turn.result("goal").get("goal") or {}
    goal = _named_goal(turn) or GOALS.get(race.get("distance", ""), "fit")
    day = date.fromisoformat(race["date"]) if race and GOALS.get(race["distance"]) == goal else None
    if day is not None and not first < day < first + MOST_WEEKS * WEEK:
        day = None
    days = _days(athlete)
    return DraftRequest(
        goal if day else _without_race(goal), first, day, RACE_KM.get(goal), days, days[-1]
    )


def _named_goal(turn: QuestionTurn) -> str | None:
    if turn.quantities.race:
        return RACES[turn.quantities.race]
    km = {one.value for one in turn.quantities.distances if one.unit == "km"}
    return next((goal for goal, far in RACE_KM.items() if far in km), None)


def _without_race(goal: str) -> str:
    """Return the goal of a few weeks without a race: those of a marathon are for fitness."""
    return "fit" if goal in {"hm", "m"} else goal


def _days(athlete: Json) -> tuple[str, ...]:
    """Return the days that the runner usually runs on, where they are enough for a plan."""
    usual = athlete.get("habits", {}).get("usual_days", [])
    chosen = usual if len(usual) >= LEAST_DAYS else USUAL_DAYS
    return tuple(day for day in WEEKDAYS if day in chosen)
