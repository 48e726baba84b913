"""Edits of plans, their price, and repairs: on the clean drafts of the corpus."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runningcoach.base.errors import RunningCoachError
from runningcoach.coach.plans.editing import (
    EditDayEmpty,
    EditDayOutsidePlan,
    EditDayPast,
    EditDayTaken,
    EditOfRace,
    apply_edit,
    edit_price,
)
from runningcoach.coach.plans.expander import expand_draft
from runningcoach.coach.plans.repair import repair, repair_draft
from runningcoach.coach.plans.simulation import simulate
from runningcoach.coach.plans.validator import has_error, validate, validate_draft
from runningcoach.model.canonical import record_sha256
from runningcoach.model.plan import Plan
from runningcoach.model.plan_edit import (
    MakeEasy,
    MoveWorkout,
    ReplaceWorkout,
    ScaleWeek,
    ScaleWorkout,
    SwapDays,
)
from tests.coach.plans.corpus_plans import START, draft_athlete, read_plans


@pytest.fixture(scope="session")
def clean(coach_corpus):
    """A clean ten-kilometre plan of eight weeks, and its athlete."""
    item = read_plans(coach_corpus, "clean_plans.json")[0]
    request, athlete = draft_athlete(item)
    draft, findings = validate_draft(item["draft"], request, athlete)
    assert findings == []
    return expand_draft(draft, request, athlete), athlete


def day(number):
    return START + timedelta(days=number)


def on(plan, date):
    return next(d for week in plan.weeks for d in week.days if d.date == date)


def test_move_to_a_free_day_changes_these_two_days_only(clean):
    plan, athlete = clean
    after = apply_edit(plan, MoveWorkout(from_date=day(1), to_date=day(2)), athlete)
    assert on(after, day(2)).workouts == on(plan, day(1)).workouts
    assert on(after, day(1)).workouts == ()
    assert changed_days(plan, after) == {day(1), day(2)}


@pytest.mark.parametrize(
    ("edit", "error"),
    [
        (MoveWorkout(from_date=day(1), to_date=day(3)), EditDayTaken),
        (MoveWorkout(from_date=day(0), to_date=day(2)), EditDayEmpty),
        (MakeEasy(date=day(-1)), EditDayOutsidePlan),
        (MakeEasy(date=day(55)), EditOfRace),
        (ScaleWorkout(date=day(0), share=0.5), EditDayEmpty),
    ],
)
def test_edit_that_is_not_possible_is_refused(clean, edit, error):
    plan, athlete = clean
    with pytest.raises(error):
        apply_edit(plan, edit, athlete)


def test_edit_of_a_day_that_is_over_is_refused(clean):
    plan, athlete = clean
    later = athlete.model_copy(update={"today": day(7)})
    with pytest.raises(EditDayPast):
        apply_edit(plan, MakeEasy(date=day(1)), later)


def test_price_of_two_hard_days_in_a_row_is_a_new_error(clean):
    plan, athlete = clean
    after = apply_edit(plan, SwapDays(first_date=day(29), second_date=day(30)), athlete)
    price = edit_price(plan, after, athlete)
    assert ("V09", "error") in {(f.code, f.severity) for f in price.new_findings}
    assert price.week_km_change == {}


def test_price_of_a_shorter_week_is_its_distance_and_load(clean):
    plan, athlete = clean
    after = apply_edit(plan, ScaleWeek(start=day(7), share=0.5), athlete)
    price = edit_price(plan, after, athlete)
    assert list(price.week_km_change) == [day(7)]
    assert -16.5 < price.week_km_change[day(7)] < -14.5
    assert price.load_change < 0


def test_repair_mends_two_hard_days_in_a_row(clean):
    plan, athlete = clean
    bad = apply_edit(plan, SwapDays(first_date=day(29), second_date=day(30)), athlete)
    findings = validate(bad, athlete)
    assert has_error(findings)
    assert not has_error(repair(bad, findings, athlete).findings)


def test_repair_of_drafts_mends_dates_words_and_sums(coach_corpus):
    by_kind = {item["kind"]: item for item in read_plans(coach_corpus, "bad_plans.json")}
    for kind in ("date_error", "duplicate_date", "enum_korean", "km_sum_wrong"):
        item = by_kind[kind]
        mended = repair_draft(item["draft"], *draft_athlete(item))
        assert mended.findings == [], kind


def test_form_rises_before_the_race(clean):
    plan, athlete = clean
    known = athlete.model_copy(update={"ctl": 35.0, "atl": 38.0})
    simulation = simulate(plan, known)
    assert simulation.race_tsb > simulation.days[-14].tsb
    assert simulation.race_time_low_s < simulation.race_time_high_s
    assert all(d.tsb_low <= d.tsb <= d.tsb_high for d in simulation.days[1:])


def test_form_of_race_day_is_unknown_where_fitness_is(clean):
    plan, athlete = clean
    simulation = simulate(plan, athlete)
    assert simulation.is_relative
    assert simulation.race_tsb is None


def changed_days(before, after):
    pairs = zip(
        (d for w in before.weeks for d in w.days),
        (d for w in after.weeks for d in w.days),
        strict=True,
    )
    return {a.date for a, b in pairs if a != b}


DAYS = st.integers(-2, 57).map(day)
SHARES = st.floats(0.2, 1.5)
EDITS = st.one_of(
    st.builds(MoveWorkout, from_date=DAYS, to_date=DAYS),
    st.builds(SwapDays, first_date=DAYS, second_date=DAYS),
    st.builds(ScaleWorkout, date=DAYS, share=SHARES),
    st.builds(ScaleWeek, start=DAYS, share=SHARES),
    st.builds(MakeEasy, date=DAYS),
    st.builds(ReplaceWorkout, date=DAYS, text=st.sampled_from(["", "8km E", "2km E + 3km T"])),
)


def days_of(edit):
    if isinstance(edit, ScaleWeek):
        return {edit.start + timedelta(days=i) for i in range(7)}
    return {value for name, value in edit if name.endswith("date")}


def hold_edits(clean, edits):
    plan, athlete = clean
    for edit in edits:
        try:
            after = apply_edit(plan, edit, athlete)
        except RunningCoachError:
            continue
        assert Plan.model_validate_json(after.model_dump_json(by_alias=True)) == after
        assert changed_days(plan, after) <= days_of(edit)
        assert (record_sha256(after) != record_sha256(plan)) == (after != plan)
        plan = after
    fresh = Plan.model_validate_json(plan.model_dump_json(by_alias=True))
    assert validate(fresh, athlete) == validate(plan, athlete)


SHARED_FIXTURE = [HealthCheck.function_scoped_fixture]


@settings(max_examples=100, suppress_health_check=SHARED_FIXTURE, deadline=None)
@given(edits=st.lists(EDITS, min_size=1, max_size=6))
def test_plan_stays_valid_through_random_edits(clean, edits):
    hold_edits(clean, edits)


@pytest.mark.deep
@settings(max_examples=1_000, suppress_health_check=SHARED_FIXTURE, deadline=None)
@given(edits=st.lists(EDITS, min_size=1, max_size=12))
def test_plan_stays_valid_through_many_random_edits(clean, edits):
    hold_edits(clean, edits)
