"""The validator over plans of the corpus: published, with a known mistake, and clean."""

import pytest

from runningcoach.coach.plans.validator import check_draft, validate
from tests.coach.plans.corpus_plans import draft_athlete, published_plan, read_plans

FALSELY_BLOCKED_MOST = 3


def codes(names):
    return {name[:3] for name in names}


def test_published_plans_are_hardly_ever_blocked(coach_corpus):
    items = read_plans(coach_corpus, "published_plans.json")
    blocked = {}
    for item in items:
        plan, athlete = published_plan(item)
        findings = validate(plan, athlete, origin="import")
        errors = {f.code for f in findings if f.severity == "error"}
        if wrong := errors - codes(item["expected"]["errors_allowed"]):
            blocked[item["id"]] = wrong
    assert len(items) > 20
    assert len(blocked) <= FALSELY_BLOCKED_MOST, blocked


def test_bad_drafts_show_the_expected_code(coach_corpus):
    missed = {}
    for item in read_plans(coach_corpus, "bad_plans.json"):
        expected = item["expected"]
        findings = check_draft(item["draft"], *draft_athlete(item))
        allowed = ("error",) if expected["severity"] == "error" else ("error", "warn")
        shown = {f.code for f in findings if f.severity in allowed}
        if not shown & codes(expected["must_find_any_of"]):
            missed[item["id"]] = shown
    assert missed == {}


def test_bad_drafts_show_no_other_code(coach_corpus):
    noise = {}
    for item in read_plans(coach_corpus, "bad_plans.json"):
        expected = item["expected"]
        allowed = codes([*expected["must_find_any_of"], *expected["may_also_find"]])
        if other := {f.code for f in check_draft(item["draft"], *draft_athlete(item))} - allowed:
            noise[item["id"]] = other
    assert noise == {}


def test_clean_drafts_have_no_error(coach_corpus):
    items = read_plans(coach_corpus, "clean_plans.json")
    assert items
    for item in items:
        findings = check_draft(item["draft"], *draft_athlete(item))
        assert [f for f in findings if f.severity == "error"] == [], item["id"]


@pytest.mark.parametrize("content", [None, [], "x", {}, {"weeks": []}, {"weeks": [{}]}])
def test_content_that_is_no_draft_is_an_error_of_form(content, coach_corpus):
    item = read_plans(coach_corpus, "clean_plans.json")[0]
    findings = check_draft(content, *draft_athlete(item))
    assert {(f.code, f.severity) for f in findings} == {("V01", "error")}
