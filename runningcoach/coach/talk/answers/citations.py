"""What an answer cites: only passages that were retrieved for it count."""

import re
from collections.abc import Iterable
from typing import NamedTuple

MARK = re.compile(r"\s?\[p:\s*([\w.-]+)\s*\]")
LINK = re.compile(r"!?\[([^\]]*)\]\((?:https?:|javascript:|data:)[^)]*\)|https?://\S+")
DOI = re.compile(r"\b(?:doi:\s*)?10\.\d{4,}/[^\s)\]]+", re.I)


class CheckedCitations(NamedTuple):
    """An answer in which only real citations are left: the ids in their order, and what went."""

    text: str
    passage_ids: tuple[str, ...]
    invented: tuple[str, ...]


def check_citations(answer: str, retrieved: Iterable[str]) -> CheckedCitations:
    """Return an answer without citations, links and DOIs that were not given to the model.

    A citation is `[p:ID]`; it becomes `[1]`, `[2]` in the order of first use. Links are no
    citations: their words stay, their addresses go.
    """
    known = set(retrieved)
    order: list[str] = []
    invented: list[str] = []

    def number(mark: re.Match[str]) -> str:
        passage_id = mark[1]
        if passage_id not in known:
            invented.append(passage_id)
            return ""
        if passage_id not in order:
            order.append(passage_id)
        return f" [{order.index(passage_id) + 1}]"

    text = MARK.sub(number, answer)
    text = LINK.sub(lambda link: _dropped(link, invented, link[1] or ""), text)
    text = DOI.sub(lambda doi: _dropped(doi, invented, ""), text)
    return CheckedCitations(text.strip(), tuple(order), tuple(invented))


def _dropped(found: re.Match[str], invented: list[str], left: str) -> str:
    invented.append(found[0])
    return left
