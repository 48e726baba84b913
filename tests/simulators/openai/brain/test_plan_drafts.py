"""Drafts of the simulated model: of the form that is asked for, and within the rules."""

import json
from datetime import date, timedelta

import pytest

from runningcoach.coach.talk.drafts.normal_form import DraftQuestion
from runningcoach.coach.talk.drafts.reading import read_draft
from runningcoach.coach.talk.model_plans import prompt
from runningcoach.coach.talk.model_plans.draft_schema import draft_schema, outline_schema
from runningcoach.model.conversation import ModelMessage
from runningcoach.model.plan_request import AthleteState, PlanRequest, TrainingPaces
from runningcoach.simulators.openai.brain import BrainRequest, answer

MONDAY = date(2027, 3, 15)
PACES = TrainingPaces(
    pace_index=45, source="race", easy=(383, 348), marathon=(315, 303), threshold=(295, 284),
    interval=(272, 261), repetition=(250, 240),
)  # fmt: skip


def athlete(week_km: float, longest_km: float) -> AthleteState:
    return AthleteState(
        today=date(2027, 3, 10), weekly_km=(week_km,) * 12, longest_30d_km=longest_km,
        days_since_run=1, paces=PACES, hrmax_bpm=187, age=38,
    )  # fmt: skip


def draft(request: PlanRequest, runner: AthleteState, starts: list[date], schema) -> dict:
    """Return what the model writes for these weeks."""
    messages = (
        prompt.runner_message(request, runner, "", "health"),
        prompt.task_message(prompt.WHOLE_PLAN, starts, {}),
    )
    said = answer(
        BrainRequest(
            "m", prompt.instructions("en"),
            tuple(ModelMessage(role="user", content=text) for text in messages), (), schema,
        )
    )  # fmt: skip
    return json.loads(said.text)


def mondays(count: int) -> list[date]:
    return [MONDAY + timedelta(weeks=n) for n in range(count)]


@pytest.mark.parametrize(
    ("goal", "weeks", "week_km", "longest_km", "days"),
    [
        ("hm", 5, 40.0, 14.0, (1, 3, 5, 6)),
        ("10k", 8, 25.0, 10.0, (0, 2, 4, 6)),
        ("5k", 6, 15.0, 6.0, (1, 3, 6)),
        ("m", 8, 60.0, 24.0, (0, 1, 2, 3, 5, 6)),
    ],
)
def test_a_draft_to_a_race_is_accepted_as_it_is(goal, weeks, week_km, longest_km, days):
    race = MONDAY + timedelta(weeks=weeks - 1, days=6)
    request = PlanRequest(
        goal=goal, start=MONDAY, race_date=race, available_weekdays=days, long_day=6
    )
    runner = athlete(week_km, longest_km)
    written = draft(request, runner, mondays(weeks), draft_schema())
    question = DraftQuestion(MONDAY, race, goal, "Asia/Seoul")
    reading = read_draft(json.dumps(written), question, request, runner)
    assert reading.treatment in {"accept", "repair"}, reading.reasons
    assert not [finding for finding in reading.findings if finding.severity == "error"]


def test_a_draft_has_the_fields_of_the_form():
    request = PlanRequest(goal="fit", start=MONDAY, weeks=4, available_weekdays=(1, 3, 6))
    schema = draft_schema()
    written = draft(request, athlete(20.0, 8.0), mondays(4), schema)
    assert written.keys() == set(schema["required"])
    week = schema["properties"]["weeks"]["items"]
    assert all(one.keys() == set(week["required"]) for one in written["weeks"])
    day = week["properties"]["days"]["items"]
    days = [one for week in written["weeks"] for one in week["days"]]
    assert len(days) == 28
    assert all(one.keys() == set(day["required"]) for one in days)


def test_an_outline_names_every_week_that_is_asked_for():
    race = MONDAY + timedelta(weeks=11, days=6)
    request = PlanRequest(goal="m", start=MONDAY, race_date=race, available_weekdays=(1, 3, 5, 6))
    written = draft(request, athlete(50.0, 20.0), mondays(12), outline_schema())
    assert [week["start"] for week in written["weeks"]] == [f"{day}" for day in mondays(12)]
    assert written["weeks"][-1]["phase"] == "race"
    assert written["weeks"][-1]["km"] < max(week["km"] for week in written["weeks"]) / 2
