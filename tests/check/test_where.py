"""The list of places in docs/reference/where.md leads to places that are there."""

import re

import pytest

from tests.conftest import PROJECT

TEXT = (PROJECT / "docs" / "reference" / "where.md").read_text(encoding="utf-8")
ROWS = [line.split("|")[1:3] for line in TEXT.splitlines() if line.startswith("| ")][1:]


def test_at_least_thirty_questions_are_answered_each_once():
    assert len({question for question, _ in ROWS}) == len(ROWS) >= 30


@pytest.mark.parametrize(("question", "answer"), ROWS)
def test_the_answer_is_there(question, answer):
    places = re.findall(r"`([^`]+)`", answer)
    assert places, question
    assert [place for place in places if not (PROJECT / "runningcoach" / place).exists()] == []
