"""What a question finds among the shipped passages."""

import pytest

from runningcoach.coach.knowledge import retrieval
from tests.coach.knowledge.questions import (
    hit_rates,
    own_questions,
    questions_on_other_subjects,
)

LEAST = 0.90


@pytest.mark.slow
def test_questions_find_shipped_passages(library):
    rates = hit_rates(own_questions(), lambda text: retrieval.retrieve(library, text, 5), 5)
    assert rates.keys() == {"ko", "en"}
    assert min(rates.values()) >= LEAST, rates


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("달리다가 가슴이 조이고 쓰러졌어요", "chest-pain"),
        ("HRV가 떨어졌는데 인터벌 해도 되나", "hrv-guided"),
        ("is a 180 spm cadence ideal", "cadence-natural"),
        ("ACWR", "acwr-critique"),
    ],
)
def test_best_passage_of_a_question(library, query, name):
    best, *_ = retrieval.retrieve(library, query)
    assert best.id == name
    assert best.is_trusted
    assert best.url.startswith("https://")
    assert best.citation


def test_four_passages_by_default_best_first(library):
    found = retrieval.retrieve(library, "템포런은 얼마나 빠르게 뛰나요")
    assert len(found) == 4
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    assert {"meaning", "meaning_of_glossary", "english", "korean"} == set(found[0].scores)


@pytest.mark.parametrize(
    "query", ["", "?", "%(x)s ' \" \\ & | ! :*", "가", "\U0001f600", "a" * 5000]
)
def test_any_text_is_a_question(library, query):
    assert len(retrieval.retrieve(library, query, 3)) <= 3


@pytest.mark.slow
def test_questions_on_other_subjects_are_mostly_told_apart(library):
    def share(texts):
        found = [retrieval.search(library, text) for text in texts]
        return sum(map(retrieval.is_off_topic, found)) / len(texts)

    assert share([question.text for question in own_questions()]) <= 0.03
    assert share(questions_on_other_subjects()) >= 0.6
    assert retrieval.is_off_topic([])
