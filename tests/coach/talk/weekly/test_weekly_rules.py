"""What is said of a week follows from its facts: the gravest sign first, nothing made up."""

from datetime import date

import pytest

from runningcoach.base import i18n
from runningcoach.coach.knowledge.passages import shipped_passages
from runningcoach.coach.talk.weekly import weekly_rules
from runningcoach.coach.talk.weekly.weekly_facts import (
    ComingSession,
    PlannedWeek,
    WeeklyFacts,
    reviewed_week,
)
from runningcoach.coach.talk.weekly.weekly_rules import review_week
from runningcoach.coach.talk.weekly.weekly_word import rule_text, split_by_level

WEEK = {
    "week_start": date(2026, 11, 23),
    "week_end": date(2026, 11, 29),
    "distance_km": 42.3,
    "runs": 5,
    "moving_min": 250,
    "longest_km": 15.0,
    "before_km": (40.0, 41.0, 39.0, 44.0),
    "longest_before_km": 15.5,
    "load": 312,
    "ctl": 45.2,
    "atl": 50.1,
    "tsb": -4.9,
    "days_since_run": 0,
}
DONE = PlannedWeek(workouts=5, done=5, missed=0, planned_km=43.0, compliance_pct=92)
PARTLY = PlannedWeek(workouts=5, done=3, missed=2, planned_km=43.0, compliance_pct=61)
IDLE = WEEK | {
    "distance_km": 0.0, "runs": 0, "moving_min": 0, "longest_km": None, "days_since_run": 20,
}  # fmt: skip
EVERYTHING = WEEK | {
    "complaint": "pain", "is_red": True, "longest_km": 25.0, "distance_km": 60.0, "high_pct": 40,
    "low_pct": 40, "moderate_pct": 20, "bad_mornings": 4, "planned": PARTLY,
}  # fmt: skip


def keys(part):
    return [sentence.key for sentence in part]


def review(facts, outcome="no_plan", language="en"):
    return review_week(WeeklyFacts(**facts), outcome, language)


@pytest.mark.parametrize(
    ("day", "week"),
    [
        ("2026-11-28", "2026-11-16"),
        ("2026-11-29", "2026-11-23"),
        ("2026-11-30", "2026-11-23"),
        ("2027-01-03", "2026-12-28"),
    ],
)
def test_the_week_looked_back_on_is_the_last_whole_one(day, week):
    assert reviewed_week(date.fromisoformat(day)) == date.fromisoformat(week)


@pytest.mark.parametrize(
    ("changes", "well"),
    [
        ({"planned": DONE, "best_efforts": 2}, "well.all_done"),
        ({"planned": PARTLY, "best_efforts": 2}, "well.bests"),
        ({"planned": DONE.model_copy(update={"done": 4})}, "well.steady"),
        ({"low_pct": 80, "moderate_pct": 15, "high_pct": 5}, "well.easy"),
        ({"low_pct": 79, "moderate_pct": 15, "high_pct": 6}, "well.steady"),
        ({"distance_km": 47.2}, "well.ran"),
        ({"before_km": ()}, "well.ran"),
        (IDLE, "well.rested"),
    ],
)
def test_what_went_well_is_one_thing(changes, well):
    assert review(WEEK | changes).assessment[0].key == well


@pytest.mark.parametrize(
    ("changes", "watch"),
    [
        ({}, "watch.nothing"),
        (EVERYTHING, "watch.pain"),
        (EVERYTHING | {"complaint": None}, "watch.red"),
        (EVERYTHING | {"complaint": None, "is_red": False}, "watch.spike"),
        ({"longest_km": 17.2}, "watch.spike"),
        ({"longest_km": 17.0}, "watch.nothing"),
        ({"longest_km": 7.0, "longest_before_km": 6.1}, "watch.nothing"),
        ({"longest_before_km": None}, "watch.nothing"),
        ({"distance_km": 48.5}, "watch.ramp"),
        ({"distance_km": 48.4}, "watch.nothing"),
        ({"distance_km": 7.9, "before_km": (5.0,), "longest_km": 3.0}, "watch.nothing"),
        ({"high_pct": 26}, "watch.hard"),
        ({"high_pct": 25}, "watch.nothing"),
        ({"bad_mornings": 3}, "watch.mornings"),
        ({"bad_mornings": 2}, "watch.nothing"),
        ({"planned": PARTLY}, "watch.missed"),
        (IDLE, "watch.paused"),
    ],
)
def test_what_to_watch_is_the_gravest(changes, watch):
    assert review(WEEK | changes).assessment[1].key == watch


SESSION = ComingSession(day=date(2026, 12, 1), type="tempo", distance_km=8.0, duration_min=45)
CROSS = ComingSession(day=date(2026, 12, 6), type="cross_training", distance_km=0, duration_min=40)


