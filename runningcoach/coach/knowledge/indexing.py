"""Passages brought into the database with their vectors, and kept as the program ships them."""

import logging
from collections.abc import Sequence

import numpy as np
import psycopg

from runningcoach.coach.knowledge import embedder
from runningcoach.coach.knowledge.korean import bigrams, is_korean, with_words_apart
from runningcoach.coach.knowledge.passages import SHIPPED, KnowledgePassage, shipped_passages
from runningcoach.store import knowledge
from runningcoach.store.knowledge import EmbedderKey, PassageRow

type Connection = psycopg.Connection[object]

log = logging.getLogger(__name__)


def embedder_key() -> EmbedderKey:
    """Return the name and version of the offline embedder."""
    return embedder.offline().key


def refresh_shipped(conn: Connection) -> int:
    """Bring the shipped passages up to date; return how many were written.

    Where nothing changed this reads one list and loads no embedder. A new version of a passage, or
    of the embedder, is embedded: about five seconds for all of them.
    """
    return refresh_collection(conn, SHIPPED, shipped_passages())


def refresh_collection(
    conn: Connection, collection: str, passages: Sequence[KnowledgePassage]
) -> int:
    """Make a collection hold exactly these passages; return how many were written."""
    if not _changed(conn, collection, passages):
        return 0
    with conn.transaction():
        knowledge.lock(conn)
        knowledge.remove_others(conn, collection, [passage.name for passage in passages])
        changed = _changed(conn, collection, passages)
        put_passages(conn, [(passage, row_of(passage, collection)) for passage in changed])
    log.info("passages indexed: %d of %s", len(changed), collection)
    return len(changed)


def _changed(
    conn: Connection, collection: str, passages: Sequence[KnowledgePassage]
) -> list[KnowledgePassage]:
    """Return the passages that are not stored as they are; all where too many are stored."""
    stored = knowledge.stored_hashes(conn, collection, embedder_key())
    if stored.keys() - {passage.name for passage in passages}:
        return list(passages)
    return [passage for passage in passages if stored.get(passage.name) != passage.sha256]


def row_of(
    passage: KnowledgePassage,
    collection: str,
    user_id: int | None = None,
    document_id: int | None = None,
) -> PassageRow:
    """Return the row of a passage; its title, text and aliases are what it is found by."""
    korean = [part for part in passage.parts if is_korean(part)]
    return PassageRow(
        collection=collection,
        name=passage.name,
        title=passage.title,
        text=passage.text,
        citation=passage.citation,
        url=passage.url or None,
        is_trusted=passage.is_trusted,
        content_sha256=passage.sha256,
        words=with_words_apart(" ".join(passage.parts)),
        bigrams=sorted({pair for part in korean for pair in bigrams(part)}),
        user_id=user_id,
        document_id=document_id,
    )


def put_passages(conn: Connection, passages: Sequence[tuple[KnowledgePassage, PassageRow]]) -> None:
    """Embed and store passages with their rows."""
    if not passages:
        return
    parts = [passage.parts for passage, _ in passages]
    vectors = embedder.embed([part for own in parts for part in own])
    ends = np.cumsum([len(own) for own in parts])
    for (_, row), own in zip(passages, np.split(vectors, ends[:-1]), strict=True):
        knowledge.put(conn, row, embedder_key(), own)
