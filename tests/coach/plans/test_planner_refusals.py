"""Each reason for which no plan is made: the request, the words, and what is offered instead."""

from datetime import date, timedelta

import pytest

from runningcoach.coach.plans.paces import training_paces
from runningcoach.coach.plans.planner import errors as planner_errors
from runningcoach.coach.plans.planner import gate, make_plan, remake_plan
from runningcoach.coach.plans.planner.errors import (
    GoalOutOfReach,
    GoalTooFar,
    GoalTooFarInjured,
    GoalTooFast,
    LimitsContradictory,
    LongDayNotAvailable,
    LongLimitTooShort,
    PlanImpossible,
    PlanOver,
    PlanUnsound,
    RaceInPast,
    RaceOnRedDay,
    RaceTooFar,
    RaceTooNear,
    StartInPast,
    TooFewTrainingDays,
    TuneUpMisplaced,
)
from runningcoach.coach.plans.validator import has_error, validate
from runningcoach.model.plan_request import AthleteState, PlanRequest, TuneUpRace

TODAY = date(2027, 1, 4)
TUNE_UP = TuneUpRace(date=TODAY + timedelta(days=40), distance_m=10_000)


def request(**changes):
    base = PlanRequest(
        goal="hm",
        start=TODAY,
        race_date=TODAY + timedelta(days=83),
        available_weekdays=(1, 3, 5, 6),
    )
    return base.model_copy(update=changes)


def athlete(**changes):
    base = AthleteState(
        today=TODAY,
        weekly_km=(35.0,) * 12,
        longest_30d_km=13.0,
        days_since_run=1,
        paces=training_paces(45.0, "race"),
    )
    return base.model_copy(update=changes)


NOVICE = {"weekly_km": (14.0,) * 12, "longest_30d_km": 5.0}

REFUSALS = {
    RaceInPast: (request(race_date=date(2027, 1, 3)), athlete(), "2027-01-03", ""),
    StartInPast: (request(start=date(2027, 1, 2)), athlete(), "2027-01-02", ""),
    RaceTooNear: (request(race_date=date(2027, 1, 9)), athlete(), "5", "2027-01-11"),
    RaceTooFar: (request(race_date=date(2028, 3, 5)), athlete(), "58", "2027-01-24"),
    TooFewTrainingDays: (request(available_weekdays=(6,)), athlete(), "1", "3"),
    LongDayNotAvailable: (request(long_day=0), athlete(), "", ""),
    LimitsContradictory: (request(weekday_max_min=90, long_max_min=60), athlete(), "60", ""),
    TuneUpMisplaced: (
        request(tune_ups=(TUNE_UP, TUNE_UP.model_copy(update={"date": date(2027, 2, 18)}))),
        athlete(),
        "2027-02-13",
        "",
    ),
    RaceOnRedDay: (
        request(tune_ups=(TUNE_UP.model_copy(update={"date": date(2027, 1, 6)}),)),
        athlete(is_red_today=True),
        "2027-01-06",
        "2027-01-07",
    ),
    GoalTooFast: (request(target_time_s=3_900), athlete(), "1:05:00", "1:3"),
    GoalTooFar: (request(goal="m"), athlete(**NOVICE), "42.2 km", "21.1 km"),
    GoalOutOfReach: (
        request(goal="m", available_weekdays=(1, 3, 6), weekday_max_min=20, long_max_min=150),
        athlete(**NOVICE),
        "42.2 km",
        "10.0 km",
    ),
    GoalTooFarInjured: (request(), athlete(**NOVICE, is_injured=True), "21.1 km", "10.0 km"),
    LongLimitTooShort: (
        request(weekday_max_min=40, long_max_min=40), athlete(longest_30d_km=7.0), "40", "50",
    ),
}  # fmt: skip
TESTED_BELOW = {PlanOver, PlanUnsound}


def test_every_refusal_is_tested():
    kinds = {
        kind
        for kind in vars(planner_errors).values()
        if isinstance(kind, type) and issubclass(kind, PlanImpossible)
    }
    assert kinds - {PlanImpossible} == set(REFUSALS) | TESTED_BELOW


@pytest.mark.parametrize("kind", REFUSALS, ids=lambda kind: kind.__name__)
def test_refusal_names_what_is_wrong_and_what_is_possible(kind):
    wanted, runner, fact, offer = REFUSALS[kind]
    with pytest.raises(PlanImpossible) as refusal:
        make_plan(wanted, runner)
    assert type(refusal.value) is kind
    for language in ("ko", "en"):
        assert fact in refusal.value.what(language)
        assert offer in refusal.value.remedy(language)
        assert "{" not in refusal.value.what(language) + refusal.value.remedy(language)


def refusal_of(kind):
    wanted, runner, *_ = REFUSALS[kind]
    with pytest.raises(kind) as refusal:
        make_plan(wanted, runner)
    return wanted, runner, refusal.value


