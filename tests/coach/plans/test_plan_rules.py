"""The table of rules: its page, its limits, its words; and a mutation that triggers each rule."""

import copy

import pytest

from runningcoach.base import i18n
from runningcoach.coach.plans import limits
from runningcoach.coach.plans.validator import check_draft
from runningcoach.coach.plans.validator.finding_words import finding_text, fix_text
from runningcoach.coach.plans.validator.rules import PLAN_RULES
from tests.coach.plans.corpus_plans import draft_athlete, read_plans
from tests.conftest import PROJECT

PAGE = PROJECT / "docs" / "reference" / "plan-rules.md"
LIMITS = {name for name in vars(limits) if name.isupper()}


def shown(value):
    if isinstance(value, dict):
        return ", ".join(f"{key}: {shown(item)}" for key, item in value.items())
    if isinstance(value, tuple):
        return ", ".join(value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def test_rules_are_numbered_without_a_gap():
    assert [rule.code for rule in PLAN_RULES] == [f"V{n:02}" for n in range(1, 24)]


def test_every_limit_belongs_to_a_rule():
    assert {name for rule in PLAN_RULES for name in rule.limits} == LIMITS


def test_page_shows_every_rule_with_its_limits():
    rows = {row[2:5]: row for row in PAGE.read_text(encoding="utf-8").splitlines() if "| V" in row}
    for rule in PLAN_RULES:
        for name in rule.limits:
            assert f"`{name}` = {shown(getattr(limits, name))}" in rows[rule.code]


@pytest.fixture(scope="session")
def clean_items(coach_corpus):
    return {item["athlete"]["goal"]: item for item in read_plans(coach_corpus, "clean_plans.json")}


def scale(week, share):
    for day in week["days"]:
        for name in ("distance_km", "duration_min"):
            if day["template"] != "race" and day[name]:
                day[name] = round(day[name] * share, 1)
    week["km"] = None


def put(day, **values):
    day.update(values)


def days(item, week):
    return item["draft"]["weeks"][week]["days"]


EASY = {"template": "easy", "intensity": "E", "pace_s_per_km": 378}
EIGHT = {"distance_km": 8.0, "duration_min": 50}
HARD = {
    **{"template": "cruise", "intensity": "T", "pace_s_per_km": 294, "reps": 2},
    **{"rep_distance_m": 1600, "recovery_seconds": 60, "distance_km": 7.3, "duration_min": 42},
}
MUTATIONS = {
    "V01": lambda item: put(days(item, 0)[1], template="yoga"),
    "V02": lambda item: put(days(item, 0)[1], date="2027-01-06"),
    "V03": lambda item: item["athlete"].update(recent=[15.0] * 12),
    "V04": lambda item: scale(item["draft"]["weeks"][3], 1.45),
    "V06": lambda item: [
        put(
            days(item, 5)[i],
            **{**EASY, "distance_km": 3.0, "duration_min": 19},
            reps=None,
            rep_distance_m=None,
        )
        for i in (1, 3, 5)
    ],
    "V07": lambda item: [
        put(days(item, 4)[i], **{**HARD, "reps": 6, "distance_km": 10.5, "duration_min": 58})
        for i in (1, 3)
    ],
    "V08": lambda item: [
        put(days(item, 2)[i], **{**EASY, "distance_km": 3.0, "duration_min": 19}) for i in (0, 2, 4)
    ],
    "V10": lambda item: [put(days(item, 4)[i], **HARD) for i in (1, 3, 5, 6)],
    "V14": lambda item: put(days(item, 6)[1], reps=12, distance_km=16.8, duration_min=85),
    "V20": lambda item: item["athlete"].update(recent=[30.0] * 9 + [2.0, 30.0, 2.0, 2.0][:3]),
    "V23": lambda item: (
        item["athlete"].update(recent=[8.0] * 12, longest=5.0),
        [scale(week, 0.3) for week in item["draft"]["weeks"]],
    ),
    "V05": lambda item: item["athlete"].update(longest=6.0),
    "V09": lambda item: put(days(item, 4)[2], **HARD),
    "V11": lambda item: item["athlete"].update(weekday_min=40),
    "V12": lambda item: item["athlete"].update(days=[1, 5, 6]),
    "V13": lambda item: put(days(item, 3)[3], pace_s_per_km=180),
    "V15": lambda item: put(days(item, 7)[6], distance_km=12.0, duration_min=58),
    "V16": lambda item: [scale(item["draft"]["weeks"][7], 2.4)],
    "V17": lambda item: put(days(item, 7)[5], **HARD),
    "V18": lambda item: item["athlete"].update(gap_days=20),
    "V19": lambda item: (
        put(days(item, 0)[1], **HARD),
        put(days(item, 0)[3], **{**EASY, "reps": None, "rep_distance_m": None}),
        item["athlete"].update(red_today=True),
    ),
    "V21": lambda item: item["draft"]["weeks"][2].update(km=50.0),
    "V22": lambda item: put(days(item, 1)[1], duration_min=20),
}


FOLLOWING = {
    "V02": {"V12": "the date that is there twice is a Wednesday, which is not free"},
    "V04": {"V11": "the week without relief is so large that a session takes over an hour"},
    "V08": {"V03": "three runs more make the week larger", "V12": "they are on days not free"},
    "V09": {"V03": "a session more makes the week larger", "V12": "its day is not free"},
    "V10": {"V07": "four hard days are a large share", "V09": "two of them are neighbours"},
    "V14": {"V03": "17 km in one session enlarge the week", "V11": "they take 85 minutes"},
    "V16": {"V11": "a race week more than twice as large has long sessions"},
    "V23": {
        "V07": "sets stay as they are in smaller weeks",
        "V22": "and are longer than their day",
    },
}
"""Errors that a mutation cannot but bring with it, and why."""
WARNED = {"V04", "V05", "V08", "V10", "V14", "V20", "V21", "V23"}
"""Mutations that are no more than a warning by themselves."""


@pytest.mark.parametrize("code", MUTATIONS)
def test_mutation_of_a_clean_draft_triggers_its_rule(clean_items, code):
    item = copy.deepcopy(clean_items["10k"])
    before = {f.code for f in check_draft(item["draft"], *draft_athlete(item))}
    assert code not in before
    MUTATIONS[code](item)
    findings = check_draft(item["draft"], *draft_athlete(item))
    errors = {f.code for f in findings if f.severity == "error"}
    assert errors == ({code} - WARNED) | set(FOLLOWING.get(code, ()))
    assert code in {f.code for f in findings}
    for finding in findings:
        for language in i18n.LANGUAGES:
            assert "{" not in finding_text(finding, language)
            assert fix_text(finding.fix, language)
