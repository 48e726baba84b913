"""What is asked of a plan where somebody says only a part of it."""

from datetime import date

import pytest
from pydantic import ValidationError

from runningcoach.coach.talk.drafts.asked_weeks import asked_weeks
from runningcoach.coach.talk.drafts.usual_request import changed_request
from runningcoach.model.plan_request import PlanRequest

USUAL = PlanRequest(
    goal="10k", start=date(2027, 3, 3), race_date=date(2027, 5, 2), race_name="Spring",
    target_time_s=2_700, available_weekdays=(1, 3, 5, 6), long_day=6,
)  # fmt: skip


def test_what_is_not_given_is_as_usual():
    assert changed_request(USUAL, dict.fromkeys(PlanRequest.model_fields)) == USUAL
    assert changed_request(USUAL, {"race_date": "2027-05-02"}) == USUAL


def test_another_race_leaves_the_usual_one_out():
    other = changed_request(USUAL, {"race_date": "2027-06-06"})
    assert (other.race_date, other.race_name, other.target_time_s) == (date(2027, 6, 6), "", None)
    fit = changed_request(USUAL, {"goal": "fit", "weeks": 6})
    assert (fit.race_date, fit.weeks) == (None, 6)


def test_the_long_day_is_one_that_is_free():
    assert changed_request(USUAL, {"available_weekdays": [0, 2, 4]}).long_day == 4


@pytest.mark.parametrize("changes", [{"weeks": 99}, {"available_weekdays": ["Mon"]}, {"goal": "x"}])
def test_what_cannot_be_is_refused(changes):
    with pytest.raises(ValidationError):
        changed_request(USUAL, changes)


def test_weeks_until_the_race_or_as_many_as_are_wanted():
    weeks = asked_weeks(USUAL)
    assert (weeks[0], weeks[-1], len(weeks)) == (date(2027, 3, 1), date(2027, 4, 26), 9)
    assert len(asked_weeks(changed_request(USUAL, {"goal": "fit", "weeks": 6}))) == 6