@pytest.mark.parametrize("kind", [GoalTooFar, GoalOutOfReach, GoalTooFarInjured])
def test_offered_goal_can_be_planned_for_the_same_day(kind):
    wanted, runner, refusal = refusal_of(kind)
    plan = make_plan(wanted.model_copy(update={"goal": refusal.possible_goal}), runner)
    assert not has_error(validate(plan, runner))


def test_offered_date_is_possible_and_four_weeks_before_is_not():
    wanted, runner, refusal = refusal_of(GoalTooFar)
    earliest = date.fromisoformat(str(refusal.blanks["earliest"]))
    assert make_plan(wanted.model_copy(update={"race_date": earliest}), runner)
    before = earliest - timedelta(weeks=4)
    with pytest.raises(GoalTooFar):
        make_plan(wanted.model_copy(update={"race_date": before}), runner)


def test_offered_time_can_be_planned_for():
    wanted, runner, refusal = refusal_of(GoalTooFast)
    possible = wanted.model_copy(update={"target_time_s": refusal.possible_time_s})
    assert make_plan(possible, runner)
    with pytest.raises(GoalTooFast):
        make_plan(
            possible.model_copy(update={"target_time_s": refusal.possible_time_s - 1}), runner
        )


def test_offered_minutes_of_the_long_run_are_enough():
    wanted, runner, refusal = refusal_of(LongLimitTooShort)
    least = refusal.blanks["least_min"]
    assert make_plan(wanted.model_copy(update={"long_max_min": least}), runner)


def test_offered_days_are_possible():
    wanted, runner, refusal = refusal_of(RaceTooNear)
    earliest = date.fromisoformat(str(refusal.blanks["earliest"]))
    assert make_plan(wanted.model_copy(update={"goal": "5k", "race_date": earliest}), runner)
    wanted, runner, refusal = refusal_of(RaceTooFar)
    first = date.fromisoformat(str(refusal.blanks["first"]))
    assert make_plan(wanted.model_copy(update={"start": first}), runner)
    wanted, runner, refusal = refusal_of(RaceOnRedDay)
    first = date.fromisoformat(str(refusal.blanks["first"]))
    later = wanted.model_copy(update={"tune_ups": (TUNE_UP.model_copy(update={"date": first}),)})
    assert make_plan(later, runner)


def test_tune_up_after_the_goal_race_is_misplaced():
    late = TUNE_UP.model_copy(update={"date": TODAY + timedelta(days=100)})
    with pytest.raises(TuneUpMisplaced):
        make_plan(request(tune_ups=(late,)), athlete())


def test_unknown_paces_are_no_reason_to_refuse():
    runner = athlete(paces=None)
    plan = make_plan(request(target_time_s=5_400), runner, "en")
    targets = {
        step.target.kind
        for week in plan.weeks
        for day in week.days
        for workout in day.workouts
        for item in workout.steps
        for step in getattr(item, "steps", (item,))
    }
    assert targets == {"hr_zone", "open"}
    assert "planner.reason.assume_heart_rate" in {note.key for note in plan.assumptions}


def test_remake_of_a_plan_that_is_over_is_refused():
    plan = make_plan(request(), athlete())
    later = date(2027, 4, 5)
    with pytest.raises(PlanOver):
        remake_plan(plan, athlete(today=later), later)


def broken(plan, *, is_mendable):
    """Return a plan with two hard days in a row, or with its race on another distance."""
    peak = max(plan.weeks, key=lambda week: week.phase == "peak")
    hard = next(d for d in peak.days if d.workouts and d.workouts[0].type == "race_pace")
    race = plan.weeks[-1].days[-1].workouts[0]
    days = {}
    if is_mendable:
        after = hard.date + timedelta(days=1)
        days[after] = hard.workouts
    else:
        days[plan.weeks[-1].days[-1].date] = (race.model_copy(update={"type": "long"}),)
    return plan.model_copy(
        update={
            "weeks": tuple(
                week.model_copy(
                    update={
                        "days": tuple(
                            day.model_copy(update={"workouts": days.get(day.date, day.workouts)})
                            for day in week.days
                        )
                    }
                )
                for week in plan.weeks
            ),
            "request": plan.request.model_copy(update={"available_weekdays": tuple(range(7))}),
        }
    )


def test_gate_mends_what_can_be_mended_and_tells_so():
    plan = broken(make_plan(request(), athlete()), is_mendable=True)
    assert "V09" in {f.code for f in validate(plan, athlete()) if f.severity == "error"}
    mended = gate.sound_plan(plan, athlete(), "en")
    assert not has_error(validate(mended, athlete()))
    assert "planner.reason.assume_repaired" in {note.key for note in mended.assumptions}


def test_gate_refuses_what_cannot_be_mended_and_names_the_rule():
    plan = broken(make_plan(request(), athlete()), is_mendable=False)
    with pytest.raises(PlanUnsound) as refusal:
        gate.sound_plan(plan, athlete(), "en")
    assert "V15" in refusal.value.what("en")
    assert "2027-03-28" in refusal.value.what("en")
    assert "V15" in refusal.value.what("ko")
