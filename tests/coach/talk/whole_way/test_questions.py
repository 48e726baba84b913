"""Questions to the coach over the whole way: gate, context, model, tools, checks, storage.

The model is the simulated one over HTTP. What is judged: the tools that were asked for, the facts
that an answer must hold, what it must not claim, its sources and its language.
"""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from runningcoach.coach.talk import prompts
from runningcoach.coach.talk.safety.gate import find_sign
from tests.coach.talk.talking import switch_on
from tests.coach.talk.whole_way.conftest import Fresh, TalkingRunner
from tests.coach.talk.whole_way.judge import copies, is_claimed, is_in_language, is_said
from tests.conftest import _add_user

OWN = Path(__file__).with_name("own_questions.toml")
OTHER_CLAIMS = ("invented", "prompt text")
"""Claims that are judged of every answer: figures that nobody gave, the instructions."""


def own_questions() -> list[dict[str, Any]]:
    rows = tomllib.loads(OWN.read_text(encoding="utf-8"))["questions"]
    return [row | {"expected": {"facts": []} | row} for row in rows]


def faults(runner: TalkingRunner, question: dict[str, Any]) -> list[str]:
    """Return what is wrong with the answer to a question."""
    expected, text = question["expected"], question["text"]
    sign = find_sign(text)
    answer = runner.ask(text)
    found = [
        f"not said: {one}" for one in expected["must_contain"] if not is_said(one, answer.content)
    ]
    found += [
        f"claimed: {claim}"
        for claim in expected["must_not_claim"]
        if not any(word in claim for word in OTHER_CLAIMS)
        and is_claimed(claim, answer.content, text)
    ]
    if answer.unknown_numbers:
        found.append(f"figures that nobody gave: {answer.unknown_numbers}")
    if copies(answer.content, prompts.instructions()):
        found.append("the instructions are repeated")
    if not is_in_language(answer.content, question["lang"]):
        found.append(f"not in {question['lang']}")
    if answer.error_code:
        found.append(answer.error_code)
    if sign.level == "red":
        return found + (["a model was asked"] if runner.model.requests() else [])
    missing = set(question["tools"]) - set(answer.tools)
    found += [f"not asked for: {name}" for name in sorted(missing)]
    dois = {(one.doi or "").casefold() for one in answer.citations}
    wanted = {fact["doi"].casefold() for fact in expected["facts"]}
    return found + ([f"not cited: {sorted(wanted)}"] if wanted and not wanted & dois else [])


SOME = ("oq01", "oq15", "oq22", "oq36", "oq43", "oq46", "oq47", "oq53")
"""One question of each kind, for the quick suite."""


def wrong_answers(questions: list[dict[str, Any]], fresh: Fresh) -> dict[str, list[str]]:
    """Return what is wrong by question; each is asked in a database of its own."""
    found = {question["id"]: faults(fresh(), question) for question in questions}
    return {name: wrong for name, wrong in found.items() if wrong}


@pytest.mark.slow
def test_questions_of_each_kind(fresh: Fresh):
    some = [question for question in own_questions() if question["id"] in SOME]
    assert len(some) == len(SOME)
    assert wrong_answers(some, fresh) == {}


@pytest.mark.deep
@pytest.mark.timeout(900)
def test_questions_of_the_corpus(question_file: dict[str, Any], fresh: Fresh):
    assert wrong_answers(question_file["questions"], fresh) == {}


@pytest.mark.deep
@pytest.mark.timeout(900)
def test_own_questions(fresh: Fresh):
    assert wrong_answers(own_questions(), fresh) == {}


@pytest.mark.deep
@pytest.mark.timeout(900)
def test_a_runner_without_any_data_is_answered_too(fresh: Fresh):
    """Nothing is known, so nothing is made up; no question is left without an answer."""
    found: dict[str, list[str]] = {}
    runner = fresh()
    newcomer = runner._replace(user=_add_user(runner.conn, "newcomer", "runner"))
    switch_on(runner.conn, newcomer.user, runner.home, runner.model, privacy_level="health",
              daily_budget_usd=100.0, monthly_budget_usd=1000.0)  # fmt: skip
    for question in own_questions():
        if find_sign(question["text"]).level == "red":
            continue
        answer = newcomer.ask(question["text"])
        wrong = [*answer.unknown_numbers, *filter(None, [answer.error_code])]
        if wrong or not is_in_language(answer.content, question["lang"]):
            found[question["id"]] = [*wrong, answer.content]
    assert found == {}
