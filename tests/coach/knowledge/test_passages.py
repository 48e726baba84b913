"""The shipped passages: their form, their sources, and that they are our own words."""

import json
import re
import tomllib
from collections import Counter
from urllib.parse import urlparse

import pytest

from runningcoach.coach.knowledge.glossary import FILE as GLOSSARY
from runningcoach.coach.knowledge.korean import is_korean
from runningcoach.coach.knowledge.passages import cited_works, shipped_passages

PASSAGES = shipped_passages()
EVIDENCE = {
    *("meta-analysis", "systematic review", "review", "consensus", "guideline", "trial", "cohort"),
    *("observational", "survey", "laboratory study", "modelling study"),
}
DOI = re.compile(r"10\.\d{4,5}/\S+")
MARKUP = re.compile(r"[<>*_#`\[\]{}|]|https?:|&\w+;")
CHILDREN = re.compile(r"\b(child|children|adolescents?|teenagers?|kids?|youth)\b", re.IGNORECASE)


def words(text):
    return re.findall(r"[a-z0-9]+", text.lower())


def test_there_are_enough_with_names_of_their_own():
    assert len(PASSAGES) >= 150
    for texts in (
        [p.name for p in PASSAGES],
        [p.title for p in PASSAGES],
        [p.text for p in PASSAGES],
    ):
        assert [text for text, times in Counter(texts).items() if times > 1] == []


@pytest.mark.parametrize("passage", PASSAGES, ids=lambda passage: passage.name)
def test_form_of_a_passage(passage):
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", passage.name)
    assert 48 <= len(passage.text.split()) <= 80
    assert passage.text.isprintable()
    assert passage.text[-1] == "."
    assert not is_korean(passage.text + passage.title)
    assert is_korean(passage.korean)
    english = [alias for alias in passage.aliases if not is_korean(alias)]
    assert len(english) in (2, 3)
    assert len(passage.aliases) - len(english) in (2, 3)
    for part in passage.parts:
        assert not MARKUP.search(part), part
        assert not CHILDREN.search(part), part


def test_no_alias_stands_for_two_passages():
    aliases = Counter(alias for passage in PASSAGES for alias in passage.aliases)
    assert [alias for alias, times in aliases.items() if times > 1] == []


def test_every_passage_rests_on_works_and_every_work_is_cited():
    cited = {key for passage in PASSAGES for key in passage.sources}
    assert all(passage.sources for passage in PASSAGES)
    assert cited == set(cited_works())


@pytest.mark.parametrize("work", cited_works().values(), ids=lambda work: work.key)
def test_form_of_a_work(work):
    assert bool(work.doi) != bool(work.url)
    assert DOI.fullmatch(work.doi) or urlparse(work.url).scheme == "https"
    assert work.evidence in EVIDENCE
    assert 1970 <= work.year <= 2026
    assert str(work.year) in work.key or work.key == "who-uv"
    assert all((work.authors, work.title, work.journal, work.licence))
    assert work.checked_on >= "2026-11-30"
    assert not (work.doi_checked and work.url)


def test_no_doi_is_given_to_two_works():
    dois = Counter(work.doi.lower() for work in cited_works().values() if work.doi)
    assert [doi for doi, times in dois.items() if times > 1] == []


def runs_of_words(text, length=8):
    found = words(text)
    return {tuple(found[i : i + length]) for i in range(len(found) - length + 1)}


def test_no_eight_words_in_a_row_are_those_of_the_corpus(rag_corpus):
    contents = [json.loads(path.read_text("utf-8")) for path in rag_corpus.glob("*.json")]
    theirs = {
        run for c in contents for p in c.get("passages", []) for run in runs_of_words(p["text"])
    }
    assert theirs
    copied = {p.name for p in PASSAGES if any(run in theirs for run in runs_of_words(p.text))}
    assert copied == set()


def test_the_glossary_is_our_own(rag_corpus):
    path = rag_corpus / "glossary_ko_en.json"
    if not path.exists():
        pytest.skip("this corpus has no glossary")
    theirs = json.loads(path.read_text("utf-8"))
    ours = tomllib.loads(GLOSSARY.read_text(encoding="utf-8"))["korean"]
    # A single word has often one translation only.
    same = {k for k, english in theirs.items() if " " in english and ours.get(k) == english}
    assert same == set()
