"""Vectors of stored passages by a second embedder, made a batch at a time.

A question is compared by it only when no passage lacks one: two embedders are never mixed.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import psycopg

from runningcoach.coach.knowledge.embedder import Embedder
from runningcoach.coach.knowledge.passages import SHIPPED, shipped_passages
from runningcoach.store import knowledge
from runningcoach.store.knowledge import EmbedderKey, UnembeddedPassage

type Connection = psycopg.Connection[object]

PARTS_AT_ONCE = 64
"""Texts of one request, give or take the parts of a passage."""


def has_all(conn: Connection, user_id: int | None, key: EmbedderKey) -> bool:
    """Return whether every passage that a runner may read has its vectors by an embedder."""
    return not knowledge.missing(conn, user_id, key, limit=1)


def embed_missing(conn: Connection, user_id: int | None, by: Embedder) -> int:
    """Make the vectors that are missing; return of how many passages.

    Each batch is stored when it is made: what fails in the middle goes on from there.
    """
    done = 0
    for batch in _batches(knowledge.missing(conn, user_id, by.key)):
        parts = [_parts(passage) for passage in batch]
        vectors = by.embed([part for own in parts for part in own])
        ends = np.cumsum([len(own) for own in parts])
        with conn.transaction():
            for passage, own in zip(batch, np.split(vectors, ends[:-1]), strict=True):
                knowledge.add_vectors(conn, passage, by.key, own)
        done += len(batch)
    return done


def _batches(passages: Sequence[UnembeddedPassage]) -> Iterator[list[UnembeddedPassage]]:
    batch: list[UnembeddedPassage] = []
    size = 0
    for passage in passages:
        batch.append(passage)
        size += len(_parts(passage))
        if size >= PARTS_AT_ONCE:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _parts(passage: UnembeddedPassage) -> list[str]:
    """Return every way of putting a stored passage, as when it was indexed."""
    if passage.collection == SHIPPED:
        shipped = next((one for one in shipped_passages() if one.name == passage.name), None)
        if shipped is not None and shipped.sha256 == passage.content_sha256:
            return shipped.parts
    return [passage.text, passage.title]
