"""Over thousands of profiles the planner makes plans without error, or says why it cannot."""

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runningcoach.base import i18n
from runningcoach.coach.plans.paces import training_paces
from runningcoach.coach.plans.planner import PlanImpossible, make_plan
from runningcoach.coach.plans.validator import validate
from runningcoach.model.plan_request import AthleteState, PlanRequest, TuneUpRace
from tests.coach.plans.profiles import matrix

EXPLANATIONS = {
    "V03": {"run_walk_week", "first_week"},
    "V05": {"run_walk_week", "run_walk", "session_tune_up"},
    "V20": {"climb", "first_week", "run_walk_week", "hold"},
    "V23": {"goal_short_long_run", "goal_short_week", "goal_few_weeks"},
}
"""Which reasons account for a warning: in its week, its day or the plan's assumptions."""
RACE_M = {"5k": 5_000, "first_5k": 5_000, "10k": 10_000, "hm": 21_097, "m": 42_195}
THIN = 37
MOST_REFUSED = 0.193
"""Most of them run 15 km a week or less, and want a half or a full marathon."""


def unexplained(plan, athlete):
    """Return the errors, and the warnings for which the plan gives no reason."""
    left = []
    for finding in validate(plan, athlete):
        notes = list(plan.assumptions)
        for number, week in enumerate(plan.weeks, 1):
            if finding.week == number or any(day.date == finding.day for day in week.days):
                notes += week.reasons
                notes += [n for d in week.days if d.date == finding.day for n in d.reasons]
        keys = {n.key.removeprefix("planner.reason.") for n in notes}
        is_explained = bool(EXPLANATIONS.get(finding.code, set()) & keys)
        if finding.severity == "error" or not is_explained:
            left.append((finding.code, finding.severity, finding.key, finding.week, finding.values))
    return left


def races_of(plan):
    """Return the days of the races of a plan, and their distances [m]."""
    return [
        (day.date, workout.steps[0].end.meters)
        for week in plan.weeks
        for day in week.days
        for workout in day.workouts
        if workout.type == "race"
    ]


def races_wanted(request):
    """Return the days of the races that a request names, and their distances [m]."""
    races = [(race.date, race.distance_m) for race in request.tune_ups]
    if request.race_date:
        races.append((request.race_date, RACE_M[request.goal]))
    return races


def judge(profiles):
    """Return how many were planned and refused, and what is left unexplained."""
    counts: Counter[str] = Counter()
    left = []
    for name, request, athlete in profiles:
        try:
            plan = make_plan(request, athlete)
        except PlanImpossible as error:
            counts["refused"] += 1
            if "{" in f"{error.what('en')} {error.remedy('ko')}":
                left.append((name, error.code))
            continue
        counts["planned"] += 1
        if problems := unexplained(plan, athlete):
            left.append((name, problems[0]))
        if races_of(plan) != races_wanted(request):
            left.append((name, "races", races_of(plan)))
    return counts, left


def test_thin_slice_of_the_matrix_has_no_error_and_no_unexplained_warning():
    counts, left = judge([p for number, p in enumerate(matrix()) if number % THIN == 0])
    assert counts.total() > 100
    assert left == []


@pytest.mark.deep
@pytest.mark.slow
def test_matrix_has_no_error_and_no_unexplained_warning():
    counts, left = judge(matrix())
    assert counts.total() == 4_500
    assert counts["refused"] / counts.total() < MOST_REFUSED
    assert left == []


@st.composite
def requests(draw):
    """Draw a runner and a request, sound or not."""
    start = date(2027, 1, 4) + timedelta(days=draw(st.integers(0, 13)))
    goal = draw(st.sampled_from(["5k", "10k", "hm", "m", "fit", "return", "first_5k"]))
    days = draw(st.sets(st.integers(0, 6), min_size=3))
    days_to_race = draw(st.integers(0, 250))
    has_race = goal not in {"fit", "return"} and draw(st.booleans())
    weeks = draw(st.integers(1, 24))
    tune_ups = ()
    if draw(st.booleans()):
        day = start + timedelta(days=draw(st.integers(0, days_to_race if has_race else 7 * weeks)))
        distance_m = draw(st.sampled_from([5_000, 10_000, 21_097]))
        tune_ups = (TuneUpRace(date=day, distance_m=distance_m),)
    request = PlanRequest(
        goal=goal,
        start=start,
        race_date=start + timedelta(days=days_to_race) if has_race else None,
        weeks=None if has_race else weeks,
        available_weekdays=tuple(sorted(days)),
        long_day=draw(st.sampled_from(sorted(days))),
        weekday_max_min=draw(st.none() | st.integers(20, 150)),
        long_max_min=draw(st.none() | st.integers(40, 300)),
        treadmill_weekdays=tuple(draw(st.sets(st.integers(0, 6), max_size=2))),
        with_hills=draw(st.booleans()),
        by_heart_rate=draw(st.booleans()),
        ambition=draw(st.sampled_from(["steady", "ambitious"])),
        tune_ups=tune_ups,
    )
    mean_km = draw(st.floats(0, 110))
    history = draw(st.lists(st.floats(0.7, 1.2), max_size=12))
    index = draw(st.none() | st.floats(25, 75))
    athlete = AthleteState(
        today=start,
        weekly_km=tuple(round(mean_km * share, 1) for share in history),
        longest_30d_km=round(mean_km * draw(st.floats(0.2, 0.5)), 1) if history else 0.0,
        days_since_run=draw(st.none() | st.integers(0, 5) | st.integers(0, 90)),
        paces=None if index is None else training_paces(round(index, 1), "race"),
        age=draw(st.none() | st.integers(18, 80)),
        is_injured=draw(st.booleans()),
        is_red_today=draw(st.booleans()),
    )
    return request, athlete


def judge_random(profile):
    counts, left = judge([("random", *profile)])
    assert counts.total() == 1
    assert left == []


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(requests())
def test_some_random_requests_have_no_error(profile):
    judge_random(profile)


@pytest.mark.deep
@pytest.mark.slow
@settings(max_examples=2_000, suppress_health_check=list(HealthCheck))
@given(requests())
def test_random_requests_have_no_error(profile):
    judge_random(profile)


def test_same_inputs_give_the_same_plan_in_each_language():
    _, request, athlete = next(p for n, p in enumerate(matrix()) if n == 1_500)
    for language in i18n.LANGUAGES:
        assert make_plan(request, athlete, language) == make_plan(request, athlete, language)
