"""Questions of the corpus in Korean and English find the passage that they are about.

The corpus's passages are there alone, and beside the shipped ones, where half of the places go to
passages that did not come with the program.
"""

import sys

import pytest

from runningcoach.coach.knowledge import indexing, retrieval
from runningcoach.store import database
from tests.coach.knowledge.questions import corpus_files, hit_rates

LEAST = 0.90
PLACES = 5


@pytest.fixture
def alone(clone):
    with clone() as url, database.connect(url) as conn:
        yield conn


@pytest.fixture(params=["alone", "library"])
def place(request):
    return request.getfixturevalue(request.param)


@pytest.mark.slow
def test_questions_find_their_passage(rag_corpus, place, record_property):
    files = corpus_files(rag_corpus)
    assert files
    low = {}
    for file in files:
        indexing.refresh_collection(place, "corpus", file.passages)
        rates = hit_rates(
            file.questions, lambda text: retrieval.search(place, text, PLACES), PLACES
        )
        record_property(file.name, rates)
        sys.stdout.write(f"{file.name}: {len(file.questions)} questions, hit@5 {rates}\n")
        low |= {(file.name, lang): rate for lang, rate in rates.items() if rate < LEAST}
    assert low == {}
