"""The rest of a plan made anew after a break: past days stay, the race keeps its date."""

from datetime import date, timedelta

import pytest

from runningcoach.coach.plans.paces import training_paces
from runningcoach.coach.plans.plan_measures import measure_plan
from runningcoach.coach.plans.planner import make_plan, remake_plan
from runningcoach.coach.plans.planner.errors import GoalTooFar, PlanOver, RaceTooNear
from runningcoach.coach.plans.validator import validate
from runningcoach.model.plan_request import AthleteState, PlanRequest, TuneUpRace

START = date(2027, 1, 4)
RACE = date(2027, 4, 25)
RUN_KM = (45.0, 48.0, 50.0, 38.0, 52.0)
"""Weeks that were run of the plan before the break."""


def make_request(**changes):
    request = PlanRequest(
        goal="hm", start=START, race_date=RACE, available_weekdays=(1, 2, 3, 5, 6)
    )
    return request.model_copy(update=changes)


def athlete_of(today, weekly_km=(45.0,) * 12, days_since_run=1, pace_index=47.0):
    return AthleteState(
        today=today,
        weekly_km=weekly_km,
        longest_30d_km=16.0,
        days_since_run=days_since_run,
        paces=training_paces(pace_index, "race"),
    )


def after_break(today):
    """Return an athlete who ran the first five weeks of the plan and nothing since."""
    whole_weeks = (today - START).days // 7
    idle = (0.0,) * (whole_weeks - len(RUN_KM))
    history = ((45.0,) * 12 + RUN_KM + idle)[-12:]
    last_run = START + timedelta(weeks=len(RUN_KM), days=-1)
    return athlete_of(today, history, (today - last_run).days)


def errors(plan, athlete):
    findings = validate(plan, athlete)
    return [(f.code, f.key, f.week, f.values) for f in findings if f.severity == "error"]


@pytest.mark.parametrize("day", [date(2027, 2, 22), date(2027, 2, 25), date(2027, 2, 28)])
def test_past_days_stay_and_the_race_keeps_its_date(day):
    plan = make_plan(make_request(), athlete_of(START))
    athlete = after_break(day)
    remade = remake_plan(plan, athlete, day)
    old, new = ([d for w in p.weeks for d in w.days] for p in (plan, remade))
    assert [d.date for d in new] == [d.date for d in old]
    assert [d for d in new if d.date < day] == [d for d in old if d.date < day]
    assert [w.type for d in new if d.date == RACE for w in d.workouts] == ["race"]
    assert remade.request == plan.request
    assert remade.title == plan.title
    assert errors(remade, athlete) == []


def test_first_weeks_after_a_break_are_short_and_easy():
    plan = make_plan(make_request(), athlete_of(START))
    today = date(2027, 2, 22)
    athlete = after_break(today)
    weeks = measure_plan(remake_plan(plan, athlete, today), athlete)
    old = measure_plan(plan, athlete)
    assert old[8].km > 50
    assert weeks[8].km < 0.75 * old[8].km
    assert not any(day.is_quality for week in weeks[7:9] for day in week.days)


def test_plan_without_race_keeps_its_length():
    request = make_request(goal="fit", race_date=None, weeks=12)
    plan = make_plan(request, athlete_of(START))
    remade = remake_plan(plan, after_break(date(2027, 2, 24)), date(2027, 2, 24))
    assert [week.start for week in remade.weeks] == [week.start for week in plan.weeks]


def test_tune_up_that_is_over_stays_where_it_was():
    tune_up = TuneUpRace(date=date(2027, 1, 31), distance_m=10_000, name="10K")
    plan = make_plan(make_request(tune_ups=(tune_up,)), athlete_of(START))
    remade = remake_plan(plan, after_break(date(2027, 2, 22)), date(2027, 2, 22))
    assert remade.request.tune_ups == (tune_up,)
    assert remade.weeks[3] == plan.weeks[3]


def test_target_out_of_reach_becomes_the_fastest_possible():
    request = make_request(target_time_s=5_580)
    plan = make_plan(request, athlete_of(START))
    today = date(2027, 2, 22)
    weaker = after_break(today).model_copy(update={"paces": training_paces(43.0, "race")})
    remade = remake_plan(plan, weaker, today)
    assert remade.request.target_time_s > 5_580
    keys = [note.key for note in remade.assumptions]
    assert "planner.reason.assume_slower_target" in keys


def test_remake_refuses_what_make_refuses():
    plan = make_plan(make_request(), athlete_of(START))
    with pytest.raises(RaceTooNear):
        remake_plan(plan, after_break(RACE - timedelta(days=4)), RACE - timedelta(days=4))
    weak = athlete_of(date(2027, 3, 29), (0.0,) * 12, 60).model_copy(update={"longest_30d_km": 0.0})
    with pytest.raises(GoalTooFar):
        remake_plan(plan, weak, date(2027, 3, 29))


def test_plan_that_has_ended_has_no_rest():
    plan = make_plan(make_request(), athlete_of(START))
    with pytest.raises(PlanOver) as refusal:
        remake_plan(plan, athlete_of(date(2027, 5, 3)), date(2027, 5, 3))
    assert "2027-04-25" in refusal.value.what("ko")
    assert "2027-04-25" in refusal.value.what("en")
