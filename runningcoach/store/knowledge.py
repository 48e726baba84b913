"""Passages that the coach may cite: shipped ones for everybody, those of documents for one runner.

Every question about passages names the runner, who reads what is shipped and what is theirs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import psycopg
from numpy.typing import NDArray
from psycopg.rows import class_row

from runningcoach.model.record import Record
from runningcoach.store.database import statements

type Connection = psycopg.Connection[Any]
type Scores = dict[int, float]
"""Scores by the number of a passage, best first."""

SQL = statements("knowledge")


@dataclass(frozen=True, slots=True)
class EmbedderKey:
    """Which embedder made a vector: those of two embedders are never compared."""

    embedder: str
    version: str


@dataclass(frozen=True, slots=True)
class PassageRow:
    """A passage to store; `words` and `bigrams` are what it is found by."""

    collection: str
    name: str
    title: str
    text: str
    citation: str
    url: str | None
    is_trusted: bool
    content_sha256: str
    words: str
    bigrams: list[str]
    user_id: int | None = None
    document_id: int | None = None


class StoredPassage(Record):
    """A passage as it is read; `is_trusted` is false for what a runner added."""

    id: int
    document_id: int | None = None
    name: str
    title: str
    text: str
    citation: str
    url: str | None = None
    is_trusted: bool


class KnowledgeDocument(Record):
    """A text that a runner added, and the number of passages that it was split into."""

    id: int
    title: str
    created_at: datetime
    passages: int


def lock(conn: Connection) -> None:
    """Let nobody else change passages until this transaction ends."""
    conn.execute(SQL["lock"])


def stored_hashes(conn: Connection, collection: str, key: EmbedderKey) -> dict[str, str]:
    """Return the hash of each passage of a collection that has its vectors, by name."""
    params = {"collection": collection, "embedder": key.embedder, "version": key.version}
    return dict(conn.execute(SQL["hashes"], params).fetchall())


def put(conn: Connection, row: PassageRow, key: EmbedderKey, vectors: NDArray[np.float32]) -> int:
    """Store a passage with the vectors of its parts, and return its number."""
    passage_id = conn.execute(SQL["put"], _columns(row)).fetchall()[0][0]
    params = {
        "passage_id": passage_id,
        "user_id": row.user_id,
        "embedder": key.embedder,
        "version": key.version,
        "vectors": [_vector(vector) for vector in vectors],
    }
    conn.execute(SQL["put_vectors"], params)
    return passage_id


def _columns(row: PassageRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in PassageRow.__dataclass_fields__}


def _vector(vector: NDArray[np.float32]) -> str:
    return f"[{','.join(f'{component:.5f}' for component in vector)}]"


class UnembeddedPassage(Record):
    """A stored passage that has no vectors by an embedder yet."""

    id: int
    collection: str
    name: str
    title: str
    text: str
    content_sha256: str
    user_id: int | None = None


def missing(
    conn: Connection, user_id: int | None, key: EmbedderKey, limit: int | None = None
) -> list[UnembeddedPassage]:
    """Return the passages that a runner may read, without vectors by an embedder."""
    params = {
        "user_id": user_id,
        "embedder": key.embedder,
        "version": key.version,
        "limit": limit,
    }
    rows = conn.cursor(row_factory=class_row(UnembeddedPassage))
    return rows.execute(SQL["missing"], params).fetchall()


def add_vectors(
    conn: Connection, passage: UnembeddedPassage, key: EmbedderKey, vectors: NDArray[np.float32]
) -> None:
    """Store the vectors of a passage by another embedder, unless it was changed meanwhile."""
    params = {
        "passage_id": passage.id,
        "content_sha256": passage.content_sha256,
        "embedder": key.embedder,
        "version": key.version,
        "vectors": [_vector(vector) for vector in vectors],
    }
    conn.execute(SQL["add_vectors"], params)


def try_lock_embedding(conn: Connection, key: EmbedderKey) -> bool:
    """Return whether this connection alone makes vectors by an embedder, until it closes."""
    params = {"embedder": f"{key.embedder} {key.version}"}
    return conn.execute(SQL["try_lock_embedding"], params).fetchall()[0][0]


def remove_unused_vectors(conn: Connection, prefix: str) -> int:
    """Remove vectors of models that no runner has chosen; `prefix` begins their names."""
    return conn.execute(SQL["remove_unused_vectors"], {"prefix": prefix}).rowcount


def remove_others(conn: Connection, collection: str, names: Sequence[str]) -> int:
    """Remove the passages of a collection that are not named, and return their number."""
    params = {"collection": collection, "names": list(names)}
    return conn.execute(SQL["remove_others"], params).rowcount


def rank_vectors(
    conn: Connection,
    user_id: int | None,
    key: EmbedderKey,
    vector: NDArray[np.float32],
    limit: int,
) -> Scores:
    """Return the cosine of the nearest part of each passage, -1 to 1."""
    params = {
        "user_id": user_id,
        "embedder": key.embedder,
        "version": key.version,
        "vector": _vector(vector),
        "limit": limit,
    }
    return dict(conn.execute(SQL["rank_vectors"], params).fetchall())


def rank_english(conn: Connection, user_id: int | None, question: str, limit: int) -> Scores:
    """Return the BM25 score of each passage that shares an English word with a question."""
    params = {"user_id": user_id, "question": question, "limit": limit}
    return dict(conn.execute(SQL["rank_english"], params).fetchall())


def rank_korean(
    conn: Connection, user_id: int | None, bigrams: Sequence[str], limit: int
) -> Scores:
    """Return the score of each passage that shares a pair of Korean syllables with a question."""
    params = {"user_id": user_id, "bigrams": list(bigrams), "limit": limit}
    return dict(conn.execute(SQL["rank_korean"], params).fetchall())


def added(conn: Connection, ids: Sequence[int], shipped: str) -> set[int]:
    """Return which of these passages are not of the shipped collection."""
    rows = conn.execute(SQL["added"], {"ids": list(ids), "shipped": shipped}).fetchall()
    return {row[0] for row in rows}


def rank_related(
    conn: Connection,
    user_id: int | None,
    key: EmbedderKey,
    ids: Sequence[int],
    shipped: str,
    limit: int,
) -> Scores:
    """Return the cosine of each passage that is not shipped to the nearest of shipped ones."""
    params = {
        "user_id": user_id,
        "embedder": key.embedder,
        "version": key.version,
        "ids": list(ids),
        "shipped": shipped,
        "limit": limit,
    }
    return dict(conn.execute(SQL["rank_related"], params).fetchall())


def get(conn: Connection, user_id: int | None, ids: Sequence[int]) -> dict[int, StoredPassage]:
    """Return passages by their numbers, those that the runner may read."""
    params = {"user_id": user_id, "ids": list(ids)}
    rows = conn.cursor(row_factory=class_row(StoredPassage)).execute(SQL["get"], params)
    return {row.id: row for row in rows}


def add_document(conn: Connection, user_id: int, title: str, text_sha256: str) -> int | None:
    """Store a document without passages; None where the same text is there already."""
    params = {"user_id": user_id, "title": title, "text_sha256": text_sha256}
    row = conn.execute(SQL["add_document"], params).fetchone()
    return row[0] if row else None


def list_documents(conn: Connection, user_id: int) -> list[KnowledgeDocument]:
    """Return the documents of a runner, newest first."""
    rows = conn.cursor(row_factory=class_row(KnowledgeDocument))
    return rows.execute(SQL["list_documents"], {"user_id": user_id}).fetchall()


def remove_document(conn: Connection, user_id: int, document_id: int) -> bool:
    """Remove a document with its passages; False where the runner has no such document."""
    params = {"user_id": user_id, "id": document_id}
    return conn.execute(SQL["remove_document"], params).rowcount > 0
