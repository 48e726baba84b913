"""The questions' corpus: what an answer must contain stands in what the named tools return."""

import json
import re

import pytest

from runningcoach.coach.talk.answers.figures import unknown_figures
from runningcoach.coach.talk.tools import ToolContext, run_tool
from tests.coach.talk.tools.own_snapshot import store

LEAST_SHARE = 0.9
ARGUMENTS = {"activity_compare": {"kind": "long"}}
BARE = re.compile(r"\((\d+\.\d+)\)")
HOURS = re.compile(r"\b(\d:\d\d)\.\.(\d:\d\d)\b")


def results(context, names):
    """Return what tools give; those that questions on dates and races lead to among them."""
    calls = [(name, ARGUMENTS.get(name, {})) for name in names]
    if "goal" in names:
        calls.append(("date_math", {"start": "race", "weeks": -3, "weekday": "Sun"}))
    answers = [run_tool(context, name, json.dumps(arguments)) for name, arguments in calls]
    assert not any(answer.is_error for answer in answers), answers
    return [answer.content for answer in answers]


def with_units(fact):
    """Return a fact with its units: a mean in brackets is one of kilometres."""
    return HOURS.sub("", BARE.sub(r"(\1 km)", fact))


def test_figures_that_answers_must_contain_are_in_the_results(conn, user, coach_corpus):
    path = coach_corpus / "questions" / "questions.json"
    corpus = json.loads(path.read_text(encoding="utf-8"))
    context = ToolContext(conn, user, store(conn, user, corpus["snapshot"]), "health", "ko")
    missing, facts = {}, 0
    for question in corpus["questions"]:
        if question["kind"] not in ("data", "date", "comparison") or not question["tools"]:
            continue
        given = results(context, question["tools"])
        for fact in question["expected"]["must_contain"]:
            facts += 1
            if unknown := unknown_figures(with_units(fact), given):
                missing[question["id"], fact] = unknown
    assert facts >= 15
    assert len(missing) <= (1 - LEAST_SHARE) * facts, missing


@pytest.mark.parametrize("level", ["summary", "training", "health"])
def test_every_tool_that_a_question_names_exists(conn, user, coach_corpus, level):
    path = coach_corpus / "questions" / "questions.json"
    corpus = json.loads(path.read_text(encoding="utf-8"))
    context = ToolContext(conn, user, store(conn, user, corpus["snapshot"]), level, "en")
    for name in {name for one in corpus["questions"] for name in one["tools"]}:
        content = run_tool(context, name, "{}").content
        assert "there is no such tool" not in content, name
