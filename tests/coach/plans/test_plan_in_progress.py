"""Rules for a plan that has begun: what is over counts as it was run, and shows no findings."""

from datetime import date, timedelta

from runningcoach.coach.plans.editing import apply_edit
from runningcoach.coach.plans.paces import training_paces
from runningcoach.coach.plans.plan_measures import measure_plan
from runningcoach.coach.plans.planner import make_plan
from runningcoach.coach.plans.validator import validate
from runningcoach.model.plan_edit import ScaleWeek
from runningcoach.model.plan_request import AthleteState, PlanRequest

START, TODAY = date(2027, 1, 4), date(2027, 2, 10)
BEFORE = AthleteState(
    today=START,
    weekly_km=(50.0,) * 12,
    longest_30d_km=17.0,
    days_since_run=1,
    paces=training_paces(48.0, "race"),
)
REQUEST = PlanRequest(
    goal="hm",
    start=START,
    race_date=START + timedelta(days=83),
    available_weekdays=(1, 2, 3, 5, 6),
)
WEEKS_OVER = 5


def athlete_after(run_km, longest_km=17.0):
    """Return the athlete in the sixth week, with the five before as they were run."""
    history = (50.0,) * (12 - WEEKS_OVER) + tuple(run_km)
    return BEFORE.model_copy(
        update={"today": TODAY, "weekly_km": history, "longest_30d_km": longest_km}
    )


def errors(plan, athlete):
    return {(f.code, f.week) for f in validate(plan, athlete) if f.severity == "error"}


def test_plan_that_is_run_as_planned_stays_without_error():
    plan = make_plan(REQUEST, BEFORE)
    run_km = [week.km for week in measure_plan(plan, BEFORE)][:WEEKS_OVER]
    assert errors(plan, athlete_after(run_km, longest_km=19.0)) == set()


def test_weeks_that_were_not_run_make_the_next_ones_a_jump():
    plan = make_plan(REQUEST, BEFORE)
    found = errors(plan, athlete_after([10.0] * WEEKS_OVER))
    assert ("V03", WEEKS_OVER + 1) in found


def test_nothing_is_found_in_weeks_that_are_over():
    too_much = ScaleWeek(start=START + timedelta(weeks=2), share=1.5)
    plan = apply_edit(make_plan(REQUEST, BEFORE), too_much, BEFORE)
    assert 3 in {week for _, week in errors(plan, BEFORE)}
    later = validate(plan, athlete_after([50.0] * WEEKS_OVER))
    assert [f for f in later if f.week is not None and f.week <= WEEKS_OVER] == []


def test_peak_of_a_taper_may_lie_before_the_plan():
    near = REQUEST.model_copy(update={"race_date": START + timedelta(days=13)})
    plan = make_plan(near, BEFORE)
    for week, share in ((0, 0.6), (1, 1.2)):
        edit = ScaleWeek(start=plan.weeks[week].start, share=share)
        plan = apply_edit(plan, edit, BEFORE)
    first, race_week = (week.km for week in measure_plan(plan, BEFORE))
    assert 0.75 * first < race_week < 0.75 * 50
    untrained = BEFORE.model_copy(update={"weekly_km": (25.0,) * 12})
    assert ("V16", 2) not in errors(plan, BEFORE)
    assert ("V16", 2) in errors(plan, untrained)
