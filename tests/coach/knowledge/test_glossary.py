"""The glossary finds Korean stems and abbreviations in a question."""

import tomllib

import pytest

from runningcoach.coach.knowledge.glossary import FILE, Glossary, shipped_glossary
from runningcoach.coach.knowledge.korean import bigrams, is_korean, with_words_apart

SMALL = Glossary(
    {
        "회복": "recovery",
        "회복주": "recovery run easy",
        "훈련": "training",
        "심박 변이도": "HRV",
        "LT": "threshold",
        "add": "increase",
    }
)


@pytest.mark.parametrize(
    ("question", "english"),
    [
        ("회복주가 뭔가요", ["recovery easy"]),
        ("회복이 느려요", ["recovery"]),
        ("훈련을 과하게", []),  # in most passages: it finds nothing
        ("심박변이도와 심박 변이도", ["HRV", "HRV"]),
        ("lt는 뭐죠", ["threshold"]),
        ("ultra", []),
        ("adding and adds but no address", ["increase", "increase"]),
        ("", []),
    ],
)
def test_expand(question, english):
    assert SMALL.expand(question) == english


def test_shipped_glossary_is_wide():
    tables = tomllib.loads(FILE.read_text(encoding="utf-8"))
    assert len(tables["korean"]) >= 250
    assert all(is_korean(entry) or entry[0].isdigit() for entry in tables["korean"])
    assert not any(is_korean(entry) for entry in tables["english"])
    assert not any(is_korean(words) for table in tables.values() for words in table.values())


def test_an_expansion_is_found_whatever_the_case_and_the_particle():
    assert shipped_glossary().expand("hrv가") == shipped_glossary().expand("HRV")


def test_bigrams():
    assert bigrams("HRV가 낮은 날") == ["hrv", "가", "낮은", "날"]
    assert bigrams("심박변이도") == ["심박", "박변", "변이", "이도"]


def test_with_words_apart():
    assert with_words_apart("HRV가 5km를") == "HRV 가 5km 를"
