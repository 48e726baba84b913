"""Passages that answer a question in Korean or English.

Four rankings are added up: the meaning of the question, the meaning of the English words that the
glossary has for it, these English words themselves, and pairs of Korean syllables. What each is
worth was measured: docs/reference/knowledge.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import psycopg
from numpy.typing import NDArray

from runningcoach.coach.knowledge import embedder
from runningcoach.coach.knowledge.embedder import Embedder
from runningcoach.coach.knowledge.fusion import order_added, share_places, weighted_sum
from runningcoach.coach.knowledge.glossary import Glossary, shipped_glossary
from runningcoach.coach.knowledge.indexing import refresh_shipped
from runningcoach.coach.knowledge.korean import bigrams, with_words_apart
from runningcoach.coach.knowledge.passages import SHIPPED
from runningcoach.store import knowledge
from runningcoach.store.knowledge import EmbedderKey, Scores, StoredPassage

type Connection = psycopg.Connection[object]

DEPTH = 500
"""How many passages of each ranking are looked at."""
ON_TOPIC_SCORE_LEAST = 1.5
"""What the best passage scores at least for a question on running: in a trial for 99 % of 302
such questions, and for a third of 40 questions on other subjects."""
RELATED_TO = 2
"""To how many of the best shipped passages the added ones are compared."""


@dataclass(frozen=True, slots=True)
class FoundPassage:
    """A passage for a question, with its score in each ranking that found it."""

    id: str
    title: str
    text: str
    citation: str
    url: str | None
    is_trusted: bool
    score: float
    scores: dict[str, float] = field(default_factory=dict[str, float])


def retrieve(
    conn: Connection, query: str, k: int = 4, user_id: int | None = None
) -> list[FoundPassage]:
    """Return the `k` passages that fit a question best, shipped ones and the runner's own.

    The first call after an update stores the shipped passages, which takes about ten seconds.
    """
    refresh_shipped(conn)
    return search(conn, query, k, user_id)


def search(
    conn: Connection,
    query: str,
    k: int = 4,
    user_id: int | None = None,
    glossary: Glossary | None = None,
    by: Embedder | None = None,
) -> list[FoundPassage]:
    """Return the `k` passages that fit a question best among those that are stored.

    `by` is the embedder whose vectors are compared; the offline one if None.
    """
    by = by or embedder.offline()
    by_ranking = rank(conn, query, user_id, glossary or shipped_glossary(), by)
    scores = weighted_sum(by_ranking)
    added = knowledge.added(conn, list(scores), SHIPPED)
    shipped = [one for one in scores if one not in added]
    likeness = _likeness(conn, user_id, shipped[:RELATED_TO], by.key) if added else {}
    places = share_places(scores, order_added(scores, likeness, shipped), shipped, k)
    stored = knowledge.get(conn, user_id, places)
    return [_found(stored[one], scores[one], by_ranking) for one in places]


def is_off_topic(found: Sequence[FoundPassage]) -> bool:
    """Return whether nothing that was found fits well: a hint that a question is not on running.

    It is seldom wrong when true, and misses a third of such questions.
    """
    return max((passage.score for passage in found), default=0.0) < ON_TOPIC_SCORE_LEAST


def rank(
    conn: Connection, query: str, user_id: int | None, glossary: Glossary, by: Embedder
) -> dict[str, Scores]:
    """Return the scores of passages by ranking, best first in each."""
    apart = with_words_apart(query)
    words = " ".join(glossary.expand(query))
    texts = [query, words] if words else [query]
    by_meaning = [_by_meaning(conn, vector, user_id, by.key) for vector in by.embed(texts)]
    return {
        "meaning": by_meaning[0],
        "meaning_of_glossary": by_meaning[1] if words else {},
        "english": knowledge.rank_english(conn, user_id, f"{apart} {words}", DEPTH),
        "korean": knowledge.rank_korean(conn, user_id, bigrams(query), DEPTH),
    }


def _by_meaning(
    conn: Connection, vector: NDArray[np.float32], user_id: int | None, key: EmbedderKey
) -> Scores:
    scores = knowledge.rank_vectors(conn, user_id, key, vector, DEPTH)
    return {passage_id: cosine for passage_id, cosine in scores.items() if cosine > 0}


def _likeness(
    conn: Connection, user_id: int | None, shipped: list[int], key: EmbedderKey
) -> Scores:
    """Return how like each added passage is to the nearest of some shipped ones."""
    return knowledge.rank_related(conn, user_id, key, shipped, SHIPPED, DEPTH)


def _found(stored: StoredPassage, score: float, by_ranking: dict[str, Scores]) -> FoundPassage:
    return FoundPassage(
        id=stored.name,
        title=stored.title,
        text=stored.text,
        citation=stored.citation,
        url=stored.url,
        is_trusted=stored.is_trusted,
        score=score,
        scores={name: found[stored.id] for name, found in by_ranking.items() if stored.id in found},
    )