@pytest.mark.parametrize(
    ("changes", "outcome", "outlook"),
    [
        ({"coming": (SESSION,), "coming_km": 8.0}, "stands", ["outlook.planned"]),
        ({"coming": (SESSION,)}, "proposed", ["outlook.planned", "outlook.proposal"]),
        (
            {"coming": (SESSION,), "has_coming_race": True, "complaint": "illness"},
            "kept",
            ["outlook.planned", "outlook.race", "outlook.proposal"],
        ),
        ({}, "no_plan", ["outlook.suggestion"]),
        ({"complaint": "illness"}, "no_plan", ["outlook.rest"]),
        ({"is_red": True}, "no_plan", ["outlook.rest"]),
        (IDLE | {"days_since_run": 14}, "no_plan", ["outlook.return"]),
        (IDLE | {"before_km": (), "days_since_run": None}, "no_plan", ["outlook.begin"]),
    ],
)
def test_what_comes_next_is_the_plan_else_a_suggestion(changes, outcome, outlook):
    assert keys(review(WEEK | changes, outcome).outlook) == outlook


def test_a_suggestion_stays_within_a_tenth_of_what_is_usual():
    (suggestion,) = review(WEEK).outlook
    assert suggestion.values == {
        "low": 37,
        "high": 45,
        "longest": 17.1,
    }  # usual 41.26, longest 15.5


def test_the_sessions_to_come_are_told_by_their_kind_and_day():
    (planned,) = review(WEEK | {"coming": (SESSION, CROSS), "coming_km": 8.0}).outlook
    assert planned.values["sessions"] == "Tue Tempo run 8.0 km, Sun Cross training 40 min"
    korean = review_week(WeeklyFacts(**WEEK, coming=(SESSION,)), "stands", "ko").outlook[0]
    assert korean.values["sessions"] == "화 템포런 8.0 km"


@pytest.mark.parametrize("language", i18n.LANGUAGES)
@pytest.mark.parametrize("facts", [WEEK, IDLE, EVERYTHING, WEEK | {"planned": DONE}])
def test_every_sentence_has_words_and_no_blank_is_left(facts, language):
    text = rule_text(review(facts | {"readiness_band": "low"}, "proposed", language), language)
    assert len(text.split("\n\n")) == 3
    assert not {"{", "}", "None", "nan"} & set(text.replace("{", " { ").split())
    assert "{" not in text


def test_a_whole_word_reads_so():
    shares = {"low_pct": 80, "moderate_pct": 15, "high_pct": 5}
    facts = WEEK | shares | {"planned": DONE, "readiness_band": "normal"}
    assert rule_text(review(facts, "no_plan", "ko"), "ko") == (
        "이번 주(11월 23일 ~ 11월 29일) 기록: 5회, 42.3 km, 4시간 10분. "
        "앞선 4주의 평균은 41.0 km입니다. "
        "계획한 훈련 5회(약 43.0 km) 가운데 5회를 했습니다. 계획대로 달린 정도는 평균 92 %입니다. "
        "가장 긴 달리기는 15.0 km입니다. 심박으로 본 강도는 낮음 80 %, 중간 15 %, 높음 5 %입니다. "
        "한 주의 훈련 부하는 312, 체력(CTL) 45.2, 피로(ATL) 50.1, 폼(TSB) -4.9입니다. "
        "마지막 날 아침의 준비도는 보통입니다.\n\n"
        "잘한 점: 계획한 훈련 5회를 모두 했습니다. 살필 점: 따로 눈에 띄는 것은 없습니다.\n\n"
        "따르는 계획이 없다면 다음 주는 37~45 km, "
        "가장 긴 달리기는 17.1 km 안에서 대부분 편하게 달리세요."
    )


def test_health_leaves_at_its_level_only_and_warnings_never():
    found = review(EVERYTHING | {"readiness_band": "low", "complaint": None, "is_red": False})
    for level, has_longest in (("summary", False), ("training", True), ("health", True)):
        sent, kept = split_by_level(found, level)
        leaving = keys(sentence for part in sent for sentence in part)
        assert ("review.longest" in leaving) == has_longest
        assert "watch.spike" not in leaving
        assert "review.readiness.low" not in leaving
        assert sorted(leaving + keys(kept)) == sorted(
            keys((*found.review, *found.assessment, *found.outlook))
        )


def test_passages_that_bear_it_out_are_shipped():
    names = {passage.name for passage in shipped_passages()}
    cited = {name for group in weekly_rules.PASSAGES.values() for name in group}
    assert cited <= names
    assert review(WEEK | {"longest_km": 17.2}).passage_names == ("single-session-spike",)
