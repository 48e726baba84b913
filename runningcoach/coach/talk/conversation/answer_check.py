"""A model's answer, checked by code before it is kept: markup, citations, figures, length."""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from runningcoach.base.i18n import t
from runningcoach.coach.knowledge.retrieval import FoundPassage
from runningcoach.coach.talk.answers.citations import check_citations
from runningcoach.coach.talk.answers.figures import unknown_figures
from runningcoach.coach.talk.drafts.untrusted_text import SCRIPT, visible
from runningcoach.model.conversation import Citation, FinishReason

LONGEST_ANSWER = 6_000
"""Characters of an answer that are kept."""
LINK_OR_IMAGE = re.compile(r"!?\[(?!p:)([^\]\[]*)\]\([^)\n]*\)?")
NAMED_LINK = re.compile(r"^ {0,3}\[[^\]\n]+\]:[ \t]*\S+.*$", re.M)
ADDRESS = re.compile(
    r"<?(?:\b[a-z][a-z0-9+.-]{1,20}:)?//[^\s<>)]+>?"
    r"|\bwww\.[^\s<>)]+"
    r"|\b(?:javascript|data|vbscript|file|mailto):[^\s<>)]+"
    r"|\b(?:[a-z0-9-]+\.)+[a-z]{2,}/[^\s<>)]*",
    re.I,
)
ELEMENT = re.compile(
    r"</?[a-z!][^<>\n]*>"
    r"|<(?:a|img|script|iframe|svg|object|form|input|link|style|video|audio)\b[^<>]*",
    re.I,
)
"""HTML. A `<` before other words may be a comparison, and stays."""
EMPTY_BRACKETS = re.compile(r"[ \t]?\(\s*\)")
DOI_ADDRESS = re.compile(r"https?://(?:dx\.)?doi\.org/(\S+)", re.I)
ENDED = {"length", "content_filter"}
"""Ends of an answer that are said in words below it."""


class CheckedAnswer(NamedTuple):
    """An answer as it is kept: citations as [1], nothing that leads elsewhere."""

    text: str
    citations: list[Citation]
    unknown_numbers: list[str]
    invented: tuple[str, ...] = ()


def check_answer(
    answer: str, given: Iterable[str], passages: Mapping[str, FoundPassage]
) -> CheckedAnswer:
    """Return an answer without links, markup and citations that were not given.

    `given` are all texts that the figures of the answer may come from, `passages` those that were
    retrieved for it.
    """
    plain = without_links(answer)
    cited = check_citations(plain, passages)
    unknown = unknown_figures(plain, given)
    citations = [_citation(passages[one]) for one in cited.passage_ids]
    return CheckedAnswer(_capped(cited.text), citations, unknown, cited.invented)


def without_links(text: str) -> str:
    """Return a text without HTML, links, images and addresses; the words of links stay."""
    plain, before = visible(text), None
    while plain != before:  # what is taken out may have hidden more of it in its halves
        before = plain
        plain = ELEMENT.sub("", SCRIPT.sub("", plain))
        plain = LINK_OR_IMAGE.sub(r"\1", NAMED_LINK.sub("", plain))
        plain = EMPTY_BRACKETS.sub("", ADDRESS.sub("", plain))
    return re.sub(r"[ \t]{2,}", " ", plain).strip()


def ending_words(text: str, finish_reason: FinishReason, language: str) -> str:
    """Return an answer with a word on how it ended, where that was not as it should be."""
    if finish_reason in ENDED:
        word = t(f"talk.ending.{finish_reason}", language)
    elif text:
        return text
    else:
        word = t(f"talk.ending.{'refusal' if finish_reason == 'refusal' else 'empty'}", language)
    return f"{text}\n\n{word}" if text else word


def _citation(passage: FoundPassage) -> Citation:
    doi = DOI_ADDRESS.fullmatch(passage.url or "")
    return Citation(
        passage_id=passage.id,
        title=passage.title,
        source=passage.citation,
        doi=doi[1] if doi else None,
    )


def _capped(text: str) -> str:
    return text if len(text) <= LONGEST_ANSWER else f"{text[: LONGEST_ANSWER - 1]}\u2026"
