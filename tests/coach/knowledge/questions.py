"""Questions with the passages that answer them: ours for the shipped ones, and the corpus's."""

import json
from dataclasses import dataclass
from pathlib import Path

from runningcoach.coach.knowledge.passages import KnowledgePassage
from tests.conftest import SHARED

OURS = Path(__file__).with_name("questions.txt")
OTHER_SUBJECTS = Path(__file__).with_name("other_subjects.txt")


@dataclass(frozen=True)
class Question:
    """A question; a search hits if one of `relevant` is among its first passages."""

    language: str
    text: str
    relevant: frozenset[str]


def own_questions():
    lines = (line.split("|") for line in OURS.read_text(encoding="utf-8").splitlines())
    return [
        Question(language, text, frozenset(relevant.split(",")))
        for language, relevant, text in lines
    ]


def questions_on_other_subjects():
    lines = OTHER_SUBJECTS.read_text(encoding="utf-8").splitlines()
    return [line.partition("|")[2] for line in lines]


@dataclass(frozen=True)
class QuestionFile:
    """A file of the corpus: its passages, and questions on them."""

    name: str
    passages: list[KnowledgePassage]
    questions: list[Question]


def corpus_files(folder):
    """Return each file of questions; passages come from the default folder where it has none."""
    contents = {path.name: _read(path) for path in sorted(folder.glob("*.json"))}
    default = _read(SHARED / "rag" / "public.json") if (SHARED / "rag").exists() else {}
    return [
        QuestionFile(name, _passages(content, default), _questions(content))
        for name, content in contents.items()
        if "queries" in content
    ]


def _read(path):
    return json.loads(path.read_text(encoding="utf-8"))


def _passages(content, default):
    return [
        KnowledgePassage(item["id"], item["title"], item["text"], item.get("ko", ""))
        for item in content.get("passages") or default["passages"]
    ]


def _questions(content):
    return [
        Question(item["lang"], item["text"], frozenset(item["relevant"]))
        for item in content["queries"]
    ]


def hit_rates(questions, search, k):
    """Return the share of questions, by language, with a relevant passage among the first k."""
    hits = {}
    for question in questions:
        names = {passage.id for passage in search(question.text)[:k]}
        hits.setdefault(question.language, []).append(bool(names & question.relevant))
    return {language: sum(found) / len(found) for language, found in hits.items()}
