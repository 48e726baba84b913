"""Figures that nobody gave are found, and citations that nobody retrieved go."""

import json

import pytest

from runningcoach.coach.talk.answers.citations import check_citations
from runningcoach.coach.talk.answers.figures import find_figures, unknown_figures

GIVEN = json.dumps({
    "weeks": [{"start": "2027-03-01", "distance_km": 43.2}, {"distance_km": 33.14}],
    "pace_s_per_km": 327.05, "ctl": 38.2, "tsb": -5.8, "resting_hr_bpm": 52,
    "race": {"date": "2027-04-18", "days_left": 39, "target_s": 6900}, "share_pct": 81,
    "best": "24:10", "note": "4 x 1600 m",
})  # fmt: skip


@pytest.mark.parametrize(
    "answer",
    [
        "지난주에 43.2 km를 달렸어요.",
        "43 km쯤, 그 전주는 33.1 km입니다.",
        "5:27/km, 8:46/mi 페이스예요.",
        "대회는 2027-04-18, 39일 남았고 목표는 1:55:00이에요.",
        "TSB는 -5.8, \u22125.8이고 CTL은 38이에요.",
        "안정시 심박 52 bpm, 쉬운 달리기 81%.",
        "1. 첫째\n2. 둘째\n최고 기록 24:10 [p:taper-2023]",
        "3가지를 2번 하세요.",
        "4월 18일 대회까지 39일, 목표 115분",
        "지난주 43킬로, 반복은 1600미터",
    ],
)
def test_figures_that_were_given_are_known(answer):
    assert unknown_figures(answer, [GIVEN]) == []


@pytest.mark.parametrize(
    ("answer", "unknown"),
    [
        ("지난주에 46.8 km를 달렸어요.", ["46.8 km"]),
        ("페이스는 4:59/km예요.", ["4:59/km"]),
        ("심박 61 bpm, 그리고 62 bpm", ["61 bpm", "62 bpm"]),
        ("2027-04-25에 대회가 있어요.", ["2027-04-25"]),
        ("CTL 41.0", ["41.0"]),
        ("4월 25일에 뛰세요", ["4월 25일"]),
        ("2026-04-18 대회", ["2026-04-18"]),
        ("47분", ["47분"]),
        ("20%를 줄이세요", ["20%"]),
    ],
)
def test_figures_that_nobody_gave_are_marked(answer, unknown):
    assert unknown_figures(answer, [GIVEN]) == unknown


@pytest.mark.parametrize(
    ("answer", "unknown"),
    [
        ("2~3 %쯤 좋아지고 15주까지 유지돼요.", []),
        ("간격은 72시간이에요.", []),
        ("5 km는 27:30이에요.", []),
        ("20 % 빨라져요", ["20 %"]),
        ("3:00/km", ["3:00/km"]),
        ("15.5 %", ["15.5 %"]),
    ],
)
def test_numbers_that_a_passage_has_in_words_are_known(answer, unknown):
    passage = json.dumps({"text": "Two to three percent, for up to fifteen weeks.", "hours": 72,
                          "times": {"5 km": "27:30"}})  # fmt: skip
    assert unknown_figures(answer, [passage]) == unknown


def test_the_runners_own_words_count_as_given():
    assert unknown_figures("1:55:00이면 5:27/km예요.", ["목표 1:55:00", GIVEN]) == []


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("10 miles", "distance", 16093.44),
        ("1,234 m", "distance", 1234.0),
        ("8:03/mi", "pace", 483 / 1.609344),
        ("1:15:00", "time", 4500.0),
        ("24:10", "time", 1450.0),
        ("90 min", "time", 5400.0),
    ],
)
def test_units_are_made_equal(text, kind, value):
    (figure,) = find_figures(text)
    assert (figure.kind, figure.value) == (kind, pytest.approx(value))


def test_only_retrieved_passages_are_cited_by_number():
    checked = check_citations(
        "A [p:taper-1]. B [p:made-up]. C [p:heat-2], D [p:taper-1].", ["taper-1", "heat-2"]
    )
    assert checked.text == "A [1]. B. C [2], D [1]."
    assert checked.passage_ids == ("taper-1", "heat-2")
    assert checked.invented == ("made-up",)


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ("보세요 [여기](https://evil.example/?q=secret)", "보세요 여기"),
        ("![x](https://evil.example/p.png) 끝", "x 끝"),
        ("Smith 2020, doi: 10.1234/made.up 참고", "Smith 2020,  참고"),
        ("https://evil.example 로 가세요", "로 가세요"),
    ],
)
def test_links_and_dois_of_the_models_own_go(answer, text):
    checked = check_citations(answer, [])
    assert checked.text == text
    assert checked.invented
