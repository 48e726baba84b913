"""Drafts become plans that hold what the drafts state."""

import pytest
from pydantic import ValidationError

from runningcoach.coach.plans.estimates import estimate_workout
from runningcoach.coach.plans.expander import expand_draft
from runningcoach.model.plan_draft import DraftDay, PlanDraft
from runningcoach.model.workout import DistanceEnd, PaceTarget, WorkoutRepeat, WorkoutStep
from tests.coach.plans import corpus
from tests.conftest import SHARED, corpus_folder


@pytest.fixture(scope="session")
def coach_corpus():
    return corpus_folder("RC_COACH_CORPUS", SHARED / "coach")


@pytest.fixture
def clean_item(coach_corpus):
    return corpus.items(coach_corpus, "clean_plans")[0]


def expanded(item):
    return expand_draft(corpus.draft_of(item), corpus.request_of(item), corpus.athlete_of(item))


def single_day(item, **stated):
    """Expand the draft of an item with one day replaced, and return that day's workout."""
    draft = corpus.draft_of(item)
    first = draft.weeks[0].days[0].date
    draft.weeks[0].days[0] = DraftDay(date=first, **stated)
    plan = expand_draft(draft, corpus.request_of(item), corpus.athlete_of(item))
    (workout,) = plan.weeks[0].days[0].workouts
    return workout


@pytest.mark.parametrize("file", ["clean_plans", "bad_plans"])
def test_every_draft_of_the_corpus_that_passes_the_schema_expands(coach_corpus, file):
    refused = 0
    for item in corpus.items(coach_corpus, file):
        try:
            draft = corpus.draft_of(item)
        except ValidationError:
            refused += 1
            assert item["expected"]["must_find_any_of"] == ["V01"]
            continue
        plan = expanded(item)
        stated = [(day.date, day.template) for week in draft.weeks for day in week.days]
        assert [day.date for week in plan.weeks for day in week.days] == [d for d, _ in stated]
        assert sum(bool(day.workouts) for week in plan.weeks for day in week.days) == sum(
            template != "rest" for _, template in stated
        )
    assert refused < len(corpus.items(coach_corpus, file))


def test_distances_are_those_that_the_draft_states(coach_corpus):
    for item in corpus.items(coach_corpus, "clean_plans"):
        paces = corpus.athlete_of(item).paces
        days = [day for week in corpus.draft_of(item).weeks for day in week.days]
        plan = expanded(item)
        workouts = [day.workouts for week in plan.weeks for day in week.days]
        for day, on_day in zip(days, workouts, strict=True):
            if day.distance_km:
                (workout,) = on_day
                metres = estimate_workout(workout, paces).distance_m
                assert metres == pytest.approx(day.distance_km * 1000, abs=60), workout


def test_stated_pace_is_kept_even_if_it_is_impossible(clean_item):
    workout = single_day(
        clean_item, template="vo2max", reps=6, rep_distance_m=800, intensity="I",
        pace_s_per_km=150, recovery_seconds=120,
    )  # fmt: skip
    (repeat,) = [part for part in workout.steps if isinstance(part, WorkoutRepeat)]
    assert repeat.times == 6
    fast = repeat.steps[0]
    assert isinstance(fast, WorkoutStep)
    assert fast.end == DistanceEnd(meters=800)
    assert fast.target == PaceTarget(slow_s_per_km=153, fast_s_per_km=147)


def test_set_longer_than_the_stated_distance_is_kept(clean_item):
    workout = single_day(
        clean_item, template="vo2max", distance_km=6, reps=20, rep_distance_m=1000, intensity="I"
    )
    (repeat,) = workout.steps
    assert isinstance(repeat, WorkoutRepeat)
    assert repeat.times == 20


def test_draft_without_weeks_is_refused(clean_item):
    with pytest.raises(ValidationError):
        expand_draft(
            PlanDraft(weeks=[]), corpus.request_of(clean_item), corpus.athlete_of(clean_item)
        )


@pytest.mark.parametrize(
    "template",
    ["easy", "recovery", "long", "long_progression", "steady", "tempo", "cruise", "vo2max",
     "repetition", "hills", "fartlek", "race_pace", "openers", "run_walk", "race"],
)  # fmt: skip
@pytest.mark.parametrize("sizes", [{}, {"distance_km": 9}, {"duration_min": 50}])
def test_every_template_expands_from_any_size(clean_item, template, sizes):
    workout = single_day(clean_item, template=template, **sizes)
    assert workout.type == template
    assert workout.steps
    assert workout.title.strip() == workout.title != ""
    assert "{" not in workout.title
    if "distance_km" in sizes and template != "run_walk":
        paces = corpus.athlete_of(clean_item).paces
        assert estimate_workout(workout, paces).distance_m == pytest.approx(9000, abs=60)


def test_cross_training_has_no_steps(clean_item):
    assert single_day(clean_item, template="cross_training", duration_min=40).steps == ()


def test_athlete_without_paces_gets_heart_rate_zones(clean_item):
    athlete = corpus.athlete_of(clean_item).model_copy(update={"paces": None})
    plan = expand_draft(
        PlanDraft.model_validate({
            "weeks": [{"start": "2027-01-04", "phase": "base", "days": [
                {"date": "2027-01-05", "template": "tempo", "rep_seconds": 1200, "reps": 1},
            ]}],
        }),
        corpus.request_of(clean_item),
        athlete,
    )  # fmt: skip
    kinds = [step.target.kind for step in plan.weeks[0].days[0].workouts[0].steps]
    assert kinds == ["hr_zone"] * 3
