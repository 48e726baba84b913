"""The pages of plans show what the planner makes, and explain where it differs from others."""

import re

import pytest

from tests.coach.plans.corpus_plans import START, published_plan, read_plans
from tools import compare_plans, print_plans
from tools.compare_plans import PUBLISHED, own_figures, plan_figures, unlike

LETTERS = {
    ("peak_km", True): "A",
    ("quality", True): "B",
    ("quality", False): "C",
    ("last_days", True): "D",
    ("last_days", False): "E",
}
CORPUS_IDS = (
    *("nhs_c25k", "higdon_5k_int", "higdon_5k_adv", "higdon_10k_novice", "higdon_10k_int"),
    *("higdon_nov_half1", "higdon_half_adv", "higdon_nov_mara2", "higdon_int_mara1"),
    *("boston_level_two", "boston_level_three"),
)


def test_printed_plans_are_what_the_planner_makes():
    assert print_plans.PAGE.read_text(encoding="utf-8") == print_plans.page()


def test_compared_plans_are_what_the_planner_makes():
    text = compare_plans.PAGE.read_text(encoding="utf-8")
    assert compare_plans.page_with_table(text) == text
    assert text.count("https://") >= len(PUBLISHED)


@pytest.mark.parametrize("plan", PUBLISHED, ids=lambda plan: plan.name)
def test_difference_to_a_published_plan_is_explained(plan):
    own = own_figures(plan)
    letters = {
        LETTERS.get((name, getattr(own, name) > getattr(plan.figures, name)), name)
        for name in unlike(own, plan.figures)
    }
    text = compare_plans.PAGE.read_text(encoding="utf-8")
    assert letters == set(plan.reasons)
    assert letters <= set(re.findall(r"^- \*\*([A-Z])\*\*: ", text, re.MULTILINE))


@pytest.mark.parametrize(("plan", "corpus_id"), list(zip(PUBLISHED, CORPUS_IDS, strict=True)))
def test_figures_of_published_plans_are_theirs(plan, corpus_id, coach_corpus):
    items = read_plans(coach_corpus, "published_plans.json")
    published, athlete = published_plan(next(i for i in items if i["id"] == corpus_id))
    request, _ = compare_plans.request_and_athlete(plan)
    assert published.request.race_date in (None, request.race_date)
    assert compare_plans.START == START
    assert plan_figures(published, athlete, request.race_date) == plan.figures
